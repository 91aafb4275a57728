"""The Lorenz system of 1996: one weather variable at N sites on a circle. Its chaos grows with N."""

import math
from dataclasses import replace

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractFlow, TimeMap
from attrax.core.errors import ConfigError
from attrax.systems.system import System


class Lorenz96(AbstractFlow):
    r"""The Lorenz system of 1996, a flow of N variables on a circle.

    $\dot z_i = (z_{i+1} - z_{i-2}) z_{i-1} - z_i + F, \quad i = 1 \dots N$ on a ring,

    The three terms are advection, damping and forcing. The sum of the Lyapunov exponents is always $-N$. For $N = 20$
    and $F = 8$ the largest is 1.54 and six are positive (by QR decompositions along two orbits of 4000 units of time,
    which agree within 0.02).

    Args:
        F: Forcing. 8 gives chaos; 16 is common for hard benchmarks.
        size: Number N of sites, at least 4.

    Example:
        >>> from attrax.systems import Lorenz96
        >>> Lorenz96().dim
        20

    References:
        Lorenz, Predictability: a problem partly solved, ECMWF seminar 1996 [@lorenz1996].
    """

    F: float = 8.0
    size: int = eqx.field(static=True, default=20)

    @property
    def dim(self) -> int:
        """Number of state variables: one for each site."""
        return self.size

    def rhs(
        self, t: Float[Array, ""], z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, " latent"]:
        """The velocity at state `z`. Time and inputs are ignored."""
        del t, s
        return (jnp.roll(z, -1) - jnp.roll(z, 2)) * jnp.roll(z, 1) - z + self.F

    def fixed_points(self) -> Float[np.ndarray, "k latent"]:
        """The uniform state $z_i = F$. Other fixed points may exist but have no closed form."""
        return np.full((1, self.size), self.F)


_SIZE = 20
_SMALLEST = 4


def _ring(size: int) -> System:
    """The system with another number of sites; its exponents are not known here."""
    if size < _SMALLEST:
        raise ConfigError(
            "C534",
            "impossible size of a system",
            where=f"size = {size}, system 'lorenz96'",
            why="the equation of a site contains three neighbours, so there must be at least four sites",
            fix=f"a size of {_SMALLEST} or more",
        )
    return System(
        name="lorenz96",
        title="Lorenz-96",
        summary="One weather variable at sites on a circle.",
        dynamics=Lorenz96(size=size),
        sampling=TimeMap,
        dt=0.01,
        z0=tuple(8.0 + math.sin(i) for i in range(size)),
        transient=50.0,
        channels=tuple(f"z{i}" for i in range(size)),
        period=1.6,
        domain="climate",
        equations=("dz_i/dt = (z_{i+1} - z_{i-2}) * z_{i-1} - z_i + F",),
        citation="Lorenz (1996). Predictability: a problem partly solved. ECMWF seminar on predictability.",
        resize=_ring,
    )


SYSTEM = replace(
    _ring(_SIZE),
    exponents=(
        *(1.54, 1.21, 0.93, 0.67, 0.41, 0.16, 0.0, -0.10, -0.35, -0.59),
        *(-0.83, -1.06, -1.27, -1.55, -1.83, -2.22, -2.72, -3.45, -4.24, -4.71),
    ),
)
