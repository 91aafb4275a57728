"""Checks that any use of a recording needs: rows as times, enough of them, and no constant channel."""

import numpy as np

from attrax.core.errors import DataError
from attrax.data.column_names import option
from attrax.data.repair.constant_channels import extremes, varies
from attrax.data.series import Dataset

LARGEST = 1e50
"""Measures compute fourth powers, which overflow for larger values, and vanish for changes below its inverse."""

_STILL = "there are no dynamics in a constant, and scaling would divide by zero"


def check_orientation(dataset: Dataset) -> None:
    """Check that there are at least as many rows as columns (D105)."""
    longest_series = dataset.longest
    if len(longest_series) < longest_series.obs_dim:
        raise DataError(
            "D105",
            "looks transposed",
            where=f"{dataset.source}: {len(longest_series)} rows, {longest_series.obs_dim} columns",
            why="each row is one point in time, and these are too few for so many channels",
            fix="--transpose",
        )


def check_length(dataset: Dataset, window: int) -> None:
    """Check that at least one series has `window` rows (D104).

    Example:
        >>> import numpy as np
        >>> from attrax.reading import load
        >>> check_length(load(np.arange(100.0)), 50)
    """
    rows = len(dataset.longest)
    if rows < window:
        raise DataError(
            "D104",
            "DATA TOO SHORT",
            where=f"{dataset.source}: the longest series has {rows} rows, needed are {window}",
            why="a model is trained on windows of this many consecutive rows",
            fix=f"record at least {window} rows, or choose shorter windows",
        )


def first_still(dataset: Dataset) -> str:
    """The first channel that never changes; empty if all change."""
    moving = varies(dataset)
    return next((name for name, moves in zip(dataset[0].channels, moving, strict=True) if not moves), "")


def check_variation(dataset: Dataset, part: str = "", why: str = _STILL, fix: str = "") -> None:
    """Check that every channel changes (D103).

    Args:
        dataset: The recording.
        part: Which part of a recording this is, for the message; empty for the whole.
        why: Why channels must change in it.
        fix: What to do about a channel that changes in other parts.
    """
    name = first_still(dataset)
    if not name:
        return
    k = dataset[0].channels.index(name)
    values = dataset.observed(k)
    state = f"the same value {values[0]:g} in all {len(values):,} rows" if len(values) else "no value in any row"
    raise DataError(
        "D103",
        "constant channel",
        where=f"{dataset.source}: column '{name}' ({k + 1} of {dataset[0].obs_dim}){part}: {state}",
        why=why,
        fix=fix or f"{option('--drop', name)}  # or --drop constant for all such",
    )


def check_magnitude(dataset: Dataset) -> None:
    """Check that no channel has values, or changes, whose powers a computer cannot hold (D145)."""
    low, high = extremes(dataset)
    for k, name in enumerate(dataset[0].channels):
        largest = max(abs(low[k]), abs(high[k]))
        if low[k] < high[k] and (largest >= LARGEST or high[k] - low[k] <= 1 / LARGEST):
            unit = 10.0 ** np.floor(np.log10(largest))
            column = f"column '{name}' ({k + 1} of {dataset[0].obs_dim})"
            raise DataError(
                "D145",
                "values too large or too small to compute with",
                where=f"{dataset.source}: {column}: from {low[k]:g} to {high[k]:g}",
                why=f"squares and their squares overflow beyond {LARGEST:g}, and vanish below {1 / LARGEST:g}",
                fix=f"store it in another unit, such as divided by {unit:g}; or, if the last is no measurement, "
                f"{option('--na', f'{name}={high[k]:g}')}",
            )
