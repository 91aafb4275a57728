"""Teacher forcing: during training, the latent state is moved towards the state implied by the data.

Without forcing, the gradients of a chaotic map grow without bound with the length of the window. Forcing makes errors
decay, so the gradients stay bounded also in long windows (Mikhaeil et al. 2022, Hess et al. 2023).
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from attrax.core.dynamics import AbstractDynamics
from attrax.core.spec import Spec, not_from_settings

MAP_ROWS_PER_CYCLE = 6
"""A recording with fewer rows per cycle is treated as one of a map with large steps, not of a flow."""

AlphaEstimator = Callable[[AbstractDynamics, Float[Array, "window time latent"]], Float[Array, ""]]


class AbstractForcing(eqx.Module):
    r"""A rule for teacher forcing, $\tilde z = z + g (\bar z - z)$ for each coordinate.

    Here z is the state of the model, $\bar z$ the state implied by the data, and g the gain, from 0 (free running) to 1
    (the state is replaced by the data).

    For developers: as in an optax transformation, all methods are pure functions. `init` creates the state of the
    forcing, `update` adapts it once per parameter update before the batch is forced, `gain` returns g for every step of
    a window, `alpha` the mean strength. `attrax.testing.check_forcing` checks an implementation.
    """

    @abstractmethod
    def init(self) -> Any:
        """The state of the forcing before the first update."""

    @abstractmethod
    def gain(self, t: Int[Array, " time"], n: int, state: Any) -> Float[Array, "time forced"]:
        """The gain g, from 0 to 1, for each step and coordinate.

        Args:
            t: Steps since the beginning of the window.
            n: Number of coordinates determined by the data, the first ones; the others are never corrected.
            state: The state of the forcing.
        """

    @abstractmethod
    def update(self, state: Any, dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> Any:
        """Adapt the state of the forcing to the dynamics and a batch.

        Args:
            state: The state of the forcing.
            dynamics: The current dynamics.
            z_hat: The latent states implied by the data of the batch.
        """

    @abstractmethod
    def alpha(self, state: Any) -> Float[Array, ""]:
        """The mean gain over steps, for the record of the training."""


class Partial(AbstractForcing):
    """Partial forcing: only the first `n` coordinates are corrected.

    Args:
        forcing: The forcing of these coordinates.
        n: Number of corrected coordinates.

    Example:
        >>> import jax.numpy as jnp
        >>> from attrax.train import Generalized, Partial
        >>> forcing = Partial(Generalized(0.5), 1)
        >>> forcing.gain(jnp.arange(2), 3, forcing.init()).tolist()
        [[0.5, 0.0, 0.0], [0.5, 0.0, 0.0]]
    """

    forcing: AbstractForcing
    n: int = eqx.field(static=True)

    def init(self) -> Any:
        """The state of the wrapped forcing."""
        return self.forcing.init()

    def gain(self, t: Int[Array, " time"], n: int, state: Any) -> Float[Array, "time forced"]:
        """The gain of the wrapped forcing for the first coordinates, 0 for the others."""
        few = min(self.n, n)
        return jnp.pad(self.forcing.gain(t, few, state), ((0, 0), (0, n - few)))

    def update(self, state: Any, dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> Any:
        """The update of the wrapped forcing."""
        return self.forcing.update(state, dynamics, z_hat)

    def alpha(self, state: Any) -> Float[Array, ""]:
        """The mean gain on the corrected coordinates."""
        return self.forcing.alpha(state)


def _never(rows_per_cycle: float) -> dict[str, Any] | None:
    del rows_per_cycle


@dataclass(frozen=True)
class ForcingSpec(Spec):
    """The description of a forcing.

    Attributes:
        create: Creates the forcing from its settings.
        describe: Returns a few words for reports, from the settings.
        default_for: Takes the number of rows per cycle of a recording. Returns settings if this is the default forcing
            for such a recording, otherwise None.
    """

    create: Callable[[Any], AbstractForcing] = field(kw_only=True)
    describe: Callable[[Any], str] = field(kw_only=True)
    default_for: Callable[[float], dict[str, Any] | None] = field(default=_never, kw_only=True)


OBJECT = ForcingSpec("own forcing", AbstractForcing, create=not_from_settings, describe=lambda _: "own forcing")
"""The spec of a forcing that the user passed as an object."""
