"""The Hénon map: stretch and fold in the plane, the simplest map with a strange attractor."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics
from attrax.systems.system import System, own_step


class Henon(AbstractDynamics):
    r"""The Hénon map.

    $x_t = 1 - a x_{t-1}^2 + y_{t-1}, \quad y_t = b x_{t-1}$.

    At the default parameters the Lyapunov exponents are 0.41922 and -1.62319; their sum is $\ln |b|$ everywhere.

    Args:
        a: Strength of the fold.
        b: Factor by which a step shrinks areas (and flips them, if positive).

    References: [@henon1976], [@sprott2003].
    """

    a: float = 1.4
    b: float = 0.3
    dt: float = eqx.field(static=True, default=1.0)

    @property
    def latent_dim(self) -> int:
        """Two variables."""
        return 2

    @property
    def input_dim(self) -> int:
        """The map is autonomous."""
        return 0

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """The next point."""
        del s
        x, y = z
        return jnp.stack([1 - self.a * x**2 + y, self.b * x])

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        r"""The derivative, with determinant $-b$ at every `z`."""
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
    summary="Stretch and fold in the plane.",
    dynamics=Henon(),
    sampling=own_step,
    dt=1.0,
    z0=(0.1, 0.1),
    transient=1000.0,
    channels=("x", "y"),
    domain="mathematics",
    equations=("x[t+1] = 1 - a * x**2 + y", "y[t+1] = b * x"),
    exponents=(0.41922, -1.62319),
    citation="Hénon (1976). A two-dimensional mapping with a strange attractor. Comm. Mathematical Physics 50.",
)
