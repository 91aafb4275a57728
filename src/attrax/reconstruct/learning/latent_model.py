"""The latent model: a model whose channels are its latent states, to compare attractors of counts and categories.

Counts, levels and labels are very noisy, so distances between recordings of them hardly distinguish attractors. The
latent states inferred by the encoder have less noise and fewer dimensions.
"""

from dataclasses import replace

import jax

from attrax.core.scaling import Scaling
from attrax.data.series import Series
from attrax.models import IdentityObservation, LinearStart
from attrax.models.model import Model


def read_series(model: Model, series: Series) -> Series:
    """The latent states inferred from a recording without gaps, except for rows with an incomplete window."""
    unread = model.start.reach - 1
    z = model.states(series.x)[unread:].astype(float)
    inputs = None if series.inputs is None else series.inputs[unread:]
    return replace(series, x=z, channels=_names(model), inputs=inputs, mask=None, stamps=None)


def latent_model(model: Model) -> Model:
    """A model with the same dynamics, whose channels are the latent states."""
    latent_dim = model.dynamics.latent_dim
    observation = IdentityObservation(latent_dim)
    # There are no hidden states to guess, so the key has no effect.
    start = LinearStart.create(observation, latent_dim, key=jax.random.key(0))
    return Model(model.dynamics, observation, start, Scaling.identity(latent_dim), _names(model))


def _names(model: Model) -> tuple[str, ...]:
    return tuple(f"z{i + 1}" for i in range(model.dynamics.latent_dim))
