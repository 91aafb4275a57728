"""Dynamics spec: what a dynamics that can be learned says of itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jaxtyping import PRNGKeyArray

from attrax.core.dynamics import AbstractDynamics, AbstractTimed
from attrax.core.errors import ConfigError
from attrax.core.spec import Settings, Spec
from attrax.models.plrnn import AbstractPLRNN

FEWEST_LATENT = 3
MOST_OBSERVED_LATENT = 10


def _nothing(latent_dim: int, settings: Any) -> ConfigError | None:
    del latent_dim, settings


@dataclass(frozen=True)
class DynamicsSpec(Spec):
    """A dynamics that can be learned.

    The class has a method `create(latent_dim, ..., input_dim, dt, key)`, which takes the settings by name.

    Attributes:
        free: Latent states beyond the channels by default. None for a dynamics with a hidden layer, which needs no more
            latent states than channels, and fewer of them if there are many.
        readout: States are bounded, so that channels can only be mixtures of them.
        even: Latent states come in pairs.
        units: The setting that counts hidden units; empty where every latent state is one.
        bounded_by: Settings with which no free run can diverge; None if there are none.
        scan: The scan that suits it.
        activation: Makes what its hidden units compute, if there are compiled loops for it.
        refusal: What speaks against a number of latent states with these settings; None if nothing does.
    """

    free: int | None = None
    readout: bool = False
    even: bool = False
    units: str = ""
    bounded_by: Mapping[str, Any] | None = field(default=None, hash=False)
    scan: str = "fused"
    activation: Callable[[], Any] | None = None
    refusal: Callable[[int, Any], ConfigError | None] = _nothing

    @property
    def in_continuous_time(self) -> bool:
        """Whether rows may lie unevenly in time."""
        return self._is(AbstractTimed)

    @property
    def has_memory_matrix(self) -> bool:
        """Whether single states can be made to keep what they hold, as those of PLRNNs."""
        return self._is(AbstractPLRNN)

    def create(
        self, latent_dim: int, settings: Settings, *, input_dim: int, dt: float, key: PRNGKeyArray
    ) -> AbstractDynamics:
        """A fresh dynamics."""
        made: Any = self.implementation
        return made.create(latent_dim, **dict(settings), input_dim=input_dim, dt=dt, key=key)

    def default_observation(self, obs_dim: int) -> str:
        """The observation of so many channels, unless somebody decides."""
        many = self.free is None and obs_dim > MOST_OBSERVED_LATENT
        return "affine" if many or self.readout else "identity"

    def default_latent_dim(self, obs_dim: int) -> int:
        """The number of latent states for so many channels, unless somebody decides."""
        if self.free is not None:
            latent = obs_dim + self.free
            return latent + latent % 2 if self.even else latent
        if obs_dim > MOST_OBSERVED_LATENT:
            return max(MOST_OBSERVED_LATENT, obs_dim // 4)
        return max(obs_dim, FEWEST_LATENT)

    def number_of_units(self, latent_dim: int, settings: Settings) -> int:
        """How many nonlinear units there are."""
        return getattr(settings, self.units) if self.units else latent_dim

    def describe(self, latent_dim: int, settings: Settings) -> str:
        """The dynamics and its size in words."""
        sizes = [
            f"{getattr(settings, name)} {entry.title}"
            for name, entry in type(settings).model_fields.items()
            if entry.title
        ]
        return ", ".join([self.title, f"{latent_dim} latent", *sizes])

    def _is(self, contract: type) -> bool:
        return isinstance(self.implementation, type) and issubclass(self.implementation, contract)


OBJECT = DynamicsSpec("own dynamics", AbstractDynamics, free=0, scan="sequential")
"""Stands for a dynamics that was handed over as an object."""
