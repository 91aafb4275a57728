"""Splitting: a part to learn from and a later part to be judged by, with a gap so that neither sees the other."""

from attrax.core.errors import ConfigError, DataError
from attrax.data.series import Dataset, Series

_FEWEST = 2


def split(dataset: Dataset, fraction: float = 0.2, *, gap: int = 0) -> tuple[Dataset, Dataset]:
    """Hold out the end of every series.

    Args:
        dataset: The recordings.
        fraction: Share of the rows of each series that are held out.
        gap: Rows dropped between the parts. Neighbouring rows resemble each other: leave out at least the training
            window, or the correlation time if that is longer.

    Returns: The part to learn from and the part held out. A series too short to leave two rows, one step, in each part
        stays whole in the first.
    Raises: DataError D104 if nothing could be held out; ConfigError C542 for an impossible fraction or gap.

    Example:
        >>> import numpy as np
        >>> from attrax.data.reading.load import load
        >>> train, test = split(load(np.arange(100.0)), 0.2, gap=5)
        >>> len(train[0]), len(test[0]), float(test[0].x[0, 0])
        (75, 20, 80.0)
    """
    _check_settings(fraction, gap)
    parts = [_cut(series, fraction, gap) for series in dataset]
    held_out = tuple(tail for _, tail in parts if tail is not None)
    if not held_out:
        rows = len(dataset.longest)
        raise DataError(
            "D104",
            "too short to split",
            where=f"{dataset.source}: the longest series has {rows} rows; {fraction:.0%} held out and a gap of {gap} "
            f"leave fewer than {_FEWEST} rows in a part",
            why="a model must be judged by rows it has not seen",
            fix="record longer, choose a shorter gap, or give a separate test recording",
        )
    first = Dataset(tuple(head for head, _ in parts), name=dataset.name, source=dataset.source)
    return first, Dataset(held_out, name=dataset.name, source=dataset.source)


def _cut(series: Series, fraction: float, gap: int) -> tuple[Series, Series | None]:
    n_tail = round(fraction * len(series))
    n_head = len(series) - n_tail - gap
    if min(n_head, n_tail) < _FEWEST:
        return series, None
    return series[:n_head], series[len(series) - n_tail :]


def _check_settings(fraction: float, gap: int) -> None:
    if not 0 < fraction < 1 or gap < 0:
        raise ConfigError(
            "C542",
            "impossible split",
            where=f"fraction {fraction}, gap {gap}",
            why="both parts need rows, and they must not overlap",
            fix="fraction=0.2, gap=0",
        )
