"""The latent model: a model seen by its states, where those tell more of an attractor than what is recorded.

Counts, levels and labels are mostly noise, and in many channels at once distances between them are dear and coarse: a
cycle and the chaos around it are all but equally far away. The states that the encoder reads have few coordinates.
"""

from dataclasses import replace

import jax

from attrax.core.scaling import Scaling
from attrax.data.series import Series
from attrax.models import IdentityObservation, LinearStart
from attrax.models.model import Model


def read_series(model: Model, series: Series) -> Series:
    """The states that the model reads from a recording without gaps, but for those of incomplete windows."""
    unread = model.start.reach - 1
    z = model.states(series.x)[unread:].astype(float)
    inputs = None if series.inputs is None else series.inputs[unread:]
    return replace(series, x=z, channels=_names(model), inputs=inputs, mask=None, stamps=None)


def latent_model(model: Model) -> Model:
    """The same dynamics, whose recordings are its states."""
    latent_dim = model.dynamics.latent_dim
    observation = IdentityObservation(latent_dim)
    # No coordinate is left to be guessed, so the key decides nothing.
    start = LinearStart.create(observation, latent_dim, key=jax.random.key(0))
    return Model(model.dynamics, observation, start, Scaling.identity(latent_dim), _names(model))


def _names(model: Model) -> tuple[str, ...]:
    return tuple(f"z{i + 1}" for i in range(model.dynamics.latent_dim))
