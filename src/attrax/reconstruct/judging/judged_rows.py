"""The rows of recordings that are judged: all, or of a very long recording stretches that suffice."""

from dataclasses import replace

import numpy as np

from attrax.data.series import Dataset, Series

MOST_ROWS = 100_000
"""The length of the longest recordings in published comparisons; free runs of it tell models apart by a few percent."""

FORECAST_VALUES = 500_000
"""Rows times channels that forecasts are scored on: each of more than five channels has errors of its own."""

FITTED_VALUES = 1_000_000
"""Rows times channels that a linear null model is fitted to. With 16 channels and 10 lags, its forecasts then miss by a
quarter of a percent more than with a recording without end."""

FEWEST_ROWS = 20_000
"""However many channels there are, so many rows are used for either."""

STRETCHES = 4
"""Stretches of a training recording, each as long as the judged rows, that a judgement needs: the floor is measured
from four."""


def judged_rows(series: Series) -> Series:
    """The first rows of a recording, at most 100,000.

    Free runs are as long as these rows. Scores get better with their number, and so does the floor.

    Example:
        >>> import numpy as np
        >>> [len(judged_rows(Series(np.zeros((n, 1))))) for n in (50, 200_000)]
        [50, 100000]
    """
    return series[:MOST_ROWS]


def judged_share(series: Series) -> str:
    """Which rows of a recording are judged, in words; empty if all are.

    Example:
        >>> import numpy as np
        >>> judged_share(Series(np.zeros((200_000, 1)))), judged_share(Series(np.zeros((50, 1))))
        ('the first 100,000 of 200,000 rows of ', '')
    """
    rows = len(judged_rows(series))
    return "" if rows == len(series) else f"the first {rows:,} of {len(series):,} rows of "


def known_rows(series: Series) -> Series:
    """The rows of a training recording with which a test recording is compared: four stretches at even distances.

    Each has as many rows as are judged at most. A recording that is no longer than four of them is taken whole.

    Example:
        >>> import numpy as np
        >>> [len(known_rows(Series(np.zeros((n, 1))))) for n in (50, 1_000_000)]
        [50, 400000]
    """
    if len(series) <= STRETCHES * MOST_ROWS:
        return series
    first = np.linspace(0, len(series) - MOST_ROWS, STRETCHES, dtype=int)
    return series[(first[:, None] + np.arange(MOST_ROWS)).ravel()]


def scored_rows(series: Series) -> Series:
    """The first of the judged rows, on which forecasts are scored: fewer of more than five channels.

    The errors of forecasts are averages, which do not depend on the number of rows; only their standard errors do.

    Example:
        >>> import numpy as np
        >>> [len(scored_rows(Series(np.zeros((200_000, n))))) for n in (1, 5, 16, 200)]
        [100000, 100000, 31250, 20000]
    """
    return judged_rows(series)[: max(FORECAST_VALUES // series.obs_dim, FEWEST_ROWS)]


def fitted_stretches(train: Dataset) -> Dataset:
    """Stretches of training recordings from which a linear null model is fitted: all, or enough at even distances.

    The stretches of a long recording remain apart, because a regression must not reach from one to the next.

    Example:
        >>> import numpy as np
        >>> long, short = (Dataset((Series(np.zeros((n, 16))),)) for n in (500_000, 100))
        >>> [len(series) for series in fitted_stretches(long)], fitted_stretches(short) is short
        ([15625, 15625, 15625, 15625], True)
    """
    columns = train[0].obs_dim
    most = min(STRETCHES * MOST_ROWS, max(FITTED_VALUES // columns, FEWEST_ROWS))
    total, rows = sum(map(len, train)), max(1, most // STRETCHES)
    if total <= most:
        return train
    parts = [series[i : i + rows] for series in train for i in range(0, len(series), rows)]
    return replace(train, series=tuple(parts[:: -(-total // most)]))
