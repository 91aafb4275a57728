"""The logistic map: a population with limited growth, with period doublings and chaos."""

import math

import equinox as eqx
import numpy as np
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics
from attrax.systems.system import System, identity_sampling


class Logistic(AbstractDynamics):
    r"""The logistic map of one variable.

    $x_t = r x_{t-1} (1 - x_{t-1})$.

    At $r = 4$ it is conjugate to the doubling map: the Lyapunov exponent is exactly $\ln 2$, and the invariant density
    is $1 / (\pi \sqrt{x (1 - x)})$.

    Args:
        r: Growth rate, between 0 and 4. Above 3.5699 there is chaos, interrupted by intervals of periodic orbits.
        dt: Time of one step.

    Example:
        >>> import jax.numpy as jnp
        >>> from attrax.systems import Logistic
        >>> Logistic().step(jnp.array([0.25])).tolist()
        [0.75]

    References:
        May, Simple mathematical models with very complicated dynamics, Nature 1976 [@may1976].
    """

    r: float = 4.0
    dt: float = eqx.field(static=True, default=1.0)

    @property
    def latent_dim(self) -> int:
        """Number of state variables: 1."""
        return 1

    @property
    def input_dim(self) -> int:
        """0: the map has no external inputs."""
        return 0

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """The next population."""
        del s
        return self.r * z * (1 - z)

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """The slope of the parabola at `z`."""
        del s
        return self.r * (1 - 2 * z)[:, None]

    def fixed_points(self) -> Float[np.ndarray, "k latent"]:
        """0 (extinction) and the population $1 - 1 / r$."""
        return np.array([[0.0], [1 - 1 / self.r]])


SYSTEM = System(
    name="logistic",
    title="Logistic map",
    summary="A population with a limit to growth.",
    dynamics=Logistic(),
    sampling=identity_sampling,
    dt=1.0,
    z0=(0.4,),
    transient=1000.0,
    channels=("x",),
    domain="ecology",
    equations=("x[t+1] = r * x * (1 - x)",),
    exponents=(math.log(2),),
    citation="May (1976). Simple mathematical models with very complicated dynamics. Nature 261.",
)
