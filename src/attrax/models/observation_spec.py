"""The description of an observation, and functions that several observations share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray
from pydantic import Field

from attrax.core.observation import AbstractInvertible, AbstractObservation
from attrax.core.spec import Settings, Spec, not_from_settings
from attrax.models.mixed_channels import AbstractMixture


class Values(StrEnum):
    """The kind of values in a channel."""

    MEASUREMENTS = "measurements"
    COUNTS = "counts"
    LEVELS = "levels"


class LevelSettings(Settings):
    """Settings of observations with ordered levels or categories."""

    levels: int = Field(
        default=0, ge=0, description="Number of levels; 0 means one more than the highest level in the training data."
    )


@dataclass(frozen=True)
class ObservationSpec(Spec):
    """The description of an observation.

    Attributes:
        create: Creates the observation from recorded values, the number of latent states, its settings and a random
            key.
        values: The kind of values it describes, if it describes each channel separately, so that other channels may
            be of other kinds. None for an observation of all channels together.
        selects: True if every channel is a latent state.
    """

    create: Callable[..., AbstractObservation] = field(kw_only=True)
    values: Values | None = None
    selects: bool = False

    @property
    def of_channels(self) -> bool:
        """Whether it describes each channel separately, so that other channels may be of other kinds."""
        return self.values is not None

    @property
    def measured(self) -> bool:
        """Whether the values are measurements, which are standardised before training."""
        return self.values in (None, Values.MEASUREMENTS)

    @property
    def levelled(self) -> bool:
        """Whether the values are numbered levels or categories."""
        return self.values is Values.LEVELS

    @property
    def invertible(self) -> bool:
        """Whether it can be inverted: a single row determines the latent states that the row depends on."""
        return self._is(AbstractInvertible)

    @property
    def has_loadings(self) -> bool:
        """Whether the channels are linear combinations of latent states with a matrix B."""
        return self._is(AbstractMixture)

    def _is(self, contract: type) -> bool:
        return isinstance(self.implementation, type) and issubclass(self.implementation, contract)


def from_sizes(implementation: Any) -> Callable[..., AbstractObservation]:
    """The `create` function of an observation that needs only the numbers of channels and latent states."""

    def create(
        values: Float[np.ndarray, "time obs"], latent_dim: int, settings: Any, *, key: PRNGKeyArray
    ) -> AbstractObservation:
        del settings
        return implementation.create(values.shape[1], latent_dim, key=key)

    return create


def mean_counts(values: Float[np.ndarray, "time obs"]) -> Float[Array, " obs"]:
    """The mean of every channel over its observed rows."""
    return jnp.asarray(np.nanmean(values, axis=0), jnp.float32)


OBJECT = ObservationSpec("own", AbstractInvertible, create=not_from_settings)
"""The spec of an observation that the user passed as an object."""
