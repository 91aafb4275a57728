"""The rows of a recording that free runs are compared with: all, or of a very long recording as many as suffice."""

from attrax.data.series import Series

MOST_ROWS = 100_000
"""Of three channels, two stretches of as many rows are as near to each other as the errors of most scores."""

FEWEST_ROWS = 20_000
MOST_VALUES = 1_000_000


def judged_rows(series: Series) -> Series:
    """The first rows of a recording: at most 100,000, and fewer of more than ten channels, but never below 20,000.

    Free runs are as long as these rows, and scores get better with their number, the floor likewise.

    Example:
        >>> import numpy as np
        >>> [len(judged_rows(Series(np.zeros((200_000, n))))) for n in (3, 20, 64)]
        [100000, 50000, 20000]
    """
    return series[: min(MOST_ROWS, max(FEWEST_ROWS, MOST_VALUES // series.obs_dim))]


def judged_share(series: Series) -> str:
    """Which rows of a recording are judged, in words.

    Example:
        >>> import numpy as np
        >>> judged_share(Series(np.zeros((200_000, 3)))), judged_share(Series(np.zeros((50, 3))))
        ('the first 100,000 of 200,000 rows of ', '')
    """
    rows = len(judged_rows(series))
    return "" if rows == len(series) else f"the first {rows:,} of {len(series):,} rows of "
