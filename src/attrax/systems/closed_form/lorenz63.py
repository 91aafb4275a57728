"""The Lorenz system of 1963: a model of convection with three variables and a chaotic attractor."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractFlow, TimeMap
from attrax.systems.system import System


class Lorenz63(AbstractFlow):
    r"""The Lorenz system of 1963, a flow of three variables.

    $\dot x = \sigma (y - x), \quad \dot y = x (\rho - z) - y, \quad \dot z = x y - \beta z$,

    with $x$ the strength of the convection, and $y$, $z$ deviations of the temperature. At the default parameters the
    Lyapunov exponents are 0.906, 0 and -14.57. At all parameters their sum is $-(\sigma + 1 + \beta)$.

    Args:
        sigma: Prandtl number.
        rho: Rayleigh number divided by its critical value. With the other defaults there is chaos above 24.74.
        beta: A number given by the aspect ratio of the convection cell.

    Example:
        >>> Lorenz63(rho=10.0).fixed_points().round(2).tolist()
        [[0.0, 0.0, 0.0], [4.9, 4.9, 9.0], [-4.9, -4.9, 9.0]]

    References:
        Lorenz, Deterministic nonperiodic flow, J. Atmos. Sci. 1963 [@lorenz1963].
        Sprott, Chaos and time-series analysis, Oxford University Press 2003 [@sprott2003].
    """

    sigma: float = 10.0
    rho: float = 28.0
    beta: float = 8 / 3

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
        return jnp.stack([self.sigma * (y - x), x * (self.rho - w) - y, x * y - self.beta * w])

    def fixed_points(self) -> Float[np.ndarray, "k latent"]:
        r"""The origin and, if $\rho > 1$, the centers of the two wings.

        These are $(\pm q, \pm q, \rho - 1)$ with $q^2 = \beta (\rho - 1)$.
        """
        origin = np.zeros((1, 3))
        if self.rho <= 1:
            return origin
        q = np.sqrt(self.beta * (self.rho - 1))
        return np.concatenate([origin, [[q, q, self.rho - 1], [-q, -q, self.rho - 1]]])


SYSTEM = System(
    name="lorenz63",
    title="Lorenz-63",
    summary="Convection, reduced to three variables.",
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
