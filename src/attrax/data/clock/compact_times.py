"""Times of day that are written as one number, such as 1330 or 133005."""

import numpy as np

from attrax.data.clock.date_form import DateForm
from attrax.data.clock.date_text import WrittenTimes

_HHMM = DateForm("{H:02d}{M:02d}", "m", 60.0)
_HHMMSS = DateForm("{H:02d}{M:02d}{S:02d}", "s", 1.0)
_FEWEST = 10
_DAY = 86_400
_MOST_ODD = 0.02


def compact_times(column: np.ndarray, *, named: bool) -> WrittenTimes | None:
    """Times of day in whole numbers such as 1330 or 133005; None for other numbers.

    Args:
        column: The numbers.
        named: Whether the name of the column says that they are such times. If not, they must be even as times of day,
            and uneven as numbers.

    Example:
        >>> (compact_times(np.array([2358.0, 2359.0, 0.0]), named=True).since / np.timedelta64(1, "m")).tolist()
        [1438.0, 1439.0, 0.0]
    """
    if column.dtype.kind not in "fiu" or len(column) < 2 or not np.isfinite(column).all():
        return None
    if (column < 0).any() or column.max() >= 24e4 or (column % 1 != 0).any():
        return None
    digits = column.astype(np.int64)
    form = _HHMM if digits.max() < 2400 else _HHMMSS
    seconds = digits % 100 if form is _HHMMSS else np.zeros_like(digits)
    whole = digits // 100 if form is _HHMMSS else digits
    minutes, hours = whole % 100, whole // 100
    if (seconds > 59).any() or (minutes > 59).any() or (hours > 23).any():
        return None
    since = 3600 * hours + 60 * minutes + seconds
    if not named and not (len(column) >= _FEWEST and _even(since % _DAY, _DAY) and not _even(digits, 0)):
        return None
    return WrittenTimes(since.astype("timedelta64[s]").astype("timedelta64[us]"), form)


def _even(numbers: np.ndarray, turn: int) -> bool:
    """Whether nearly all steps are equal and positive; after a turn, numbers begin again at 0."""
    steps = np.diff(numbers) % turn if turn else np.diff(numbers)
    middle = np.median(steps)
    return bool(middle > 0 and (steps != middle).mean() <= _MOST_ODD)
