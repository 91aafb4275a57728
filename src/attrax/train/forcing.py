"""Teacher forcing: pulling the latent state towards what the data imply, while the model is being trained.

Free-running gradients of a chaotic map grow without bound with the length of the window; forcing shortens the
memory of the error without shortening the window [@mikhaeil2022; @hess2023].
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

MAP_ROWS_PER_CYCLE = 12
"""A recording with fewer rows in a cycle is one of a map, whose steps are large."""

AlphaEstimator = Callable[[AbstractDynamics, Float[Array, "window time latent"]], Float[Array, ""]]


class AbstractForcing(eqx.Module):
    r"""A corrector of the latent state: three pure functions, as in an optax transformation.

    The state is corrected as $\tilde z = z + g (\bar z - z)$, coordinate by coordinate.

    For developers: `init` makes the state, `gain` gives the g of every step of a window, `update` adapts the state once
    per update of the parameters, before the batch is forced, `alpha` tells how strong the forcing is.
    `attrax.testing.check_forcing` checks it.
    """

    @abstractmethod
    def init(self) -> Any:
        """The state before the first update."""

    @abstractmethod
    def gain(self, t: Int[Array, " time"], n: int, state: Any) -> Float[Array, "time forced"]:
        """The share of the data in the corrected state, from 0 to 1.

        Args:
            t: Steps since the beginning of the window.
            n: Number of leading coordinates that the data imply; the others are never corrected.
            state: The state of the forcing.
        """

    @abstractmethod
    def update(self, state: Any, dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> Any:
        """The state with which a batch is to be forced, given the states that its data imply."""

    @abstractmethod
    def alpha(self, state: Any) -> Float[Array, ""]:
        """Mean share of the data in the corrected state."""


class Partial(AbstractForcing):
    """Partial forcing: only the first `n` of the coordinates that the data imply are corrected.

    Args:
        forcing: How they are corrected.
        n: How many.
    """

    forcing: AbstractForcing
    n: int = eqx.field(static=True)

    def init(self) -> Any:
        """The state of the wrapped forcing."""
        return self.forcing.init()

    def gain(self, t: Int[Array, " time"], n: int, state: Any) -> Float[Array, "time forced"]:
        """The wrapped gain for the first coordinates, 0 for the others."""
        few = min(self.n, n)
        return jnp.pad(self.forcing.gain(t, few, state), ((0, 0), (0, n - few)))

    def update(self, state: Any, dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> Any:
        """The update of the wrapped forcing."""
        return self.forcing.update(state, dynamics, z_hat)

    def alpha(self, state: Any) -> Float[Array, ""]:
        """The strength on the coordinates that are forced."""
        return self.forcing.alpha(state)


def _never(rows_per_cycle: float) -> dict[str, Any] | None:
    del rows_per_cycle


@dataclass(frozen=True)
class ForcingSpec(Spec):
    """What a forcing says of itself.

    Attributes:
        create: Makes one from its settings.
        describe: Says in a few words what it does with its settings.
        default_for: The settings with which it is the forcing of a recording with so many rows in a cycle, unless
            somebody decides; None if another one is.
    """

    create: Callable[[Any], AbstractForcing] = field(kw_only=True)
    describe: Callable[[Any], str] = field(kw_only=True)
    default_for: Callable[[float], dict[str, Any] | None] = field(default=_never, kw_only=True)


OBJECT = ForcingSpec("own forcing", AbstractForcing, create=not_from_settings, describe=lambda _: "own forcing")
"""Stands for a forcing that was handed over as an object."""
