"""One number format: the digits that mean something, and no others."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attrax.core.number_text import UNKNOWN, number_text, share_text

FINITE = st.floats(min_value=-1e307, max_value=1e307)
ERRORS = st.floats(min_value=0, exclude_min=True, max_value=1e307)
ORDINARY = st.floats(min_value=1e-3, max_value=9e5)


def read(text):
    return float(text.replace(",", ""))


@given(FINITE)
def test_a_number_is_read_back_to_its_three_digits(value):
    assert math.isclose(read(number_text(value)), value, rel_tol=0.0051, abs_tol=1e-323)


@given(FINITE, ERRORS)
def test_a_value_is_read_back_within_its_error(value, error):
    shown, wrong = map(read, number_text(value, error).split(" ± "))
    assert wrong == pytest.approx(error, rel=0.34)
    assert abs(shown - value) <= 0.51 * error + abs(value) * 1e-8


@given(FINITE, ERRORS)
def test_an_error_has_one_digit_or_two_that_begin_with_1(value, error):
    text = number_text(value, error).split(" ± ")[1].partition("e")[0]
    digits = text.replace(",", "").replace(".", "").lstrip("0")
    significant = digits.rstrip("0") or "1"
    assert len(significant) == 1 or (len(significant) == 2 and significant[0] == "1"), text


@given(st.sampled_from([-1, 1]), ORDINARY, st.one_of(st.none(), st.floats(min_value=1e-3, max_value=1.0)))
def test_ordinary_sizes_have_no_exponent(sign, value, share):
    assert "e" not in number_text(sign * value, share and share * value)


@given(FINITE, st.floats(min_value=1e-3, max_value=1e3))
def test_value_and_error_end_with_the_same_digit(value, ratio):
    error = abs(value) * ratio
    if not 1e-3 < error < 1e5 or abs(value) >= 1e6 - 1:
        return
    shown, wrong = number_text(value, error).split(" ± ")
    assert len(shown.partition(".")[2]) == len(wrong.partition(".")[2])


@given(st.floats(min_value=0, max_value=1))
def test_a_share_is_read_back_and_never_all_or_nothing_by_rounding(share):
    text = share_text(share)
    assert math.isclose(read(text.removesuffix(" %")), 100 * share, rel_tol=0.051, abs_tol=1e-300)
    assert (text == "100 %") == (share == 1)
    assert (text == "0 %") == (share == 0)


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (-68.0, 10.0, "-68 ± 10"),
        (0.0, 0.0, "0"),
        (0.0, None, "0"),
        (-0.0, None, "0"),
        (-0.004, 0.3, "0.0 ± 0.3"),
        (99.96, 0.04, "99.96 ± 0.04"),
        (0.0672, 0.00804, "0.067 ± 0.008"),
        (0.5, 0.096, "0.50 ± 0.10"),
        (2.9e45, 3e44, "2.9e45 ± 3e44"),
        (1_000_001.0, None, "1e6"),
        (1.0, 1e-12, "1 ± 1.0e-12"),
        (999_999.0, None, "999,999"),
        (12_345.0, None, "12,345"),
        (float("inf"), None, "∞"),
        (float("-inf"), 0.1, "-∞"),
        (3.0, float("inf"), "3 ± ∞"),
        (3.0, float("nan"), "3"),
        (float("nan"), 0.1, UNKNOWN),
        (None, None, UNKNOWN),
    ],
)
def test_special_numbers(value, error, text):
    assert number_text(value, error) == text
