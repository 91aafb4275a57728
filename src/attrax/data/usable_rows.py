"""Checks that any use of a recording needs: rows as times, enough of them, and no constant channel."""

from attrax.core.errors import DataError
from attrax.data.column_names import option
from attrax.data.repair.constant_channels import varies
from attrax.data.series import Dataset


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
    """Check that at least one series has `window` rows (D104)."""
    rows = len(dataset.longest)
    if rows < window:
        raise DataError(
            "D104",
            "DATA TOO SHORT",
            where=f"{dataset.source}: the longest series has {rows} rows, needed are {window}",
            why="a model is trained on windows of this many consecutive rows",
            fix=f"record at least {window} rows, or choose shorter windows",
        )


def check_variation(dataset: Dataset) -> None:
    """Check that every channel changes (D103)."""
    moving = varies(dataset)
    for k, name in enumerate(dataset[0].channels):
        if not moving[k]:
            values = dataset.observed(k)
            state = (
                f"the same value {values[0]:g} in all {len(values):,} rows" if len(values) else "no value in any row"
            )
            raise DataError(
                "D103",
                "constant channel",
                where=f"{dataset.source}: column '{name}' ({k + 1} of {dataset[0].obs_dim}): {state}",
                why="there are no dynamics in a constant, and scaling would divide by zero",
                fix=f"{option('--drop', name)}  # or --drop constant for all such",
            )
