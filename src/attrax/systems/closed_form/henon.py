"""The Hénon map: a quadratic map of the plane with a strange attractor."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics
from attrax.systems.system import System, identity_sampling


class Henon(AbstractDynamics):
    r"""The Hénon map of two variables.

    $x_t = 1 - a x_{t-1}^2 + y_{t-1}, \quad y_t = b x_{t-1}$.

    At the default parameters the Lyapunov exponents are 0.41922 and -1.62319. At all parameters their sum is $\ln |b|$.

    Args:
        a: Coefficient of the quadratic term, which folds the plane.
        b: Each step multiplies areas by $|b|$; for positive b it also reverses orientation.
        dt: Time of one step.

    Example:
        >>> import jax.numpy as jnp
        >>> from attrax.systems import Henon
        >>> Henon().step(jnp.array([0.0, 0.0])).tolist()
        [1.0, 0.0]

    References:
        Hénon, A two-dimensional mapping with a strange attractor, Comm. Math. Phys. 1976 [@henon1976].
        Sprott, Chaos and time-series analysis, Oxford University Press 2003 [@sprott2003].
    """

    a: float = 1.4
    b: float = 0.3
    dt: float = eqx.field(static=True, default=1.0)

    @property
    def latent_dim(self) -> int:
        """Number of state variables: 2."""
        return 2

    @property
    def input_dim(self) -> int:
        """0: the map has no external inputs."""
        return 0

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """The next state."""
        del s
        x, y = z
        return jnp.stack([1 - self.a * x**2 + y, self.b * x])

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        r"""The Jacobian at `z`; its determinant is $-b$ everywhere."""
        del s
        return jnp.array([[-2 * self.a * z[0], 1.0], [self.b, 0.0]])

    def fixed_points(self) -> Float[np.ndarray, "k latent"]:
        r"""The points $(x, b x)$ with $a x^2 + (1 - b) x - 1 = 0$."""
        x = np.roots([self.a, 1 - self.b, -1.0])
        x = x[np.isreal(x)].real
        return np.stack([x, self.b * x], axis=1)


SYSTEM = System(
    name="henon",
    title="Hénon",
    summary="A quadratic map of the plane that stretches and folds it.",
    dynamics=Henon(),
    sampling=identity_sampling,
    dt=1.0,
    z0=(0.1, 0.1),
    transient=1000.0,
    channels=("x", "y"),
    domain="mathematics",
    equations=("x[t+1] = 1 - a * x**2 + y", "y[t+1] = b * x"),
    exponents=(0.41922, -1.62319),
    citation="Hénon (1976). A two-dimensional mapping with a strange attractor. Comm. Mathematical Physics 50.",
)
