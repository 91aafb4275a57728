"""Observation spec: what an observation says of itself."""

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
    """What the values of a channel are."""

    MEASUREMENTS = "measurements"
    COUNTS = "counts"
    LEVELS = "levels"


class LevelSettings(Settings):
    """What can be set of observations of levels."""

    levels: int = Field(
        default=0, ge=0, description="Number of levels; 0 takes one more than the highest in the training data."
    )


@dataclass(frozen=True)
class ObservationSpec(Spec):
    """An observation.

    Attributes:
        create: Makes a fresh one from recorded values, the number of latent states, the settings and a key.
        values: What it takes the values of a channel for, if channels of other kinds can stand beside those that it
            describes. None for observations of all channels together.
        selects: Every channel is a latent state.
    """

    create: Callable[..., AbstractObservation] = field(kw_only=True)
    values: Values | None = None
    selects: bool = False

    @property
    def of_channels(self) -> bool:
        """Whether it describes each channel by itself, so that others may be of other kinds."""
        return self.values is not None

    @property
    def measured(self) -> bool:
        """Whether values are measurements, which are standardised."""
        return self.values in (None, Values.MEASUREMENTS)

    @property
    def levelled(self) -> bool:
        """Whether values are numbered levels or labels."""
        return self.values is Values.LEVELS

    @property
    def invertible(self) -> bool:
        """Whether a single row tells the states that it depends on."""
        return self._is(AbstractInvertible)

    @property
    def has_loadings(self) -> bool:
        """Whether channels are mixtures of latent states, with a matrix B."""
        return self._is(AbstractMixture)

    def _is(self, contract: type) -> bool:
        return isinstance(self.implementation, type) and issubclass(self.implementation, contract)


def from_sizes(implementation: Any) -> Callable[..., AbstractObservation]:
    """How to create an observation that needs to know no more than the number of channels and of latent states."""

    def create(
        values: Float[np.ndarray, "time obs"], latent_dim: int, settings: Any, *, key: PRNGKeyArray
    ) -> AbstractObservation:
        del settings
        return implementation.create(values.shape[1], latent_dim, key=key)

    return create


def mean_counts(values: Float[np.ndarray, "time obs"]) -> Float[Array, " obs"]:
    """The mean of every channel over the rows in which it was observed."""
    return jnp.asarray(np.nanmean(values, axis=0), jnp.float32)


OBJECT = ObservationSpec("own", AbstractInvertible, create=not_from_settings)
"""Stands for an observation that was handed over as an object."""
