"""A driven map together with the phases of its periodic drives. It is an autonomous map, so analyses can be applied."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics


class RotatingInput(AbstractDynamics):
    r"""The map $(z, \psi) \mapsto (F(z, s), \psi + 1 / P)$ with the input $s = (c, \cos 2 \pi \psi, \sin 2 \pi \psi)$.

    Phases $\psi$ are counted in turns, from 0 to 1. Each has a Lyapunov exponent of 0.

    Args:
        dynamics: A driven map F.
        rows: The number of steps P in a turn of each drive.
        s: Inputs c before those of the drives, which are held constant; may be empty.

    Example:
        >>> from attrax.models import ShallowPLRNN
        >>> driven = ShallowPLRNN.create(2, 5, input_dim=2, key=jax.random.key(0))
        >>> RotatingInput(driven, jnp.array([50.0])).step(jnp.zeros(3))[2]
        Array(0.02, dtype=float32)
    """

    dynamics: AbstractDynamics
    rows: Float[Array, " drive"]
    s: Float[Array, " input"]
    dt: float = eqx.field(static=True)

    def __init__(
        self,
        dynamics: AbstractDynamics,
        rows: Float[Array, " drive"],
        s: Float[Array, " input"] | Float[np.ndarray, " input"] = np.zeros(0),  # noqa: B008 - never changed
    ):
        self.dynamics, self.rows, self.s, self.dt = dynamics, rows, jnp.asarray(s), dynamics.dt

    @property
    def latent_dim(self) -> int:
        """Number of state variables of the driven map, and one for each drive."""
        return self.dynamics.latent_dim + len(self.rows)

    @property
    def input_dim(self) -> int:
        """Always 0: the input is part of the map."""
        return 0

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """One step with the input of the phases after it; the argument `s` is ignored."""
        del s
        state, psi = jnp.split(z, [self.dynamics.latent_dim])
        psi = jnp.mod(psi + 1 / self.rows, 1.0)
        radians = 2 * jnp.pi * psi
        drives = jnp.stack([jnp.cos(radians), jnp.sin(radians)], axis=1).reshape(-1)
        return jnp.concatenate([self.dynamics.step(state, jnp.concatenate([self.s, drives])), psi])

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """The derivative of `step` by forward-mode differentiation; the argument `s` is ignored."""
        del s
        return jax.jacfwd(self.step)(z)
