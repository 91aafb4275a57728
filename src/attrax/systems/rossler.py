"""The Rössler system: a spiral that folds back on itself, continuous chaos with a single nonlinear term."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractFlow, TimeMap
from attrax.systems.system import System


class Rossler(AbstractFlow):
    r"""The Rössler flow.

    $\dot x = -y - z, \quad \dot y = x + a y, \quad \dot z = b + z (x - c)$,

    with $x, y$ the outward spiral and $z$ the excursion that folds it back. At the default parameters the Lyapunov
    exponents are 0.0714, 0 and -5.39.

    Args:
        a: Growth rate of the spiral; not 0.
        b: Source of the excursion.
        c: Value of `x` beyond which the excursion grows. Period doubling leads to chaos as it rises to 5.7.

    References: [@rossler1976], [@sprott2003].
    """

    a: float = 0.2
    b: float = 0.2
    c: float = 5.7

    @property
    def dim(self) -> int:
        """Three variables."""
        return 3

    def rhs(
        self, t: Float[Array, ""], z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, " latent"]:
        """The velocity at state `z`; the flow is autonomous."""
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
