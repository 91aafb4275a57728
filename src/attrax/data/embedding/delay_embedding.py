"""Delay embedding: the state of a system from delayed copies of a few channels.

By the theorem of Takens, sufficiently many delayed copies of one observable reproduce the attractor, up to a smooth
change of coordinates, for almost every system and observable.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TypeVar

import numpy as np

from attrax.core.errors import ConfigError, DataError
from attrax.data.clock.durations import spelled
from attrax.data.series import Dataset, Series

_Recording = TypeVar("_Recording", Series, Dataset)


def embed(data: _Recording, lags: Sequence[int]) -> _Recording:
    r"""The forward-lag embedding $x_t \mapsto (x_{t+l_1}, x_{t+l_2}, \dots)$ of every channel.

    Columns are ordered by channel, and within a channel by the order of `lags`: `ecg@0`, `ecg@20`, `resp@0`, `resp@20`.
    The last `max(lags)` rows are left out, because their copies would lie after the end. Inputs are those of time $t$.

    Args:
        data: A series, or a dataset whose series are embedded one by one.
        lags: Different, non-negative delays in time steps.

    Raises: DataError D104 if a series has no more rows than the largest lag; ConfigError C543 for impossible lags.
    Cost: Memory grows with the number of lags.

    Example:
        >>> from attrax.reading.load import load
        >>> embed(load(np.arange(5.0)), (0, 2))[0].x
        array([[0., 2.],
               [1., 3.],
               [2., 4.]])

    References:
        Takens, Detecting strange attractors in turbulence, Springer 1981 [@takens1981].
        Kraemer et al., A unified and automated approach to attractor reconstruction, New J. Physics 2021
        [@kramer2021].
    """
    if isinstance(data, Dataset):
        return data.map(partial(embed, lags=lags))
    _check_lags(lags)
    n = len(data) - max(lags)
    if n < 1:
        raise DataError(
            "D104",
            "too short to embed",
            where=f"a series of {len(data)} rows, largest lag {max(lags)}",
            why="each row needs the value that is the largest lag later",
            fix=f"choose lags below {len(data)} rows, or leave this series out",
        )
    return data.replace(
        x=_delayed(data.x, lags, n),
        inputs=None if data.inputs is None else data.inputs[:n],
        mask=None if data.mask is None else _delayed(data.mask, lags, n),
        channels=tuple(f"{name}@{lag}" for name in data.channels for lag in lags),
    )


def lags_text(lags: Sequence[int], dt: float, unit: str) -> str:
    """Lags in rows, and in time if its unit is known.

    Example:
        >>> lags_text((0, 3, 9), 0.004, "s"), lags_text((0, 3), 1.0, "")
        ('0, 3, 9 rows (12ms, 36ms)', '0, 3 rows')
    """
    rows = f"{', '.join(map(str, lags))} rows"
    return f"{rows} ({', '.join(spelled(lag * dt, unit) for lag in lags if lag)})" if unit and any(lags) else rows


def copies(lags: Sequence[int], lag: int) -> slice:
    """The columns of an embedding with the copy of each channel at the delay `lag`.

    Example:
        >>> ["a@5", "a@0", "b@5", "b@0"][copies((5, 0), 0)]
        ['a@0', 'b@0']
    """
    return slice(list(lags).index(lag), None, len(lags))


def newest_columns(lags: Sequence[int]) -> slice:
    """The columns of an embedding with the newest copy of each channel; all columns if there are no lags.

    Only these copies can be forecast: the next values of the others are already known as newer copies.
    """
    return copies(lags, max(lags)) if lags else slice(None)


def spread_columns(lags: Sequence[int], columns: int, most: int) -> slice | list[int]:
    """The columns of an embedding with only so many copies of each channel that there are at most `most` columns.

    The first, the last and copies evenly spread between them: neighbouring copies say almost the same. All columns if
    there are no lags, or if there are so many channels that two copies of each are too many.

    Args:
        lags: The lags of the embedding.
        columns: Number of columns of the embedding.
        most: Largest number of columns.

    Example:
        >>> spread_columns((0, 2, 4, 6, 8, 10), 6, 3), spread_columns((0, 5), 2, 3), spread_columns((), 7, 3)
        ([0, 2, 5], slice(None, None, None), slice(None, None, None))
    """
    kept = most * len(lags) // columns
    if columns <= most or kept < 2:
        return slice(None)
    order = np.argsort(lags)
    chosen = sorted(order[np.linspace(0, len(lags) - 1, kept).round().astype(int)].tolist())
    return [first + place for first in range(0, columns, len(lags)) for place in chosen]


def newest(embedded: Series, lags: Sequence[int]) -> Series:
    """The channels of an embedding at their largest delay, with their original names.

    Row `t` of the result is row `t + max(lags)` of the recording that was embedded. A free run of a model of embedded
    data has several copies of every channel; only the copy of the largest delay is a forecast.

    Example:
        >>> from attrax.reading.load import load
        >>> newest(embed(load(np.arange(5.0)), (0, 2))[0], (0, 2)).x[:, 0]
        array([2., 3., 4.])
    """
    _check_lags(lags)
    columns = newest_columns(lags)
    suffix = f"@{max(lags)}"
    ahead = embedded.replace(
        x=embedded.x[:, columns],
        inputs=embedded.inputs,
        mask=None if embedded.mask is None else embedded.mask[:, columns],
        channels=tuple(name.removesuffix(suffix) for name in embedded.channels[columns]),
    )
    return _later(ahead, embedded, max(lags))


def behind(embedded: Series, lags: Sequence[int]) -> Series:
    """Undo the embedding, without inputs: every row is taken from the copy with the largest possible delay.

    It begins with the first row that has a copy. A series that is shorter than the largest difference of neighbouring
    lags gives the same as `newest`.

    Example:
        >>> from attrax.reading.load import load
        >>> behind(embed(load(np.arange(5.0)), (0, 2))[0], (0, 2)).x[:, 0]
        array([0., 1., 2., 3., 4.])
    """
    order = sorted(lags)
    heads = list(pairwise(order)) if max(np.diff(order), default=0) <= len(embedded) else []
    last = newest(embedded, lags)

    def joined(array):
        parts = [array[: after - lag, copies(lags, lag)] for lag, after in heads]
        return np.concatenate([*parts, array[:, copies(lags, order[-1])]])

    mask = None if embedded.mask is None else joined(embedded.mask)
    whole = last.replace(x=joined(embedded.x), inputs=None, mask=mask)
    return _later(whole, embedded, order[0 if heads else -1])


def _later(series: Series, embedded: Series, rows: int) -> Series:
    """A series whose first row is some rows after that of the embedded one."""
    before = None if embedded.before is None else embedded.before[rows:]
    level = None if embedded.level is None else embedded.level.later(rows)
    return replace(series, origin=embedded.origin.later(rows * embedded.dt), before=before, level=level)


def _delayed(values: np.ndarray, lags: Sequence[int], n: int) -> np.ndarray:
    return np.stack([values[lag : lag + n] for lag in lags], axis=2).reshape(n, -1)


def _check_lags(lags: Sequence[int]) -> None:
    if not lags or min(lags) < 0 or len(set(lags)) < len(lags):
        raise ConfigError(
            "C543",
            "impossible embedding lags",
            where=f"lags {tuple(lags)}",
            why="each lag adds one copy of every channel, so many time steps later",
            fix="lags=(0, 20, 68): different whole numbers of time steps, none negative",
        )
