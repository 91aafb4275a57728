"""Dates that are written as one number, such as 20210131 or 202101011530."""

import re
from collections.abc import Callable, Sequence

import numpy as np

from attrax.data.clock.date_form import DateForm
from attrax.data.clock.date_text import WrittenDates, read_dates

# By the number of digits: how to set them apart so that they are read as a date, and their form.
_FORMS = {
    6: ("{}-{}", DateForm("{y:04d}{m:02d}", "M")),
    8: ("{}-{}-{}", DateForm("{y:04d}{m:02d}{d:02d}", "D", 86_400.0)),
    10: ("{}-{}-{} {}:00", DateForm("{y:04d}{m:02d}{d:02d}{H:02d}", "h", 3_600.0)),
    12: ("{}-{}-{} {}:{}", DateForm("{y:04d}{m:02d}{d:02d}{H:02d}{M:02d}", "m", 60.0)),
    14: ("{}-{}-{} {}:{}:{}", DateForm("{y:04d}{m:02d}{d:02d}{H:02d}{M:02d}{S:02d}", "s", 1.0)),
}
_ORDINAL = DateForm("{y:04d}{j:03d}", "D", 86_400.0)
_MONTH = re.compile(r"\s*(?:0?[1-9]|1[0-2])\.\d{4}\s*")
_DATED = re.compile(r"(?i:.*date.*|yyyy.*|datum|fecha|.*doy|.*day.*)")
_FEWEST, _FIRST_YEAR, _LAST_YEAR = 2, 1000, 2999


def compact_dates(
    column: np.ndarray, name: str, exact: Callable[[], Sequence[str]] | None = None
) -> WrittenDates | None:
    """Dates in numbers such as 20210131, months such as 202101, or days of a year such as 2021031; None for others.

    Args:
        column: The numbers.
        name: Name of the column, which decides where other meanings are possible.
        exact: Gives the text of the column, for months such as `01.2021`.

    Example:
        >>> compact_dates(np.array([20201231.0, 20210101.0]), "day").instants.astype("M8[D]").astype(str).tolist()
        ['2020-12-31', '2021-01-01']
    """
    if len(column) < _FEWEST or not np.isfinite(column).all():
        return None
    if exact is not None and column.min() >= 1 and column.max() < 13 and (np.diff(column) < 0).any():
        texts = exact()
        return next(iter(read_dates(texts)), None) if all(map(_MONTH.fullmatch, texts)) else None
    if not (1e5 <= column[0] < 3e13 and column.min() >= 1e5 and (column % 1 == 0).all()):
        return None
    texts = [str(int(value)) for value in column]
    digits, dated = len(texts[0]), _DATED.fullmatch(name.strip()) is not None
    if any(len(text) != digits or not _FIRST_YEAR <= int(text[:4]) <= _LAST_YEAR for text in (texts[0], texts[-1])):
        return None
    if digits == 7:
        # Other numbers rarely leap to the first day of a year.
        leaps = dated or any(text.endswith("001") for text in texts[1:])
        return _read([f"{text[:4]}-{text[4:]}" for text in texts], _ORDINAL) if leaps else None
    # Without a thirteenth month in between, these are plain numbers.
    if digits not in _FORMS or (digits == 6 and not dated and not (np.diff(column) > 1).any()):
        return None
    spread, form = _FORMS[digits]
    return _read([spread.format(text[:4], *(text[i : i + 2] for i in range(4, digits, 2))) for text in texts], form)


def _read(texts: Sequence[str], form: DateForm) -> WrittenDates | None:
    found = next(iter(read_dates(texts)), None)
    return None if found is None else found._replace(form=form)
