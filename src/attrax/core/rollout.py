"""Rollouts: a map iterated from an initial state."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from attrax.core.dynamics import AbstractDynamics
from attrax.core.result import Result


class Rollout(NamedTuple):
    """The states of an orbit, and whether it diverged.

    Attributes:
        z: States after 1, 2, ... n steps; NaN from the first non-finite state on.
        result: A `Result` code, `SUCCESSFUL` or `DIVERGED`.
    """

    z: Float[Array, "n latent"]
    result: Int[Array, ""]


@eqx.filter_jit
def rollout(
    dynamics: AbstractDynamics,
    z0: Float[Array, " latent"],
    n: int,
    s: Float[Array, "n input"] | None = None,
    noise: Float[Array, "n latent"] | None = None,
) -> Rollout:
    r"""Iterate a map, $z_t = F(z_{t-1}, s_t) + \epsilon_t$ for $t = 1 \dots n$.

    Args:
        dynamics: The map.
        z0: Initial state.
        n: Number of steps.
        s: External inputs, one row for each step; 0 if None.
        noise: Dynamical noise $\epsilon$, which is added to the state in each step; 0 if None.

    Returns:
        The `Rollout`; it does not contain `z0`. Result code `DIVERGED` if a state is not finite.

    Cost: `n` evaluations of `step`, one after the other.

    Example:
        >>> from attrax.systems import Henon
        >>> rollout(Henon(), jnp.zeros(2), 3).z.shape
        (3, 2)
    """

    def body(z, now):
        s_t, noise_t = now
        z = dynamics.step(z, s_t)
        z = z if noise_t is None else z + noise_t
        return z, z

    return judged(jax.lax.scan(body, z0, (s, noise), length=n)[1])


def judged(z: Float[Array, "n latent"]) -> Rollout:
    """The rollout with these states: NaN from the first non-finite state on, and a result code.

    Args:
        z: States after 1, 2, ... n steps.
    """
    broken = ~jnp.isfinite(z).all(axis=1)
    finite = jnp.arange(len(z)) < jnp.where(broken.any(), jnp.argmax(broken), len(z))
    result = jnp.where(finite.all(), Result.SUCCESSFUL, Result.DIVERGED).astype(jnp.int32)
    return Rollout(jnp.where(finite[:, None], z, jnp.nan), result)
