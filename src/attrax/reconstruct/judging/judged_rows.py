"""The rows of a recording that free runs are compared with: all, or of a very long recording as many as suffice."""

from attrax.data.series import Series

MOST_ROWS = 100_000
"""The length of the longest recordings in published comparisons; free runs of it tell models apart by a few percent."""


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
