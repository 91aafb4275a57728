"""Forecasts by the model of a run, and the files they are written to."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from attrax.core.number_text import counted
from attrax.core.result import Result
from attrax.data.series import Dataset
from attrax.reading.continued_fields import dataset_like
from attrax.reconstruct.forecasting.forecast import Forecast, continue_recording, continue_with_interval, run_freely
from attrax.reconstruct.forecasting.forecast_start import USUAL_START, Count
from attrax.reconstruct.forecasting.future_inputs import inputs_ahead, steps_ahead
from attrax.runs.output import RowClock, WrittenRows, writer_for
from attrax.runs.reconstruction import Reconstruction

USUAL_STEPS = 500


def simulate_run(fit: Reconstruction, n: int | None, *, seed: int, future: Any = None) -> Forecast:
    """A free run of the model of a run, from a random row of its training data.

    Args:
        fit: The fit.
        n: Number of steps; None for as many as there are future inputs, or else 10,000.
        seed: Seed of the row.
        future: External inputs of the steps, for a model that has some: a file, a frame or an array.
    """
    train = fit.recordings.train
    return _naming(train, run_freely(fit.model, fit.config, train.longest, n, seed=seed, future=future))


def forecast_run(
    fit: Reconstruction,
    n: int | None,
    data: Dataset,
    *,
    future: Any = None,
    start: str = USUAL_START,
    progress: Count = lambda *_: None,
) -> Forecast:
    """Forecast the rows after the longest series of `data`.

    Args:
        fit: The fit.
        n: Number of steps; None for as many as there are future inputs, or else 500.
        data: The recording, not yet repaired.
        future: External inputs of the rows ahead, for a model that has some: a file, a frame or an array.
        start: How the latent state of the last row is found, as in `Reconstruction.forecast`.
        progress: Called with the number of steps done in finding it, and their total.
    """
    seen = fit.as_seen(data)
    inputs = inputs_ahead(fit.config, seen.longest, n, future)
    steps = steps_ahead(n, inputs, USUAL_STEPS)
    found = continue_recording(
        fit.model, fit.config, seen.longest, steps, inputs=inputs, start=start, progress=progress
    )
    return _naming(seen, found)


def forecast_intervals(
    fit: Reconstruction, n: int | None, data: Dataset, level: float, *, future: Any = None
) -> Forecast:
    """As `forecast_run`, from all restarts: for each channel the forecast and the ends of its prediction interval.

    Args:
        fit: A fit with at least two restarts.
        n: Number of steps, as in `forecast_run`.
        data: The recording, not yet repaired.
        level: Share of future values that the intervals are to contain.
        future: External inputs of the rows ahead, as in `forecast_run`.

    Raises: ConfigError C583 if the run has a single restart, C584 if its recording is too short to calibrate with.
    """
    seen = fit.as_seen(data)
    inputs = inputs_ahead(fit.config, seen.longest, n, future)
    steps = steps_ahead(n, inputs, USUAL_STEPS)
    return _naming(seen, continue_with_interval(fit.ensemble(level), fit.config, seen.longest, steps, inputs=inputs))


def _naming(dataset: Dataset, found: Forecast) -> Forecast:
    """The forecast; its remark says which series it continues, if there are several."""
    if len(dataset) < 2:
        return found
    name = f" of '{found.recording.subject}'" if len(dataset.subjects) > 1 else ""
    return replace(found, remark=f"{name}, the longest of {len(dataset)} series{found.remark}")


def write_forecast(found: Forecast, path: Path, source: str = "") -> str:
    """Write the times and values of a forecast to a file.

    Args:
        found: The forecast.
        path: The file.
        source: The file that the recording was read from: NetCDF files get its dimensions, coordinates and attributes.

    Returns: A line for the screen that says what was written.
    """
    x, result = found.simulation
    seen = found.recording
    clock = RowClock.after(seen, found.row, len(x))
    words = {k: seen.labels[name] for k, name in enumerate(seen.channels) if name in seen.labels}
    dataset = partial(dataset_like, source, seen[: found.row + 1], x)
    writer_for(path)(path, WrittenRows(x, clock, (seen.clock_title, *seen.titles), words, dataset))
    lost = int(np.isnan(x).any(axis=1).sum())
    note = "" if result is Result.SUCCESSFUL else f"; {lost:,} rows are NaN: {result.message}"
    return (
        f"{path}: {counted(len(x), 'step')}, {counted(x.shape[1], 'column')} "
        f"after row {found.row + found.cut:,}{note}{found.remark}"
    )
