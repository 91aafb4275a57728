"""Forecasts by the model of a run, and the files they are written to."""

from pathlib import Path

import numpy as np

from attrax.core.errors import DataError
from attrax.core.result import Result
from attrax.core.simulator import Simulation
from attrax.data.series import Dataset, Series
from attrax.reconstruct.forecasting.ensemble import table_of
from attrax.reconstruct.forecasting.forecast import (
    Forecast,
    check_channels,
    continue_recording,
    recorded_channels,
    trend_removed,
    undelayed,
    with_drives,
)
from attrax.reconstruct.judging.free_runs import CONTEXT_ROWS
from attrax.runs.output import writer_for
from attrax.runs.reconstruction import Reconstruction


def simulate_run(fit: Reconstruction, n: int, *, seed: int) -> Forecast:
    """A free run of `n` steps of the model of a run, from a random row of its training data (drawn with `seed`)."""
    recording = fit.recordings.train.longest
    _check_undriven(recording)
    row = int(np.random.default_rng(seed).integers(len(recording)))
    return continue_recording(fit.model, fit.config, recording, n, row=row)


def forecast_run(fit: Reconstruction, n: int, data: Dataset) -> Forecast:
    """Forecast the `n` rows after the longest series of `data`, a recording that is not repaired yet."""
    recording = fit.as_seen(data).longest
    _check_undriven(recording)
    return continue_recording(fit.model, fit.config, recording, n)


def forecast_intervals(fit: Reconstruction, n: int, data: Dataset, level: float) -> Forecast:
    """As `forecast_run`, from all restarts: for each channel the forecast and the ends of its prediction interval.

    Args:
        fit: A fit with at least two restarts.
        n: Number of steps.
        data: The recording, not yet repaired.
        level: Share of future values that the intervals are to contain.

    Raises: ConfigError C583 if the run has a single restart, C584 if its recording is too short to calibrate with.
    """
    recording = fit.as_seen(data).longest
    check_channels(recording, fit.model)
    _check_undriven(recording)
    lags, phases = fit.config.data.lags, fit.config.data.known_phases
    inputs = with_drives(phases, recording, len(recording) + np.arange(n), None)
    found = fit.ensemble(level).forecast(recording.values[-CONTEXT_ROWS:], n, inputs)
    parts = [Simulation(x, Result.SUCCESSFUL) for x in (found.center, found.high - found.center)]
    (embedded, ahead), (_, reach) = (undelayed(recording, part, lags) for part in parts)
    seen, center = recorded_channels(phases, embedded, ahead, len(recording) - 1)
    half = phases.put_back_reach(seen, embedded.channels, ahead.x, reach.x, level)
    names, values = table_of([center.x, center.x - half, center.x + half], seen.channels)
    remark = trend_removed(fit.config) + "".join(f"; {told}" for told in found.warnings())
    shown = seen.replace(x=np.zeros((len(seen), len(names))), channels=names, inputs=None, mask=None)
    row, cut = len(recording) - 1, max(lags, default=0)
    return Forecast(Simulation(values, Result.SUCCESSFUL), shown, row, cut, remark)


def write_forecast(found: Forecast, path: Path) -> str:
    """Write the times and values of a forecast to a file. Returns a line for the screen that says what was written."""
    x, result = found.simulation
    t = found.recording.times_after(found.row, len(x))
    seen = found.recording
    words = {k: seen.labels[name] for k, name in enumerate(seen.channels) if name in seen.labels}
    writer_for(path)(path, x, t, (seen.origin.name, *seen.titles), words)
    lost = int(np.isnan(x).any(axis=1).sum())
    note = "" if result is Result.SUCCESSFUL else f"; {lost:,} rows are NaN: {result.message}"
    return f"{path}: {len(x):,} steps x {x.shape[1]} channels after row {found.row + found.cut:,}{note}{found.remark}"


def _check_undriven(recording: Series) -> None:
    recording = recording if recording.before is None else recording.before
    if recording.inputs is not None:
        raise DataError(
            "D122",
            "the model is driven by external inputs",
            where=f"inputs {', '.join(recording.input_channels)}",
            why="a free run needs the future inputs, and the command line has no way to give them",
            fix="in Python: attrax.open_run(folder).forecast(500, data, inputs=future_inputs)",
        )
