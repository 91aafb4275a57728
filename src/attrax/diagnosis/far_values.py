"""Far values: codes for missing values such as -999, and single values far from all others."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from attrax.data.repair.constant_channels import extremes
from attrax.data.series import Dataset, Series

CODES = frozenset(
    sign * code for code in (99, 999, 9999, 99999, 999.9, 9999.9, 999.25, 32767, 1e20, 1e30) for sign in (1.0, -1.0)
) | {-32768.0, 2147483647.0, -2147483648.0, 65535.0, 9.969209968386869e36}
"""Numbers that instruments and archives write where nothing was measured."""

FEWEST_DIFFERENT = 10
FEWEST_REPEATS = 3
REPEATED_GAP = 3.0
MOST_CODES = 3
MOST_SPIKES = 5
SPIKE_RATIO = 8.0
_EXAMINED = 64
_SAMPLE = 1_000


@dataclass(frozen=True)
class FarValue:
    """A value of a channel that lies far from all its other values.

    Attributes:
        channel: The name of the channel.
        value: The value.
        count: How often it occurs.
        first: The first row with it, counted from 0, in the series `where`.
        where: Index of that series.
        code: Whether it looks like a code for a missing value; else it is a single fault or a rare event.
    """

    channel: str
    value: float
    count: int
    first: int
    where: int
    code: bool


def far_values(dataset: Dataset) -> tuple[FarValue, ...]:
    """The far values of every channel.

    A code is the lowest or highest value of a channel, apart from its other values by more than their whole range if it
    is a number that is often used so, or by three times that range if it occurs at least three times. A spike is
    one of up to five values at least eight times as far from the median as all others.

    Cost: A few passes over the data.

    Example:
        >>> from attrax.reading.load import load
        >>> x = np.sin(np.arange(200.0))
        >>> x[[50, 51]] = -999
        >>> [(far.value, far.count, far.code) for far in far_values(load(x))]
        [(-999.0, 2, True)]
    """
    doubtful = np.flatnonzero(may_be_far(dataset))
    return tuple(far for k in doubtful.tolist() for far in _of_channel(dataset, k))


def may_be_far(dataset: Dataset) -> Bool[np.ndarray, " obs"]:
    """Which channels may have far values, from their extremes and some rows; certainly no others have any."""
    longest = dataset.longest
    rows = longest[:: max(len(longest) // _SAMPLE, 1)]
    ends = zip(*extremes(dataset), strict=True)
    return np.array([_doubtful(rows.observed(k), low, high) for k, (low, high) in enumerate(ends)], dtype=bool)


def without_far_values(series: Series) -> Series:
    """The series with far values marked as missing, so that they do not change what is measured in the other rows."""
    mask = series.observed_mask.copy()
    for k in range(series.obs_dim):
        mask[:, k] &= ~_far(series.x[:, k], mask[:, k])
    if mask.all() or (series.mask is not None and (mask == series.mask).all()):
        return series
    return replace(series, x=np.where(mask, series.x, 0.0), mask=mask)


def near_values(values: Float[np.ndarray, " time"]) -> Float[np.ndarray, " near"]:
    """The values without those that are far from all others."""
    far = _far(values, np.ones(len(values), dtype=bool))
    return values[~far] if far.any() else values


def _of_channel(dataset: Dataset, k: int) -> Iterator[FarValue]:
    values = np.asarray(dataset.observed(k), dtype=np.float64)
    for code, found in ((True, _codes(values)), (False, _spikes(values, _codes(values)))):
        for value in found:
            places = [np.flatnonzero((s.x[:, k] == value) & s.observed_mask[:, k]) for s in dataset]
            where = next(i for i, rows in enumerate(places) if len(rows))
            yield FarValue(
                dataset[0].channels[k], float(value), sum(map(len, places)), int(places[where][0]), where, code
            )


def _far(x: Float[np.ndarray, " time"], seen: Bool[np.ndarray, " time"]) -> Bool[np.ndarray, " time"]:
    values = np.asarray(x[seen], dtype=np.float64)
    if len(values) and not _doubtful(values[:: max(len(values) // _SAMPLE, 1)], values.min(), values.max()):
        return np.zeros(len(x), dtype=bool)
    codes = _codes(values)
    return np.isin(x, [*codes, *_spikes(values, codes)]) & seen


def _doubtful(some: Float[np.ndarray, " row"], low: float, high: float) -> bool:
    """Whether a channel may have far values, from some of its values and its extremes.

    A code is an end of the range, and all other values then lie in less than half of it. Around a spike, all but five
    values lie in less than a quarter of the range; of any values, six are at least half as far from the median as the
    sixth of them from below is from the sixth from above.
    """
    # Halved, so that the difference of the largest numbers is one, too.
    inner, low, high = some[(some != low) & (some != high)] / 2, low / 2, high / 2
    if len(inner) <= 2 * MOST_SPIKES + 2:
        return True
    inner = np.sort(inner)
    middle = float(inner[-MOST_SPIKES - 1] - inner[MOST_SPIKES])
    return bool(inner[-1] - inner[0] <= (high - low) / 2 or high - low > SPIKE_RATIO / 2 * middle)


def _codes(values: Float[np.ndarray, " seen"]) -> list[float]:
    """The lowest and highest values that look like codes for missing values."""
    codes: list[float] = []
    while len(values) > FEWEST_DIFFERENT and len(codes) < MOST_CODES:
        found = next((end for end in (values.min(), values.max()) if _is_code(values, end)), None)
        if found is None:
            break
        codes.append(float(found))
        values = values[values != found]
    return codes


def _is_code(values: Float[np.ndarray, " seen"], end: float) -> bool:
    # Halved, so that the difference of the largest numbers is one, too.
    values, end = values / 2, end / 2
    low, high = values.min(), values.max()
    # The gap to the other values must be at least half of everything: a sample decides most cases without a pass.
    sample = values[:: max(len(values) // _EXAMINED, 1)]
    middle = sample[sample != end]
    if len(middle) < FEWEST_DIFFERENT or (middle.max() - middle.min()) > (high - low) / 2:
        return False
    others = values[values != end]
    spread = float(others.max() - others.min())
    gap = float(min(abs(others.max() - end), abs(others.min() - end)))
    different = len(np.unique(others[:: max(len(others) // 1_000, 1)])) >= FEWEST_DIFFERENT
    repeats = len(values) - len(others)
    if not different or 2 * repeats > len(values):
        return False
    return gap > spread * (1.0 if 2 * end in CODES else REPEATED_GAP) and (
        2 * end in CODES or repeats >= FEWEST_REPEATS
    )


def _spikes(values: Float[np.ndarray, " seen"], codes: list[float]) -> list[float]:
    """Up to five values at least eight times as far from the median as all others."""
    values = values[~np.isin(values, codes)] if codes else values
    if len(values) <= _EXAMINED:
        return []
    # Halved, so that the difference of the largest numbers is one, too.
    distance = np.abs(values / 2 - np.median(values) / 2)
    top = np.argpartition(distance, -MOST_SPIKES - 1)[-MOST_SPIKES - 1 :]
    top = top[np.argsort(distance[top])[::-1]]
    steps = [i for i in range(MOST_SPIKES) if distance[top[i]] / SPIKE_RATIO > distance[top[i + 1]] > 0]
    return sorted({float(values[row]) for row in top[: steps[-1] + 1]}) if steps else []
