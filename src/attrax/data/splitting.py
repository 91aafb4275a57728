"""Splitting: a first part for training and a later part for testing or validation, with a gap between them."""

from dataclasses import replace

from attrax.core.errors import ConfigError, DataError
from attrax.core.number_text import share_text
from attrax.data.series import Dataset, Series
from attrax.data.usable_rows import check_length

_FEWEST = 2


def split(dataset: Dataset, fraction: float = 0.2, *, gap: int = 0) -> tuple[Dataset, Dataset]:
    """Hold out the end of every series.

    Args:
        dataset: The recordings.
        fraction: Share of the rows of each series that is held out.
        gap: Rows left out between the parts. Neighbouring rows are similar: leave out at least a training window, or
            the correlation time if that is longer. If rows hold delayed copies, add the largest lag.

    Returns: The part for training and the part held out. A series that is too short for two rows in each part belongs
        to the first part as a whole.
    Raises: DataError D104 if nothing can be held out; ConfigError C542 for an impossible fraction or gap.

    Example:
        >>> import numpy as np
        >>> from attrax.reading.load import load
        >>> train, test = split(load(np.arange(100.0)), 0.2, gap=5)
        >>> len(train[0]), len(test[0]), float(test[0].x[0, 0])
        (75, 20, 80.0)
    """
    return parted(hold_out(dataset, fraction, gap=gap))


def hold_out(dataset: Dataset, fraction: float, *, gap: int = 0, fewest: int = _FEWEST) -> Dataset:
    """Cut every series in two and mark the second part as held out, so that repairs are fitted to the first part only.

    Args:
        dataset: The recordings, with their rows in the order of time.
        fraction: Share of the rows of each series that is held out.
        gap: Rows left out between the parts.
        fewest: Fewest rows of a part. A series that is too short for two parts is not cut.

    Raises: DataError D104 if every series is too short; ConfigError C542 for an impossible fraction or gap.
    """
    _check_settings(fraction, gap)
    parts = tuple(part for series in dataset for part in _cut(series, fraction, gap, fewest))
    if len(parts) == len(dataset):
        rows = len(dataset.longest)
        raise _nothing_left(
            dataset,
            f"the longest series has {rows} rows; {share_text(fraction)} held out and a gap of {gap} "
            f"leave fewer than {fewest} rows in a part",
        )
    return replace(dataset, series=parts)


def parted(dataset: Dataset) -> tuple[Dataset, Dataset]:
    """The series for training, and those that are marked as held out.

    Raises: DataError D104 if there are none of one kind.
    """
    held_out = tuple(replace(series, held_out=False) for series in dataset if series.held_out)
    train = dataset.fitted
    if not held_out or not len(train):
        raise _nothing_left(dataset, f"no stretch of rows is left for {'testing' if len(train) else 'training'}")
    return replace(train, notices=(), done=()), replace(dataset, series=held_out, notices=(), done=())


def validation_split(train: Dataset, fraction: float, *, window: int, gap: int) -> tuple[Dataset, Dataset]:
    """The rows that models are trained on, and the rows that the best model is chosen by.

    Args:
        train: The recordings for training.
        fraction: Share of the rows for the choice, at the end of each series; with 0 both are all rows.
        window: Rows in a training window.
        gap: Rows left out between the two parts.

    Raises: DataError D104 if a part is too short; ConfigError C598 if a subject has no rows for the choice.

    Example:
        >>> import numpy as np
        >>> from attrax.reading.load import load
        >>> seen, held_out = validation_split(load(np.arange(100.0)), 0.2, window=10, gap=5)
        >>> len(seen[0]), len(held_out[0])
        (75, 20)
    """
    if not fraction:
        return train, train
    seen, held_out = split(train, fraction, gap=gap)
    check_length(seen, window)
    lost = set(train.subjects) - set(held_out.subjects)
    if lost:
        raise ConfigError(
            "C598",
            "subjects without a validation part",
            where=f"train.validation_fraction = {fraction:g}: {', '.join(sorted(lost)[:5])}",
            why="their recordings are too short for a validation part beside a training window",
            fix="train.validation_fraction=0, or a shorter --window",
        )
    return seen, held_out


def _cut(series: Series, fraction: float, gap: int, fewest: int) -> tuple[Series, ...]:
    n_tail = round(fraction * len(series))
    n_head = len(series) - n_tail - gap
    if min(n_head, n_tail) < fewest:
        return (series,)
    return series[:n_head], replace(series[len(series) - n_tail :], held_out=True)


def _nothing_left(dataset: Dataset, where: str) -> DataError:
    return DataError(
        "D104",
        "too short to split",
        where=f"{dataset.source}: {where}",
        why="a model must be tested on rows that it was not trained on",
        fix="record longer, choose a shorter gap, or give a separate test recording",
    )


def _check_settings(fraction: float, gap: int) -> None:
    if not 0 < fraction < 1 or gap < 0:
        raise ConfigError(
            "C542",
            "impossible split",
            where=f"fraction {fraction}, gap {gap}",
            why="both parts need rows, and they must not overlap",
            fix="fraction=0.2, gap=0",
        )
