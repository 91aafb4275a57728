"""How docstrings become pages: sections as fields, equations as roles, papers as citations."""

import sys
from pathlib import Path

import pytest

TEXT = r"""The mean $\bar x$ of an array.

$$x = y +
z$$

Args:
    x: The array.

Returns: The mean, a number
    of the same type.
Raises:
    ValueError: It is empty.
Cost: One pass.

References:
    Hess et al., A title that is
    long, ICML 2023 [@hess2023].
    Others, 2022 [@a2022; @b2022].
"""


@pytest.fixture(scope="module")
def rewritten():
    pytest.importorskip("sphinx")
    folder = str(Path(__file__).parents[2] / "docs" / "extensions")
    sys.path.insert(0, folder)
    from house_docstrings import rewritten

    sys.path.remove(folder)
    return rewritten(TEXT)


def test_equations_become_roles(rewritten):
    assert r"The mean :math:`\bar x` of" in rewritten


def test_an_equation_that_stands_alone_becomes_a_block(rewritten):
    assert "\n\n.. math:: x = y + z\n\n" in rewritten


def test_sections_become_fields(rewritten):
    assert "\n:Returns:\n    The mean, a number\n    of the same type.\n\n" in rewritten
    assert "\n:Cost:\n    One pass.\n" in rewritten


def test_what_napoleon_reads_is_left(rewritten):
    assert "Args:\n    x: The array.\n" in rewritten
    assert "Raises:\n    ValueError: It is empty.\n" in rewritten


def test_references_become_a_list(rewritten):
    assert "    * Hess et al., A title that is\n      long, ICML 2023 :cite:p:`hess2023`.\n" in rewritten
    assert "    * Others, 2022 :cite:p:`a2022,b2022`." in rewritten
