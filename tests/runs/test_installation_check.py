"""What `attrax doctor FAMILY` says of an implementation is for readers: papers by name, formulas without commands."""

import re

import pytest

from attrax.core.errors import ConfigError
from attrax.registries import ALL
from attrax.runs.installation_check import describe_family


@pytest.mark.parametrize("family", [registry.group.partition(".")[2] for registry in ALL])
def test_no_description_has_a_key_or_a_command_of_latex(family):
    text = "\n".join(describe_family(family))
    assert "[@" not in text
    assert "\\" not in text
    assert "$" not in text
    assert not re.search(r"mathrm|mathcal|Vert|bigl|frac|[{}]", text)


def test_papers_are_told_by_authors_title_and_year():
    text = "\n".join(describe_family("dynamics"))
    assert "reference: Hess, Monfared, Brenner & Durstewitz, Generalized Teacher Forcing for" in text
    assert "z_t = A z_(t-1) + W max(z_(t-1), 0)" in text


def test_every_paper_of_a_specification_can_be_told_in_words():
    for registry in ALL:
        for name, spec in registry.specs().items():
            listed = "References:" in (spec.implementation.__doc__ or "")
            assert not listed or len(spec.citations) == len(spec.references), name


def test_an_unknown_family_is_told_with_the_nearest():
    with pytest.raises(ConfigError, match="attrax doctor dynamics"):
        describe_family("dynamic")
