"""All repairs that the options ask for, in the one order in which they are made."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from attrax.data.levels.trend import Trend
from attrax.data.repair.baseline_removal import remove_baseline
from attrax.data.repair.complete_stretches import split_at_gaps
from attrax.data.repair.constant_channels import remove_constant
from attrax.data.repair.detrending import detrend
from attrax.data.repair.even_clock import keep_row_times, with_even_clock
from attrax.data.repair.interpolation import interpolate
from attrax.data.repair.repair_options import RepairOptions
from attrax.data.repair.resampling import decimate, resample
from attrax.data.repair.row_order import MERGES, merge_duplicates, sort
from attrax.data.repair.transforming import transform
from attrax.data.series import Dataset

FEWEST_ROWS = 2

# What `RepairOptions.missing` does to a recording, by its values; the others leave the recording as it is.
GAP_REPAIRS: dict[str, Callable[[RepairOptions], Callable[[Dataset], Dataset]]] = {
    "interpolate": lambda _: interpolate,
    "split": lambda options: partial(split_at_gaps, min_length=options.min_length or FEWEST_ROWS),
}
COUNTED_IN_ROWS = ("interpolate",)
CUT_TO_LENGTH = ("split",)


def apply_repairs(
    dataset: Dataset,
    options: RepairOptions = RepairOptions(),  # noqa: B008 - frozen
    *,
    drop_constant: bool = False,
    keep_uneven: bool = False,
    cut: Callable[[Dataset], Dataset] | None = None,
    trends: Sequence[Trend] = (),
) -> Dataset:
    """Make the repairs that are asked for, and check that rows are evenly spaced.

    Args:
        dataset: Recordings as `attrax.reading.load_raw` returns them.
        options: What to repair. Of `missing`, only `interpolate` and `split` change the recording.
        drop_constant: Remove channels that never change.
        keep_uneven: Keep uneven times, for dynamics in continuous time, instead of refusing them.
        cut: Divides the recordings and marks the series that are held out, as `hold_out` does; called when rows are in
            the order of time. All later repairs are fitted to the other series, and mix no rows of two series.
        trends: The trends of a run, which the recordings continue, as `detrend` says.

    Returns: The repaired dataset; its `done` has a sentence for each repair.
    Raises: DataError D106 or D107 if rows are not even after the repairs, D104 if no stretch is long enough;
        ConfigError for repairs that are not possible.
    Cost: A few passes over the data; resampling and decimation import SciPy.

    Example:
        >>> import numpy as np
        >>> from attrax.reading.load import load_raw
        >>> x = load_raw(np.array([0.0, 1.0, np.nan, 3.0]))
        >>> apply_repairs(x, RepairOptions(missing="interpolate")).done
        ('interpolate: 1 missing value filled',)
    """
    for repair in _orderings(options):
        dataset = repair(dataset)
    if cut is not None:
        dataset = cut(dataset)
    if drop_constant:
        dataset = remove_constant(dataset)
    for repair in _repairs(options, trends, keep_uneven=keep_uneven):
        dataset = repair(dataset)
    return dataset


def _orderings(options: RepairOptions) -> Iterator[Callable[[Dataset], Dataset]]:
    if options.sort:
        yield sort
    if options.duplicates in MERGES:
        yield partial(merge_duplicates, how=options.duplicates)


def _repairs(
    options: RepairOptions, trends: Sequence[Trend], *, keep_uneven: bool
) -> Iterator[Callable[[Dataset], Dataset]]:
    if options.resample:
        yield partial(resample, step=options.resample)
    yield partial(keep_row_times, asked=_counted_in_rows(options)) if keep_uneven else with_even_clock
    if options.every > 1:
        yield partial(decimate, every=options.every)
    if options.transform:
        yield partial(transform, entries=tuple(options.transform))
    if options.detrend:
        yield partial(detrend, channels=tuple(options.detrend), known=trends)
    if options.highpass:
        yield partial(remove_baseline, period=options.highpass)
    if options.missing in GAP_REPAIRS:
        yield GAP_REPAIRS[options.missing](options)


def _counted_in_rows(options: RepairOptions) -> list[str]:
    """The options in use that need evenly spaced rows, as they are written on the command line."""
    flags = {
        "--every": options.every > 1,
        "--detrend": bool(options.detrend),
        "--highpass": bool(options.highpass),
        f"--missing {options.missing}": options.missing in COUNTED_IN_ROWS,
    }
    return [flag for flag, used in flags.items() if used]
