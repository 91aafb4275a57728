"""Forecasts: what a trained model says of the rows that follow a recording."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.core.errors import DataError
from attrax.core.simulator import Simulation
from attrax.data.continued import continued
from attrax.data.embedding.delay_embedding import newest
from attrax.data.embedding.projection import Projection
from attrax.data.series import Series
from attrax.models.model import Model
from attrax.reconstruct.judging.free_runs import CONTEXT_ROWS
from attrax.reconstruct.preparation.recordings import one_series, source_as_trained
from attrax.reconstruct.settings.configuration import Config


@dataclass(frozen=True)
class Forecast:
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
    seen, simulation = undelayed(recording, simulation, config.data.lags)
    return continued(source, seen, simulation.x)


def trend_removed(config: Config) -> str:
    """A remark on the units of what a model gives, if a trend was removed from what it learned; else nothing."""
    removed = ", ".join(config.data.detrend)
    return f"; without the linear trend that was removed ({removed})" if removed else ""


def undelayed(recording: Series, simulation: Simulation, lags: tuple[int, ...]) -> tuple[Series, Simulation]:
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
