"""What the build of the site adds to Sphinx: equations that need no script, and a check that nothing is loaded."""

import sys
from pathlib import Path

import pytest

EXTENSIONS = Path(__file__).parents[2] / "docs" / "extensions"


@pytest.fixture(autouse=True)
def extensions(monkeypatch):
    pytest.importorskip("sphinx")
    monkeypatch.setattr(sys, "path", [str(EXTENSIONS), *sys.path])


def test_the_bars_of_a_norm_do_not_grow():
    from mathml import mathml

    assert mathml(r"\lVert x \rVert", block=False).count('stretchy="false"') == 2


def test_what_belongs_below_a_limit_is_below_it():
    from mathml import mathml

    assert "<munder><mo>lim</mo>" in mathml(r"\lim_{n \to \infty} x_n", block=True)


@pytest.mark.parametrize(
    "tag", ['<script src="{}"></script>', '<link rel="stylesheet" href="{}">', '<img alt="" src="{}">']
)
def test_what_a_page_would_load_from_the_network_is_found(tag):
    from offline import LOADED

    assert LOADED.search(tag.format("https://example.org/a"))
    assert not LOADED.search(tag.format("_static/a"))
    assert not LOADED.search('<a href="https://example.org">a link</a>')
