"""The description of a dynamics that can be trained."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jaxtyping import PRNGKeyArray
from pydantic import Field

from attrax.core.dynamics import AbstractDynamics
from attrax.core.errors import ConfigError
from attrax.core.spec import Settings, Spec
from attrax.core.step_controlled import AbstractStepControlled
from attrax.models.compiled import AbstractCompiled
from attrax.models.plrnn import AbstractPLRNN

FEWEST_LATENT = 3
MOST_OBSERVED_LATENT = 10


def _nothing(latent_dim: int, settings: Any) -> ConfigError | None:
    del latent_dim, settings


@dataclass(frozen=True)
class DynamicsSpec(Spec):
    """The description of a dynamics that can be trained.

    The class of the dynamics has a method `create(latent_dim, ..., input_dim, dt, key)`, which takes its settings as
    keyword arguments.

    Attributes:
        free: Default number of latent states in addition to the channels. None for a dynamics with a hidden layer,
            which has as many latent states as channels by default, and fewer if there are many channels.
        readout: True if the states are bounded, so that the channels must be linear combinations of them.
        even: True if the number of latent states must be even.
        units: Name of the setting with the number of hidden units; empty if every latent state is a unit.
        widening: Factor by which the default number of hidden units is larger with more than three latent states,
            because a map of more dimensions needs more linear regions.
        bounded_by: Settings with which no free run can diverge; None if there are no such settings.
        scan: Name of the fastest scan for this dynamics where there are no compiled loops for it, or none can be used.
        conflict: Function of the number of latent states and the settings. It returns an error if they do not fit
            together, otherwise None.
    """

    free: int | None = None
    readout: bool = False
    even: bool = False
    units: str = ""
    widening: int = 1
    bounded_by: Mapping[str, Any] | None = field(default=None, hash=False)
    scan: str = "sequential"
    conflict: Callable[[int, Any], ConfigError | None] = _nothing

    @property
    def has_memory_matrix(self) -> bool:
        """Whether the dynamics is a PLRNN, whose matrix A lets single states keep their values."""
        return self._is(AbstractPLRNN)

    @property
    def compiled(self) -> bool:
        """Whether there are compiled loops for it."""
        return self._is(AbstractCompiled)

    @property
    def step_controlled(self) -> bool:
        """Whether it is solved with a controlled step."""
        return self._is(AbstractStepControlled)

    def create(
        self, latent_dim: int, settings: Settings, *, input_dim: int, dt: float, key: PRNGKeyArray
    ) -> AbstractDynamics:
        """Create a dynamics with random parameters.

        Args:
            latent_dim: Number of latent states.
            settings: Settings of the dynamics.
            input_dim: Number of external inputs.
            dt: Time step of the recording.
            key: Random key.
        """
        made: Any = self.implementation
        return made.create(latent_dim, **dict(settings), input_dim=input_dim, dt=dt, key=key)

    def default_observation(self, obs_dim: int) -> str:
        """The name of the default observation for `obs_dim` channels."""
        many = self.free is None and obs_dim > MOST_OBSERVED_LATENT
        return "affine" if many or self.readout else "identity"

    def default_latent_dim(self, obs_dim: int) -> int:
        """The default number of latent states for `obs_dim` channels."""
        if self.free is not None:
            latent = obs_dim + self.free
            return latent + latent % 2 if self.even else latent
        if obs_dim > MOST_OBSERVED_LATENT:
            return max(MOST_OBSERVED_LATENT, obs_dim // 4)
        return max(obs_dim, FEWEST_LATENT)

    def default_sizes(self, latent_dim: int) -> dict[str, int]:
        """The sizes whose defaults depend on the number of latent states: the hidden units, with more than three."""
        if self.widening == 1 or latent_dim <= FEWEST_LATENT:
            return {}
        return {self.units: self.widening * self.settings.model_fields[self.units].default}

    def number_of_units(self, latent_dim: int, settings: Settings) -> int:
        """The number of hidden units, or of latent states if there is no hidden layer."""
        return getattr(settings, self.units) if self.units else latent_dim

    def describe(self, latent_dim: int, settings: Settings) -> str:
        """The title and the sizes of the dynamics, such as `shallow PLRNN, 3 latent, 50 hidden`."""
        sizes = [
            f"{getattr(settings, name)} {entry.title}"
            for name, entry in type(settings).model_fields.items()
            if entry.title
        ]
        return ", ".join([self.title, f"{latent_dim} latent", *sizes])

    def _is(self, contract: type) -> bool:
        return isinstance(self.implementation, type) and issubclass(self.implementation, contract)


class ObjectSettings(Settings):
    """What is known of an object while recordings are prepared, before the models are made."""

    timed: bool = Field(default=False, description="Whether it is in continuous time, so that rows may be uneven.")


OBJECT = DynamicsSpec("own dynamics", AbstractDynamics, ObjectSettings, free=0)
"""The spec of a dynamics that the user passed as an object."""
