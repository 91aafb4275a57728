"""Continuations: what a trained model makes of a recording from some row on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.core.errors import DataError
from attrax.core.result import Result
from attrax.core.simulator import Simulation
from attrax.data.continued import continued
from attrax.data.embedding import newest
from attrax.data.projection import Projection
from attrax.data.series import Series
from attrax.models.model import Model
from attrax.runs.config import Config
from attrax.runs.ensemble import calibration_rows, ensemble_of, table_of
from attrax.runs.folder import Run
from attrax.runs.free_runs import CONTEXT_ROWS
from attrax.runs.model_file import open_model, read_facts
from attrax.runs.output import writer_for
from attrax.runs.recordings import load_as_trained, load_recordings, one_series, source_as_trained


@dataclass(frozen=True)
class Continuation:
    """A simulated stretch of a recording.

    Attributes:
        simulation: Values, and how the run ended.
        recording: What was continued.
        row: The last row of the recording that the model was shown.
        cut: Rows before its first that a delay embedding cut off.
        remark: What a person should know about the values; may be empty.
    """

    simulation: Simulation
    recording: Series
    row: int
    cut: int = 0
    remark: str = ""

    def write(self, path: Path) -> str:
        """Write the values with their times, and say what was written in a line."""
        x, result = self.simulation
        t = self.recording.times_after(self.row, len(x))
        writer_for(path)(path, x, t, (self.recording.origin.name, *self.recording.channels))
        lost = int(np.isnan(x).any(axis=1).sum())
        note = "" if result is Result.SUCCESSFUL else f"; {lost:,} rows are NaN: {result.message}"
        return f"{path}: {len(x):,} steps x {x.shape[1]} channels after row {self.row + self.cut:,}{note}{self.remark}"


def simulate_run(folder: Path, n: int, *, seed: int) -> Continuation:
    """A free run of a run's model from a row of its training data, chosen by `seed`."""
    run = Run.open(folder)
    recording = load_recordings(run.config).train.longest
    row = int(np.random.default_rng(seed).integers(len(recording)))
    return _continue(run, recording, row, n)


def forecast_run(folder: Path, n: int, paths: list[str] | None, reading: dict[str, Any]) -> Continuation:
    """The continuation of a recording after its last row: of the files given, or of the run's own recording."""
    run = Run.open(folder)
    longest = load_as_trained(run.config, paths, reading).longest
    return _continue(run, longest, len(longest) - 1, n)


def forecast_intervals(
    folder: Path, n: int, paths: list[str] | None, reading: dict[str, Any], level: float
) -> Continuation:
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
    ahead = [_undelayed(recording, end, lags) for end in ends]
    seen = ahead[0][0]
    names, values = table_of([simulation.x for _, simulation in ahead], seen.channels)
    remark = trend_removed(run.config) + "".join(f"; {told}" for told in found.warnings())
    shown = seen.replace(x=np.zeros((len(seen), len(names))), channels=names, inputs=None, mask=None)
    row, cut = len(recording) - 1, max(lags, default=0)
    return Continuation(Simulation(values, Result.SUCCESSFUL), shown, row, cut, remark)


def continue_source(
    model: Model,
    config: Config,
    projection: Projection | None,
    source: Any,
    n: int,
    inputs: Float[np.ndarray, "n input"] | None = None,
) -> Any:
    """What follows a recording that is at hand, as the kind of object it came in.

    Args:
        model: The model of a run.
        config: The settings of the run: how recordings are read and repaired.
        projection: The principal components that its channels are, if they are.
        source: The recording, one series.
        n: Number of steps.
        inputs: Future external inputs, for a model that is driven.
    """
    dataset = source_as_trained(config, projection, source)
    recording = one_series(dataset, "[fit.forecast(series, n) for series in recordings]")
    check_channels(recording, model)
    simulation = model.simulate(recording.values[-CONTEXT_ROWS:], n, inputs)
    seen, simulation = _undelayed(recording, simulation, config.data.lags)
    return continued(source, seen, simulation.x)


def _continue(run: Run, recording: Series, row: int, n: int) -> Continuation:
    model = _open_for(run, recording)
    context = recording.values[max(0, row + 1 - CONTEXT_ROWS) : row + 1]
    lags = run.config.data.lags
    seen, simulation = _undelayed(recording, model.simulate(context, n), lags)
    return Continuation(simulation, seen, row, max(lags, default=0), trend_removed(run.config))


def _open_for(run: Run, recording: Series) -> Model:
    """The model of a run, which can continue the recording."""
    model = open_model(run.model_path)
    check_channels(recording, model)
    _check_inputs(run, recording)
    return model


def trend_removed(config: Config) -> str:
    """A remark on the units of what a model gives, if a trend was removed from what it learned; else nothing."""
    removed = ", ".join(config.data.detrend)
    return f"; without the linear trend that was removed ({removed})" if removed else ""


def _undelayed(recording: Series, simulation: Simulation, lags: tuple[int, ...]) -> tuple[Series, Simulation]:
    """A recording and its continuation in the channels that were embedded, if they were."""
    if not lags:
        return recording, simulation
    ahead = newest(recording.replace(x=simulation.x, inputs=None, mask=None), lags)
    return newest(recording, lags), Simulation(ahead.x, simulation.result)


def check_channels(recording: Series, model: Model) -> None:
    """Whether the recording has the channels of the model.

    Raises: DataError D110.
    """
    if recording.obs_dim != len(model.channels):
        raise DataError(
            "D110",
            "the recording has other channels than the model",
            where=f"recording: {recording.obs_dim} channels, model: {len(model.channels)}",
            why="each channel of the model needs its own values",
            fix="choose the channels the model was trained on with --channels or --drop",
        )


def _check_inputs(run: Run, recording: Series) -> None:
    if recording.inputs is not None:
        raise DataError(
            "D122",
            "the model is driven by external inputs",
            where=f"{run.path}: inputs {', '.join(recording.input_channels)}",
            why="a free run needs the future inputs, and the command line has no way to give them",
            fix="in Python: attrax.open_model(path).simulate(context, n, future_inputs)",
        )
