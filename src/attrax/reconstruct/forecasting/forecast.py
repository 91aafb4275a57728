"""Forecasts of the rows that follow a recording, with a trained model."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.core.errors import DataError
from attrax.core.result import Result
from attrax.core.simulator import Simulation
from attrax.data.embedding.delay_embedding import newest
from attrax.data.phases.phase_channels import Phases
from attrax.data.series import Series
from attrax.models.model import Model
from attrax.reconstruct.forecasting.ensemble import Ensemble, table_of
from attrax.reconstruct.forecasting.forecast_start import USUAL_START, Count, StartTask
from attrax.reconstruct.forecasting.future_inputs import inputs_ahead, steps_ahead
from attrax.reconstruct.forecasting.recorded_units import put_back, put_back_interval, remark_on
from attrax.reconstruct.judging.free_runs import CONTEXT_ROWS
from attrax.reconstruct.settings.configuration import Config
from attrax.registries import STARTS

LONG_RUN = 10_000


@dataclass(frozen=True)
class Forecast:
    """A forecast of a recording.

    Attributes:
        simulation: The forecast values, and whether the simulation diverged.
        recording: The recording that is continued.
        row: The last row of the recording that the model used.
        cut: Number of rows at the beginning that a delay embedding removed.
        remark: A remark on the values for the user; may be empty.
    """

    simulation: Simulation
    recording: Series
    row: int
    cut: int = 0
    remark: str = ""


def continue_recording(
    model: Model,
    config: Config,
    recording: Series,
    n: int,
    *,
    row: int | None = None,
    inputs: Float[np.ndarray, "n input"] | None = None,
    seed: int | None = None,
    start: str = USUAL_START,
    progress: Count = lambda *_: None,
) -> Forecast:
    """Forecast the rows after a given row of a recording.

    Args:
        model: The model of a run.
        config: The settings of the run.
        recording: The recording, with the channels of the model.
        n: Number of steps.
        row: The row to continue from; None for the last one.
        inputs: Future external inputs, one row per step, for a model with inputs. Those of a periodic drive that was
            found among the channels are known, and are added.
        seed: Seed of the dynamical noise, if the model has some; None for the expected values without it.
        start: How the state of that row is found: one of the registered starts of forecasts.
        progress: Called with the number of steps done in finding it, and their total.

    Raises: DataError D110 if the recording has other channels than the model; ConfigError C512 for an unknown start, or
        an error of the start.
    """
    check_channels(recording, model)
    row = len(recording) - 1 if row is None else row
    task = StartTask(model, config, recording[max(0, row + 1 - CONTEXT_ROWS) : row + 1], progress)
    z0 = STARTS.spec(start, option="--start").implementation(task)
    lags, phases = config.data.lags, config.data.known_phases
    driven = with_drives(phases, recording, row + 1 + np.arange(n), inputs)
    key = None if model.noise is None else seed
    (run,) = model.simulate_from(z0[None], n, None if driven is None else driven[None], key=key)
    seen, simulation = undelayed(recording, run, lags)
    rows = row + 1 + np.arange(len(simulation.x))
    remark = remark_on(seen, simulation.x, rows)
    seen, x = put_back(phases, seen, simulation.x, rows)
    return Forecast(Simulation(x, simulation.result), seen, row, max(lags, default=0), remark)


def continue_with_interval(
    ensemble: Ensemble,
    config: Config,
    recording: Series,
    n: int,
    *,
    inputs: Float[np.ndarray, "n input"] | None = None,
) -> Forecast:
    """As `continue_recording` after the last row, from several models, with the ends of prediction intervals.

    Args:
        ensemble: The models of a run, and the level of the intervals.
        config: The settings of the run.
        recording: The recording, with the channels of the models.
        n: Number of steps.
        inputs: As for `continue_recording`.

    Returns: A forecast with the columns `x`, `x_low` and `x_high` for each channel `x`.
    Raises: DataError D110 if the recording has other channels than the models.
    """
    check_channels(recording, ensemble.members[0])
    lags, phases = config.data.lags, config.data.known_phases
    driven = with_drives(phases, recording, len(recording) + np.arange(n), inputs)
    found = ensemble.forecast(recording.values[-CONTEXT_ROWS:], n, driven)
    parts = [Simulation(x, Result.SUCCESSFUL) for x in (found.center, found.high - found.center)]
    (embedded, ahead), (_, reach) = (undelayed(recording, part, lags) for part in parts)
    rows = len(embedded) + np.arange(n)
    remark = remark_on(embedded, ahead.x, rows) + "".join(f"; {told}" for told in found.warnings())
    seen, ends = put_back_interval(phases, embedded, ahead.x, reach.x, rows, share=ensemble.level)
    names, values = table_of(ends, seen.channels)
    shown = seen.replace(x=np.zeros((len(seen), len(names))), channels=names, inputs=None, mask=None)
    return Forecast(Simulation(values, Result.SUCCESSFUL), shown, len(recording) - 1, max(lags, default=0), remark)


def run_freely(
    model: Model, config: Config, recording: Series, n: int | None, *, seed: int, future: Any = None
) -> Forecast:
    """A free run from a random row of a recording.

    Args:
        model: The model of a run.
        config: The settings of the run.
        recording: The recording, with the channels of the model.
        n: Number of steps; None for as many as there are future inputs, or else 10,000.
        seed: Seed of the row, and of the dynamical noise if the model has some.
        future: External inputs of the steps, for a model that has some: a file, a frame or an array.

    Raises: DataError D122 if the model has inputs and none are given, D138 if they do not fit.
    """
    inputs = inputs_ahead(config, recording, n, future, follow=False)
    row = int(np.random.default_rng(seed).integers(len(recording)))
    steps = steps_ahead(n, inputs, LONG_RUN)
    return continue_recording(model, config, recording, steps, row=row, inputs=inputs, seed=seed)


def with_drives(
    phases: Phases, recording: Series, rows: np.ndarray, inputs: Float[np.ndarray, "n input"] | None
) -> Float[np.ndarray, "n input"] | None:
    """External inputs in some rows, followed by those of the periodic drives among the recorded channels.

    Args:
        phases: The phases among the channels.
        recording: The recording, with the channels of the model.
        rows: Numbers of rows, which may lie after the end.
        inputs: The external inputs of the recording in these rows; None if there are none.
    """
    if not phases.drives or recording.before is None:
        return inputs
    drives = phases.inputs(recording.before, rows)
    return drives if inputs is None else np.concatenate([inputs, drives], axis=1)


def undelayed(recording: Series, simulation: Simulation, lags: tuple[int, ...]) -> tuple[Series, Simulation]:
    """The recording and its continuation without the delayed copies of a delay embedding."""
    if not lags:
        return recording, simulation
    ahead = newest(recording.replace(x=simulation.x, inputs=None, mask=None), lags)
    return newest(recording, lags), Simulation(ahead.x, simulation.result)


def check_channels(recording: Series, model: Model) -> None:
    """Check that the recording has as many channels as the model.

    Raises: DataError D110 if it has not.
    """
    if recording.obs_dim != len(model.channels):
        raise DataError(
            "D110",
            "the recording has other channels than the model",
            where=f"recording: {recording.obs_dim} channels, model: {len(model.channels)}",
            why="each channel of the model needs its own values",
            fix="choose the channels the model was trained on with --channels or --drop",
        )
