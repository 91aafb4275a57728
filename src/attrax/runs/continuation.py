"""Continuations: what a trained model makes of a recording from some row on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from attrax.core.errors import DataError
from attrax.core.result import Result
from attrax.core.simulator import Simulation
from attrax.data.embedding import embed, newest
from attrax.data.series import Series
from attrax.runs.evaluation import CONTEXT_ROWS, masked
from attrax.runs.folder import Run
from attrax.runs.model_file import open_model
from attrax.runs.output import writer_for
from attrax.runs.recordings import load_other, load_recordings, load_whole


@dataclass(frozen=True)
class Continuation:
    """A simulated stretch of a recording.

    Attributes:
        simulation: Values, and how the run ended.
        recording: What was continued.
        row: The last row of the recording that the model was shown.
        remark: What a person should know about the values; may be empty.
    """

    simulation: Simulation
    recording: Series
    row: int
    remark: str = ""

    def write(self, path: Path) -> str:
        """Write the values with their times, and say what was written in a line."""
        x, result = self.simulation
        t = (self.row + 1 + np.arange(len(x))) * self.recording.dt
        writer_for(path)(path, x, t, self.recording.channels)
        lost = int(np.isnan(x).any(axis=1).sum())
        note = "" if result is Result.SUCCESSFUL else f"; {lost:,} rows are NaN: {result.message}"
        return f"{path}: {len(x):,} steps x {x.shape[1]} channels after row {self.row:,}{note}{self.remark}"


def simulate_run(folder: Path, n: int, *, seed: int) -> Continuation:
    """A free run of a run's model from a row of its training data, chosen by `seed`."""
    run = Run.open(folder)
    recording = load_recordings(run.config).train.longest
    row = int(np.random.default_rng(seed).integers(len(recording)))
    return _continue(run, recording, row, n)


def forecast_run(folder: Path, n: int, paths: list[str] | None) -> Continuation:
    """The continuation of a recording after its last row: of the files given, or of the run's own recording."""
    run = Run.open(folder)
    recording = load_whole(run.config) if paths is None else load_other(run.config, paths)
    longest = (embed(recording, run.config.data.lags) if run.config.data.lags else recording).longest
    return _continue(run, longest, len(longest) - 1, n)


def _continue(run: Run, recording: Series, row: int, n: int) -> Continuation:
    model = open_model(run.model_path)
    _check(run, recording, len(model.channels))
    context = masked(recording)[max(0, row + 1 - CONTEXT_ROWS) : row + 1]
    removed = ", ".join(run.config.data.detrend)
    remark = f"; without the linear trend that was removed ({removed})" if removed else ""
    simulation = model.simulate(context, n)
    lags = run.config.data.lags
    if lags:
        x = newest(recording.replace(x=simulation.x, inputs=None, mask=None), lags).x
        simulation, recording, row = Simulation(x, simulation.result), newest(recording, lags), row + max(lags)
    return Continuation(simulation, recording, row, remark)


def _check(run: Run, recording: Series, obs_dim: int) -> None:
    if recording.obs_dim != obs_dim:
        raise DataError(
            "D110",
            "the recording has other channels than the model",
            where=f"recording: {recording.obs_dim} channels, model of {run.path}: {obs_dim}",
            why="each channel of the model needs its value in the last row",
            fix="choose the channels the model was trained on with --channels or --drop at `attrax fit`",
        )
    if recording.inputs is not None:
        raise DataError(
            "D122",
            "the model is driven by external inputs",
            where=f"{run.path}: inputs {', '.join(recording.input_channels)}",
            why="a free run needs the future inputs, and the command line has no way to give them",
            fix="in Python: attrax.open_model(path).simulate(context, n, future_inputs)",
        )
