"""The observation of channels of several kinds: each kind has its own distribution."""

import jax
import numpy as np
from jaxtyping import PRNGKeyArray

from attrax.core.observation import AbstractObservation
from attrax.data.series import Series
from attrax.models import ProductObservation
from attrax.reconstruct.preparation.channel_kinds import parsed
from attrax.reconstruct.settings.sections import ModelConfig


def build_mixed(config: ModelConfig, series: Series, *, key: PRNGKeyArray) -> AbstractObservation:
    """Create the observation for the kinds of channels in the settings; a product if there are several kinds."""
    kinds = [parsed(entry)[1] for entry in config.kinds]
    groups = {kind: tuple(i for i, k in enumerate(kinds) if k == kind) for kind in dict.fromkeys(kinds)}
    keys = jax.random.split(key, len(groups))
    parts = tuple(
        kind.spec.create(np.asarray(series.values[:, columns]), config.latent_dim, kind.settings, key=k)
        for (kind, columns), k in zip(groups.items(), keys, strict=True)
    )
    return parts[0] if len(parts) == 1 else ProductObservation(parts, tuple(groups.values()))
