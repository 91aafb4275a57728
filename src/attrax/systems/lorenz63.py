"""The Lorenz system of 1963: convection reduced to three modes, and the first strange attractor seen on a computer."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractFlow, TimeMap
from attrax.systems.system import System


class Lorenz63(AbstractFlow):
    r"""The Lorenz-63 flow.

    $\dot x = \sigma (y - x), \quad \dot y = x (\rho - z) - y, \quad \dot z = x y - \beta z$,

    with $x$ the strength of the convection, $y$ and $z$ the deviations of the temperature profile. At the default
    parameters the Lyapunov exponents are 0.906, 0 and -14.57; their sum is $-(\sigma + 1 + \beta)$ everywhere.

    Args:
        sigma: Prandtl number.
        rho: Rayleigh number over its critical value. Chaos sets in at 24.74 for the other defaults.
        beta: Aspect ratio of the convection cell.

    References: [@lorenz1963], [@sprott2003].
    """

    sigma: float = 10.0
    rho: float = 28.0
    beta: float = 8 / 3

    @property
    def dim(self) -> int:
        """Three modes."""
        return 3

    def rhs(
        self, t: Float[Array, ""], z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, " latent"]:
        """The velocity at state `z`; the flow is autonomous."""
        del t, s
        x, y, w = z
        return jnp.stack([self.sigma * (y - x), x * (self.rho - w) - y, x * y - self.beta * w])

    def fixed_points(self) -> Float[np.ndarray, "k latent"]:
        r"""The origin and, if $\rho > 1$, the wing centres $(\pm q, \pm q, \rho - 1)$ with $q^2 = \beta (\rho - 1)$."""
        origin = np.zeros((1, 3))
        if self.rho <= 1:
            return origin
        q = np.sqrt(self.beta * (self.rho - 1))
        return np.concatenate([origin, [[q, q, self.rho - 1], [-q, -q, self.rho - 1]]])


SYSTEM = System(
    name="lorenz63",
    title="Lorenz-63",
    summary="Convection, reduced to three modes.",
    dynamics=Lorenz63(),
    sampling=TimeMap,
    dt=0.01,
    z0=(1.0, 1.0, 20.0),
    transient=50.0,
    channels=("x", "y", "z"),
    period=1.5008,
    domain="climate",
    equations=("dx/dt = sigma * (y - x)", "dy/dt = x * (rho - z) - y", "dz/dt = x * y - beta * z"),
    exponents=(0.906, 0.0, -14.572),
    citation="Lorenz (1963). Deterministic nonperiodic flow. Journal of the Atmospheric Sciences 20.",
)
