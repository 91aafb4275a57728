"""Forecasts by the model of a run folder, and the files they are written to."""

from pathlib import Path
from typing import Any

import numpy as np

from attrax.core.errors import DataError
from attrax.core.result import Result
from attrax.core.simulator import Simulation
from attrax.data.series import Series
from attrax.models.model import Model
from attrax.reconstruct.forecasting.ensemble import calibration_rows, ensemble_of, table_of
from attrax.reconstruct.forecasting.forecast import Forecast, check_channels, trend_removed, undelayed
from attrax.reconstruct.judging.free_runs import CONTEXT_ROWS
from attrax.reconstruct.preparation.recordings import load_as_trained, load_recordings
from attrax.runs.folder import Run
from attrax.runs.model_file import open_model, read_facts
from attrax.runs.output import writer_for


def simulate_run(folder: Path, n: int, *, seed: int) -> Forecast:
    """A free run of a run's model from a row of its training data, chosen by `seed`."""
    run = Run.open(folder)
    recording = load_recordings(run.config).train.longest
    row = int(np.random.default_rng(seed).integers(len(recording)))
    return _continue(run, recording, row, n)


def forecast_run(folder: Path, n: int, paths: list[str] | None, reading: dict[str, Any]) -> Forecast:
    """The continuation of a recording after its last row: of the files given, or of the run's own recording."""
    run = Run.open(folder)
    longest = load_as_trained(run.config, paths, reading).longest
    return _continue(run, longest, len(longest) - 1, n)


def forecast_intervals(
    folder: Path, n: int, paths: list[str] | None, reading: dict[str, Any], level: float
) -> Forecast:
    """As `forecast_run`, by all restarts of the run: of each channel what will come, and its lower and upper end.

    Raises: ConfigError C583 if the run has a single restart, C584 if its recording is too short to calibrate on.
    """
    run = Run.open(folder)
    recording = load_as_trained(run.config, paths, reading).longest
    _open_for(run, recording)
    restarts = [(read_facts(path), open_model(path)) for path in run.restart_paths()]
    facts = {str(found["seed"]): found for found, _ in restarts}
    models = {found["seed"]: model for found, model in restarts}
    judges = calibration_rows(run.config, load_recordings(run.config).train)
    found = ensemble_of(models, facts, judges, level).forecast(recording.values[-CONTEXT_ROWS:], n)
    ends = [Simulation(x, Result.SUCCESSFUL) for x in (found.center, found.low, found.high)]
    lags = run.config.data.lags
    ahead = [undelayed(recording, end, lags) for end in ends]
    seen = ahead[0][0]
    names, values = table_of([simulation.x for _, simulation in ahead], seen.channels)
    remark = trend_removed(run.config) + "".join(f"; {told}" for told in found.warnings())
    shown = seen.replace(x=np.zeros((len(seen), len(names))), channels=names, inputs=None, mask=None)
    row, cut = len(recording) - 1, max(lags, default=0)
    return Forecast(Simulation(values, Result.SUCCESSFUL), shown, row, cut, remark)


def write_forecast(found: Forecast, path: Path) -> str:
    """Write the values of a forecast with their times, and say in one line what was written."""
    x, result = found.simulation
    t = found.recording.times_after(found.row, len(x))
    writer_for(path)(path, x, t, (found.recording.origin.name, *found.recording.channels))
    lost = int(np.isnan(x).any(axis=1).sum())
    note = "" if result is Result.SUCCESSFUL else f"; {lost:,} rows are NaN: {result.message}"
    return f"{path}: {len(x):,} steps x {x.shape[1]} channels after row {found.row + found.cut:,}{note}{found.remark}"


def _continue(run: Run, recording: Series, row: int, n: int) -> Forecast:
    model = _open_for(run, recording)
    context = recording.values[max(0, row + 1 - CONTEXT_ROWS) : row + 1]
    lags = run.config.data.lags
    seen, simulation = undelayed(recording, model.simulate(context, n), lags)
    return Forecast(simulation, seen, row, max(lags, default=0), trend_removed(run.config))


def _open_for(run: Run, recording: Series) -> Model:
    """The model of a run, which can continue the recording."""
    model = open_model(run.model_path)
    check_channels(recording, model)
    _check_inputs(run, recording)
    return model


def _check_inputs(run: Run, recording: Series) -> None:
    if recording.inputs is not None:
        raise DataError(
            "D122",
            "the model is driven by external inputs",
            where=f"{run.path}: inputs {', '.join(recording.input_channels)}",
            why="a free run needs the future inputs, and the command line has no way to give them",
            fix="in Python: attrax.open_model(path).simulate(context, n, future_inputs)",
        )
