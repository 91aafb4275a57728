"""The Rössler system: a chaotic flow of three variables with a single nonlinear term."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractFlow, TimeMap
from attrax.systems.system import System


class Rossler(AbstractFlow):
    r"""The Rössler system, a flow of three variables.

    $\dot x = -y - z, \quad \dot y = x + a y, \quad \dot z = b + z (x - c)$,

    The orbit spirals outward in the plane of $x$ and $y$; a peak of $z$ then brings it back to the middle. At the
    default parameters the Lyapunov exponents are 0.0714, 0 and -5.39.

    Args:
        a: Sets how fast the spiral grows; must not be 0.
        b: Constant term in the equation of `z`.
        c: Value of `x` above which `z` grows. From lower values to 5.7, period doublings lead to chaos.

    Example:
        >>> from attrax.systems import Rossler
        >>> Rossler().dim
        3

    References:
        Rössler, An equation for continuous chaos, Physics Letters A 1976 [@rossler1976].
        Sprott, Chaos and time-series analysis, Oxford University Press 2003 [@sprott2003].
    """

    a: float = 0.2
    b: float = 0.2
    c: float = 5.7

    @property
    def dim(self) -> int:
        """Number of state variables: 3."""
        return 3

    def rhs(
        self, t: Float[Array, ""], z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, " latent"]:
        """The velocity at state `z`. Time and inputs are ignored."""
        del t, s
        x, y, w = z
        return jnp.stack([-y - w, x + self.a * y, self.b + w * (x - self.c)])

    def fixed_points(self) -> Float[np.ndarray, "k latent"]:
        r"""The states $(x, -x/a, x/a)$ with $x^2 - c x + a b = 0$: two for $c^2 > 4 a b$, none for $c^2 < 4 a b$."""
        x = np.roots([1.0, -self.c, self.a * self.b])
        x = x[np.isreal(x)].real
        return np.stack([x, -x / self.a, x / self.a], axis=1)


SYSTEM = System(
    name="rossler",
    title="Rössler",
    summary="A spiral that folds back on itself.",
    dynamics=Rossler(),
    sampling=TimeMap,
    dt=0.1,
    z0=(1.0, 1.0, 0.0),
    transient=500.0,
    channels=("x", "y", "z"),
    period=5.9086,
    domain="mathematics",
    equations=("dx/dt = -y - z", "dy/dt = x + a * y", "dz/dt = b + z * (x - c)"),
    exponents=(0.0714, 0.0, -5.3943),
    citation="Rössler (1976). An equation for continuous chaos. Physics Letters A 57.",
)
