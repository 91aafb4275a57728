"""Constant channels: found, and removed from a recording."""

from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from attrax.core.errors import DataError
from attrax.data.series import Dataset, Series

ROUNDING = 1e-13
"""Values of a channel that differ by less, as a share of the largest of them, are one value with rounding errors."""


def extremes(dataset: Dataset) -> tuple[Float[np.ndarray, " obs"], Float[np.ndarray, " obs"]]:
    """The least and the largest observed value of each channel; infinite where there is none."""
    low, high = zip(*(series.extremes for series in dataset), strict=True)
    return np.min(low, axis=0), np.max(high, axis=0)


def varies(dataset: Dataset) -> Bool[np.ndarray, " obs"]:
    """Which channels have observed values that differ by more than rounding errors, in all series together."""
    low, high = extremes(dataset)
    with np.errstate(invalid="ignore", over="ignore"):
        return high - low > ROUNDING * np.maximum(np.abs(low), np.abs(high))


def remove_constant(dataset: Dataset) -> Dataset:
    """Remove the channels that have one value, or none, in all series together that are not held out.

    Raises: DataError D103 if no channel is left.
    """
    kept = np.flatnonzero(varies(dataset.fitted)).tolist()
    names = dataset[0].channels
    if not kept:
        raise DataError(
            "D103",
            "every channel is constant",
            where=f"{dataset.source}: columns {', '.join(map(repr, names[:8]))}",
            why="there are no dynamics in a constant",
            fix="choose a recording in which something changes",
        )
    gone = [repr(name) for k, name in enumerate(names) if k not in kept]
    moving = keep_channels(dataset, tuple(names[k] for k in kept))
    return dataset.repaired(moving, f"drop constant: {', '.join(gone) if gone else 'no channel is constant'}")


def keep_channels(dataset: Dataset, names: tuple[str, ...]) -> Dataset:
    """The dataset with these of its channels only."""
    if names == dataset[0].channels:
        return dataset
    columns = [dataset[0].channels.index(name) for name in names]

    def kept(series: Series) -> Series:
        mask = None if series.mask is None else series.mask[:, columns]
        return replace(series, x=series.x[:, columns], mask=mask, channels=names)

    return dataset.map(kept)
