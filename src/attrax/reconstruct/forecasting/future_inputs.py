"""External inputs of the rows after a recording, matched to the inputs of a model by name and by time."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.core.errors import DataError
from attrax.data.clock.durations import spelled
from attrax.data.clock.row_times import START, TOLERANCE
from attrax.data.clock_units import in_unit
from attrax.data.matching import matched
from attrax.data.repair.repair_options import RepairOptions
from attrax.data.repair.repairs import apply_repairs
from attrax.data.series import Dataset, Series
from attrax.reading.load import load_raw
from attrax.reconstruct.preparation.recordings import one_series
from attrax.reconstruct.settings.configuration import Config

ONE_FUTURE = "give a file of one series, with a row for every step ahead"


def future_inputs(
    config: Config, names: Sequence[str], source: Any, after: Series | None, n: int | None, *, follow: bool = True
) -> Float[np.ndarray, "n input"]:
    """The external inputs of the rows to forecast.

    Args:
        config: The settings of the run, which say how files are read and at which time step rows are.
        names: Names of the inputs of the model.
        source: A file, a frame or any other recording with a column for each input, in any order and perhaps beside
            others; or an array with a row for each step, in the order of the model.
        after: The recording that is continued, whose time step rows with a clock must have; None for no recording.
        n: Number of steps; None for all rows that there are.
        follow: Whether the rows after its end are taken, of a source with a clock; otherwise the first rows.

    Raises: DataError D110 for other inputs, D138 for rows that do not follow the recording, have another time step, or
        are too few.
    """
    if isinstance(source, np.ndarray | list):
        rows = np.asarray(source, np.float64)
        found = _picked(Dataset((Series(rows[:, None] if rows.ndim == 1 else rows),)), names)
    else:
        # Columns are chosen by name below, since a file of inputs has no channels.
        data = config.data.model_copy(update={"inputs": (), "channels": (), "drop": ()})
        found = _picked(load_raw(source, data), names)
    series = one_series(_at_the_step(config, found), ONE_FUTURE)
    if after is not None and series.origin.calendar is None:
        series = in_unit(series, after.unit)
    if after is not None:
        _check_step(series, after, found.source)
    first = 0 if after is None or not follow else _first_row(series, after)
    left = len(series) - first
    if n is not None and left < n:
        raise _misfit(
            f"{found.source}: {left:,} rows{' after the recording' if first else ''}, needed are {n:,}",
            f"--steps {left}",
        )
    return series.x[first : None if n is None else first + n]


def inputs_ahead(
    config: Config, recording: Series, n: int | None, future: Any, *, follow: bool = True
) -> Float[np.ndarray, "n input"] | None:
    """The external inputs of the rows ahead of a recording; None for a model without any.

    Args:
        config: The settings of the run.
        recording: The recording, with the channels of the model.
        n: Number of steps; None for all rows that `future` has.
        future: The inputs, as `source` of `future_inputs`; None if there are none.
        follow: Whether the rows after the recording are taken, if the inputs have a clock; otherwise the first rows.

    Raises: DataError D122 if the model has inputs and none are given; D110 and D138 as `future_inputs`.
    """
    recording = recording if recording.before is None else recording.before
    if recording.inputs is None:
        return None
    if future is None:
        raise DataError(
            "D122",
            "the model is driven by external inputs",
            where=f"inputs {', '.join(recording.input_channels)}",
            why="a free run needs the inputs of every step ahead",
            fix="--future inputs.csv  # a column for each; in Python fit.forecast(500, data, inputs=future)",
        )
    return future_inputs(config, recording.input_channels, future, recording, n, follow=follow)


def steps_ahead(n: int | None, inputs: Float[np.ndarray, "n input"] | None, usual: int) -> int:
    """The number of steps: `n` if it is given, else the number of rows of the inputs, else the usual number."""
    return n or (usual if inputs is None else len(inputs))


def _picked(dataset: Dataset, names: Sequence[str]) -> Dataset:
    """The columns of the inputs, in the order of the model."""
    there = dataset[0].channels
    kept = [there.index(name) for name in names] if set(names) <= set(there) else list(range(len(there)))

    def of(series: Series) -> Series:
        return replace(
            series,
            x=series.x[:, kept],
            channels=tuple(there[k] for k in kept),
            mask=None if series.mask is None else series.mask[:, kept],
        )

    picked = matched(dataset.map(of), tuple(names))
    if picked.n_missing:
        raise _misfit(f"{dataset.source}: {picked.n_missing:,} missing values", "fill the gaps in the file")
    return picked


def _at_the_step(config: Config, dataset: Dataset) -> Dataset:
    """Rows at the time step of the model, if their times show that they are rows of the recording."""
    if dataset[0].stamps is None:
        return dataset
    data = config.data
    options = RepairOptions(sort=data.sort, duplicates=data.duplicates, resample=data.resample, every=data.every)
    return apply_repairs(dataset, options)


def _first_row(series: Series, after: Series) -> int:
    """The row that follows the end of the recording; the first one if the source has no clock."""
    if not _has_clock(series):
        return 0
    times, wanted = series.times, after.times_after(len(after) - 1, 1)[0]
    if np.asarray(times).dtype.kind != np.asarray(wanted).dtype.kind:
        if not _has_clock(after):
            return 0
        raise _misfit(
            f"the recording continues at {wanted}, the rows begin at {times[0]}",
            "leave out the time column, if the first row is the one after the recording",
        )
    away = np.abs(times - wanted)
    row = int(np.argmin(away))
    apart = away[row] / np.timedelta64(1, "us") / 1e6 if times.dtype.kind == "M" else away[row]
    if apart > TOLERANCE * series.dt:
        raise _misfit(
            f"the recording continues at {wanted}, the rows are from {times[0]} to {times[-1]}",
            "give the rows that follow the recording",
        )
    return row


def _has_clock(series: Series) -> bool:
    return series.stamps is not None or series.origin != START


def _check_step(series: Series, after: Series, source: str) -> None:
    """Check that rows with a clock are as far apart as the steps of the model."""
    evenly = series.stamps is None and after.stamps is None and len(series) > 1
    if not evenly or not (_has_clock(series) and _has_clock(after)) or series.unit != after.unit:
        return
    if abs(series.dt - after.dt) > TOLERANCE * after.dt:
        raise _misfit(
            f"{source}: rows are {spelled(series.dt, series.unit)} apart, steps of the model "
            f"{spelled(after.dt, after.unit)}",
            "give a row for every step of the model",
        )


def _misfit(where: str, fix: str) -> DataError:
    return DataError(
        "D138",
        "future inputs do not fit",
        where=where,
        why="the model is driven by them in every step ahead",
        fix=fix,
    )
