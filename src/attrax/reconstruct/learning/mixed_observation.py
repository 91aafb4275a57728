"""The observation of channels whose kinds are decided: one part a kind, each with its own distribution."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.observation import AbstractObservation
from attrax.data.series import Series
from attrax.models import (
    CategoricalObservation,
    GaussianObservation,
    OrdinalObservation,
    PoissonObservation,
    ProductObservation,
    ZeroInflatedPoissonObservation,
)
from attrax.reconstruct.preparation.channel_kinds import COUNTED, LEVELLED, parsed
from attrax.reconstruct.settings.sections import ModelConfig


def build_mixed(config: ModelConfig, series: Series, *, key: PRNGKeyArray) -> AbstractObservation:
    """A fresh observation of channels whose kinds are decided; a product where there are several kinds."""
    kinds = [parsed(entry)[1] for entry in config.kinds]
    groups = {kind: tuple(i for i, k in enumerate(kinds) if k == kind) for kind in dict.fromkeys(kinds)}
    keys = jax.random.split(key, len(groups))
    parts = tuple(
        _part(kind, np.asarray(series.values[:, columns]), config.latent_dim, key=k)
        for (kind, columns), k in zip(groups.items(), keys, strict=True)
    )
    return parts[0] if len(parts) == 1 else ProductObservation(parts, tuple(groups.values()))


def _part(
    kind: str, values: Float[np.ndarray, "time group"], latent_dim: int, *, key: PRNGKeyArray
) -> AbstractObservation:
    """A fresh observation of channels of one kind."""
    name, _, levels = kind.partition(":")
    if name in LEVELLED:
        made: Any = OrdinalObservation if name == "ordinal" else CategoricalObservation
        return made.create(values.shape[1], latent_dim, int(levels), key=key)
    if name in COUNTED:
        made = PoissonObservation if name == "poisson" else ZeroInflatedPoissonObservation
        return made.create(_rates(values), latent_dim, key=key)
    return GaussianObservation.create(values.shape[1], latent_dim, key=key)


def _rates(values: Float[np.ndarray, "time group"]) -> Float[Array, " group"]:
    return jnp.asarray(np.nanmean(values, axis=0), jnp.float32)
