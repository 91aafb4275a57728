"""A driven map with its input held: an autonomous map again, so that every analysis applies to it."""

from typing import Generic, TypeVar

import equinox as eqx
from jaxtyping import Array, Bool, Float

from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear

Driven = TypeVar("Driven", bound=AbstractDynamics)


class AbstractHeld(AbstractDynamics, Generic[Driven]):
    """A driven map with its input held.

    For developers: keep the map as `dynamics`, the input as `s`.
    """

    dynamics: eqx.AbstractVar[Driven]
    s: eqx.AbstractVar[Float[Array, " input"]]

    @property
    def latent_dim(self) -> int:
        """Number of state variables of the driven map."""
        return self.dynamics.latent_dim

    @property
    def input_dim(self) -> int:
        """The input is held, so none is left."""
        return 0

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """A step under the held input."""
        del s
        return self.dynamics.step(z, self.s)

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """The derivative under the held input."""
        del s
        return self.dynamics.jacobian(z, self.s)


class HeldSmoothInput(AbstractHeld[AbstractDynamics]):
    r"""$z_t = F(z_{t-1}, s)$ with a constant input $s$, for maps that are not piecewise linear.

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
    r"""$z_t = F(z_{t-1}, s)$ with a constant input $s$.

    Inputs enter a piecewise-linear map by addition, so that only the offset of a region's affine map depends on them.

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
        """The region of the driven map: borders do not depend on the input."""
        return self.dynamics.region(z)

    def borders(self) -> tuple[Float[Array, "bits latent"], Float[Array, " bits"]]:
        """The hyperplanes of the driven map."""
        return self.dynamics.borders()

    def affine(self, region: Bool[Array, " bits"]) -> tuple[Float[Array, "latent latent"], Float[Array, " latent"]]:
        """The affine map of the region, with the input's push in the offset."""
        matrix, offset = self.dynamics.affine(region)
        origin = offset * 0
        return matrix, offset + self.dynamics.step(origin, self.s) - self.dynamics.step(origin)

    def jacobian_bound(self) -> Float[Array, ""]:
        """The bound of the driven map."""
        return self.dynamics.jacobian_bound()
