"""A driven map with a constant input. It is an autonomous map, so every analysis can be applied to it."""

from typing import Generic, TypeVar

import equinox as eqx
from jaxtyping import Array, Bool, Float

from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear

Driven = TypeVar("Driven", bound=AbstractDynamics)


class AbstractHeld(AbstractDynamics, Generic[Driven]):
    """A driven map with a constant input.

    For developers: store the map as `dynamics` and the input as `s`.
    """

    dynamics: eqx.AbstractVar[Driven]
    s: eqx.AbstractVar[Float[Array, " input"]]

    @property
    def latent_dim(self) -> int:
        """Number of state variables of the driven map."""
        return self.dynamics.latent_dim

    @property
    def input_dim(self) -> int:
        """Always 0: the input is part of the map."""
        return 0

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """One step with the constant input; the argument `s` is ignored."""
        del s
        return self.dynamics.step(z, self.s)

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """The derivative of `step`; the argument `s` is ignored."""
        del s
        return self.dynamics.jacobian(z, self.s)


class HeldSmoothInput(AbstractHeld[AbstractDynamics]):
    """The map $F(z, s)$ with a constant input $s$, for maps that are not piecewise linear.

    Args:
        dynamics: A driven map.
        s: The input, in the units the map was trained with.

    Example:
        >>> import jax, jax.numpy as jnp
        >>> from attrax.models import GRU
        >>> driven = GRU.create(4, input_dim=1, key=jax.random.key(0))
        >>> HeldSmoothInput(driven, jnp.ones(1)).input_dim
        0
    """

    dynamics: AbstractDynamics
    s: Float[Array, " input"]
    dt: float = eqx.field(static=True)

    def __init__(self, dynamics: AbstractDynamics, s: Float[Array, " input"]):
        self.dynamics, self.s, self.dt = dynamics, s, dynamics.dt


class HeldInput(AbstractHeld[AbstractPiecewiseLinear], AbstractPiecewiseLinear):
    """The piecewise-linear map $F(z, s)$ with a constant input $s$; it is piecewise linear, too.

    The input is added in every step, $F(z, s) = F(z, 0) + C s$. So it changes the offset of the affine map of each
    region, but neither its matrix nor the borders between regions.

    Args:
        dynamics: A driven map.
        s: The input, in the units the map was trained with.

    Example:
        >>> import jax, jax.numpy as jnp
        >>> from attrax.models import ShallowPLRNN
        >>> driven = ShallowPLRNN.create(2, 5, input_dim=1, key=jax.random.key(0))
        >>> HeldInput(driven, jnp.ones(1)).input_dim
        0
    """

    dynamics: AbstractPiecewiseLinear
    s: Float[Array, " input"]
    dt: float = eqx.field(static=True)

    def __init__(self, dynamics: AbstractPiecewiseLinear, s: Float[Array, " input"]):
        self.dynamics, self.s, self.dt = dynamics, s, dynamics.dt

    def region(self, z: Float[Array, " latent"]) -> Bool[Array, " bits"]:
        """The region of the driven map: the borders do not depend on the input."""
        return self.dynamics.region(z)

    def borders(self) -> tuple[Float[Array, "bits latent"], Float[Array, " bits"]]:
        """The border hyperplanes of the driven map."""
        return self.dynamics.borders()

    def affine(self, region: Bool[Array, " bits"]) -> tuple[Float[Array, "latent latent"], Float[Array, " latent"]]:
        """Matrix and offset of the map inside the region; the effect of the input is part of the offset."""
        matrix, offset = self.dynamics.affine(region)
        origin = offset * 0
        return matrix, offset + self.dynamics.step(origin, self.s) - self.dynamics.step(origin)

    def jacobian_bound(self) -> Float[Array, ""]:
        """The bound of the driven map: its Jacobian does not depend on the input."""
        return self.dynamics.jacobian_bound()
