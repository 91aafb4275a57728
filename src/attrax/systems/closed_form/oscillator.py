"""The damped harmonic oscillator: a linear flow whose exact solution tests the numerical methods."""

import math

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractFlow, TimeMap
from attrax.systems.system import System


class Oscillator(AbstractFlow):
    r"""The damped harmonic oscillator.

    $\dot q = v, \quad \dot v = -\omega^2 q - 2 \gamma v$,

    with displacement $q$ and velocity $v$. Its Lyapunov exponents are the real parts of the eigenvalues
    $-\gamma \pm \sqrt{\gamma^2 - \omega^2}$. With weak damping ($\gamma < \omega$) both are $-\gamma$.

    Args:
        omega: Angular frequency without damping, in radians per unit time.
        gamma: Damping rate, per unit time; 0 conserves energy.

    Example:
        >>> from attrax.systems import Oscillator
        >>> Oscillator().dim
        2
    """

    omega: float = 1.0
    gamma: float = 0.1

    @property
    def dim(self) -> int:
        """Number of state variables: 2, displacement and velocity."""
        return 2

    def rhs(
        self, t: Float[Array, ""], z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, " latent"]:
        """The velocity at state `z`. Time and inputs are ignored."""
        del t, s
        q, v = z
        return jnp.stack([v, -(self.omega**2) * q - 2 * self.gamma * v])

    def fixed_points(self) -> Float[np.ndarray, "k latent"]:
        """The origin, where the oscillator is at rest."""
        return np.zeros((1, 2))


SYSTEM = System(
    name="oscillator",
    title="Damped oscillator",
    summary="A linear oscillator that comes to rest.",
    dynamics=Oscillator(),
    sampling=TimeMap,
    dt=0.1,
    z0=(1.0, 0.0),
    transient=0.0,
    channels=("q", "v"),
    period=2 * math.pi / 0.99**0.5,
    domain="mechanics",
    equations=("dq/dt = v", "dv/dt = -omega**2 * q - 2 * gamma * v"),
    exponents=(-0.1, -0.1),
    citation="Strogatz (2015). Nonlinear dynamics and chaos. Westview Press.",
)
