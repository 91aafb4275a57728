"""Transforming: channels in units in which their changes are alike, such as the logarithm of a concentration."""

from dataclasses import replace

import numpy as np

from attrax.core.errors import DataError
from attrax.data.column_names import option
from attrax.data.levels.level import Level
from attrax.data.levels.transforms import NONNEGATIVE, TRANSFORMS, UNCHANGED, transforms_of
from attrax.data.series import Dataset, Series


def transform(dataset: Dataset, entries: tuple[str, ...]) -> Dataset:
    """Transform channels; what a model returns is transformed back.

    Args:
        dataset: The recordings.
        entries: Settings such as `log` for every channel, or `x=log`.

    Raises: DataError D119 for a name that no channel has, D136 for values that have no transform.

    Example:
        >>> x = Dataset((Series(np.array([[1.0], [np.e]])),))
        >>> transform(x, ("log",))[0].x
        array([[0.],
               [1.]])
    """
    names = dataset[0].channels
    kinds = dict(zip(names, transforms_of(entries, names, dataset.source), strict=True))
    chosen = tuple((name, kind) for name, kind in kinds.items() if kind != UNCHANGED)
    if not chosen:
        return dataset
    _check_possible(dataset, chosen)
    changed = dataset.map(lambda series: _transformed(series, Level(chosen)))
    told = {kind: [repr(name) for name, given in chosen if given == kind] for kind in TRANSFORMS if kind != NONNEGATIVE}
    parts = [f"{TRANSFORMS[kind].words} of {', '.join(of)}" for kind, of in told.items() if of]
    if not parts:
        return changed
    return dataset.repaired(changed, f"transform: {'; '.join(parts)}; undone in all that comes back")


def _transformed(series: Series, level: Level) -> Series:
    x = level.apply(series.channels, series.x)
    return replace(series, x=x if series.mask is None else np.where(series.mask, x, 0.0), level=level)


def _check_possible(dataset: Dataset, chosen: tuple[tuple[str, str], ...]) -> None:
    for name, kind in chosen:
        x = dataset.observed(dataset[0].channels.index(name))
        bad = x[~TRANSFORMS[kind].possible(x)]
        if len(bad):
            possible = "sqrt" if (x >= 0).all() else UNCHANGED
            raise DataError(
                "D136",
                f"values without a {TRANSFORMS[kind].words}",
                where=f"{dataset.source}: column '{name}' has {len(bad):,} of {len(x):,} values that are "
                f"{'negative' if (bad < 0).any() else 'zero'}, the least {bad.min():.6g}",
                why="what the model learned could not be turned back into such values",
                fix=option("--transform", f"{name}={possible}"),
            )
