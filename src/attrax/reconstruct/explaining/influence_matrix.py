"""The influence of each channel on each other in a trained model, in the units of the recording."""

from collections.abc import Callable
from dataclasses import replace

import jax
import numpy as np
from jaxtyping import Int

from attrax.analysis.attribution.influence import Influence, channel_influence
from attrax.core.errors import ConfigError
from attrax.core.missing_values import fill_forward
from attrax.data.embedding.delay_embedding import newest_columns
from attrax.data.series import Series
from attrax.models.model import Model
from attrax.reconstruct.settings.configuration import Config

ROWS = 256
"""Number of pairs of rows. The errors fall with its root."""


def influence_matrix(
    model: Model,
    config: Config,
    recording: Series,
    horizon: int,
    *,
    groups: Int[np.ndarray, " channel"] | None = None,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> Influence:
    """The influence over evenly spaced rows of a recording; entry (i, j) is in the unit of channel i.

    Delayed copies of a channel count together as its influence.

    Args:
        model: The model of a run.
        config: The settings of the run.
        recording: The recording, prepared as the model was trained on it.
        horizon: Number of steps ahead.
        groups: For each channel of the recording the number of its group, from 0; each channel alone if None.
        seed: Seed of the shuffled models.
        progress: Function called with the number of models done and their number.

    Raises: ConfigError C646 if the recording is shorter than the rows that one forecast needs.
    """
    reach, lags = model.start.reach, config.data.lags
    first, last = reach - 1, len(recording) - 1 - horizon
    if last < first + 1:
        raise ConfigError(
            "C646",
            "no forecast can be explained from this row",
            where=f"{len(recording)} rows; two forecasts need {reach + horizon + 1}",
            why="the influence is a mean over pairs of forecasts, each with the rows that its state is read from",
            fix="--horizon 1",
        )
    x = model.scaling.apply(fill_forward(recording.values).astype(np.float64))
    rows = np.unique(np.linspace(first, last, ROWS).astype(int))
    windows = np.stack([x[row - reach + 1 : row + 1] for row in rows])
    s = None
    if model.dynamics.input_dim and recording.inputs is not None:
        s = np.stack([recording.inputs[row + 1 : row + 1 + horizon] for row in rows]).astype(np.float64)
    copies = max(len(lags), 1)
    channel = np.arange(len(model.channels)) // copies
    found = channel_influence(
        model.dynamics,
        model.observation,
        model.start,
        windows,
        horizon,
        groups=channel if groups is None else groups[channel],
        s=s,
        progress=progress,
        key=jax.random.key(seed),
    )
    newest = newest_columns(lags)
    size = np.array(model.scaling.std)[newest][:, None]
    return replace(
        found,
        matrix=size * found.matrix[newest],
        std_error=size * found.std_error[newest],
        control=size * found.control[newest],
        control_high=size * found.control_high[newest],
    )
