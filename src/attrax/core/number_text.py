"""Numbers as text for people: a value with its error, both to the digits that mean something; and shares in percent.

This is the only place that decides how a measured number is shown: on the screen, on pages, in tables and in figures.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from math import isfinite, isinf, isnan
from typing import SupportsFloat

UNKNOWN = "–"
"""Stands for a value that is not known."""
USUAL_DIGITS = 3
MOST_DIGITS = 9
"""An error that would need more digits of the value than this stands alone in its own size."""
LEAST, MOST = -4, 6
"""Powers of ten: numbers from 0.0001 to 999,999 are written without an exponent."""

# Digits enough for the largest float next to the smallest one.
_EXACT = Context(prec=800, rounding=ROUND_HALF_EVEN)


def number_text(value: SupportsFloat | None, error: SupportsFloat | None = None, digits: int = USUAL_DIGITS) -> str:
    """A number as text: with its error, as many digits as the error allows; without one, `digits` of them.

    The error has one digit, or two if the first of them is 1. Values from 0.0001 to 999,999 have no exponent.

    Args:
        value: The number; None and NaN give a dash.
        error: Its standard error; None, NaN and 0 show the value alone.
        digits: Number of digits of a value without an error; digits before the point are always shown.

    Example:
        >>> number_text(-68.31, 12.4), number_text(0.3142, 0.0512), number_text(5.4e-6, 8e-8)
        ('-68 ± 12', '0.31 ± 0.05', '5.40e-6 ± 8e-8')
        >>> number_text(-14.5712), number_text(1234.5, 40.0), number_text(0.0), number_text(float("nan"))
        ('-14.6', '1,230 ± 40', '0', '–')
    """
    value, error = _plain(value), _plain(error)
    if value is None or isnan(value):
        return UNKNOWN
    if isinf(value):
        return "∞" if value > 0 else "-∞"
    if error is None or isnan(error) or error == 0:
        return _rounded(value, digits)
    if isinf(error):
        return f"{_rounded(value, digits)} ± ∞"
    return _with_error(Decimal(float(value)), abs(Decimal(float(error))))


def share_text(share: SupportsFloat | None, error: SupportsFloat | None = None) -> str:
    """A share as percent, to two digits or those that its error allows; never 0 % or 100 % for what is only close.

    Args:
        share: The share, from 0 to 1; None and NaN give a dash.
        error: Its standard error.

    Example:
        >>> share_text(0.25), share_text(1.0), share_text(0.0042), share_text(0.9996), share_text(0.512, 0.013)
        ('25 %', '100 %', '0.42 %', '99.96 %', '51.2 % ± 1.3 %')
    """
    share, error = _plain(share), _plain(error)
    if share is None or not isfinite(share):
        return UNKNOWN
    if error is not None and 0 < error < float("inf"):
        return " ± ".join(f"{part} %" for part in number_text(100 * share, 100 * error).split(" ± "))
    if 0.99 < share < 1:
        rest = _magnitude(Decimal(1 - share))
        return f"{_fixed(Decimal(100 * share), rest + 2)} %"
    return f"{_rounded(100 * share, 2 if abs(share) < 1 else USUAL_DIGITS)} %"


def counted(number: int, noun: str) -> str:
    """A number of things: one channel, two channels.

    Example:
        >>> counted(1, "channel"), counted(1_200, "row")
        ('1 channel', '1,200 rows')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _plain(value: SupportsFloat | None) -> float | None:
    """A number of NumPy or JAX as one of Python."""
    return None if value is None else float(value)


def _rounded(value: float, digits: int) -> str:
    """A finite number with this number of digits, without zeros at the end."""
    exact = Decimal(float(value))
    if exact == 0:
        return "0"
    last = _magnitude(exact) - digits + 1
    if last > 0 and _magnitude(exact) < MOST:
        # The digits before the point are as short as the zeros that would stand in their place.
        return _fixed(exact, 0)
    exact = exact.quantize(_unit(last), context=_EXACT)
    size = _magnitude(exact)
    text = _fixed(exact, size - digits + 1) if LEAST <= size < MOST else _scientific(exact, size - digits + 1)
    mantissa, mark, exponent = text.partition("e")
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa) + mark + exponent


def _with_error(value: Decimal, error: Decimal) -> str:
    two = error.quantize(_unit(_magnitude(error) - 1), context=_EXACT)
    last = _magnitude(two) - (1 if str(two).lstrip("0.").startswith("1") else 0)
    size = max(_magnitude(value), _magnitude(two))
    if size - last >= MOST_DIGITS:
        return f"{_rounded(float(value), MOST_DIGITS)} ± {_scientific(error, last)}"
    write = _fixed if LEAST <= size < MOST else _scientific
    return f"{write(value, last)} ± {write(error, last)}"


def _magnitude(value: Decimal) -> int:
    """The power of ten of the first digit; that of the smallest float for 0."""
    return value.adjusted() if value else -324


def _unit(last: int) -> Decimal:
    return Decimal(1).scaleb(last, context=_EXACT)


def _fixed(value: Decimal, last: int) -> str:
    """A number without exponent, rounded to the power of ten `last`."""
    rounded = value.quantize(_unit(last), context=_EXACT)
    text = f"{rounded.quantize(_unit(0), context=_EXACT) if last > 0 else rounded:,f}"
    return text.removeprefix("-") if rounded == 0 else text


def _scientific(value: Decimal, last: int) -> str:
    """A number with an exponent, rounded to the power of ten `last`."""
    rounded = value.quantize(_unit(last), context=_EXACT)
    if rounded == 0:
        return "0"
    size = _magnitude(rounded)
    digits = max(size - last, 0)
    return f"{_fixed(rounded.scaleb(-size, context=_EXACT), -digits)}e{size}"
