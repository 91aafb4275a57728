"""Rollouts from several states at once, with compiled loops where there are any."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics
from attrax.core.result import Result
from attrax.core.rollout import Rollout, judged, rollout
from attrax.kernels.support import obstacle
from attrax.models.compiled import AbstractCompiled


def rollouts(
    dynamics: AbstractDynamics,
    z0: Float[Array, "start latent"],
    n: int,
    s: Float[Array, "start n input"] | None = None,
) -> Rollout:
    """Iterate a map from several initial states.

    With compiled loops an orbit does not depend, bit for bit, on what other orbits are computed with it. Their sums are
    rounded differently from those of `attrax.rollout`, so orbits of a chaotic map agree only at first.

    Args:
        dynamics: The map.
        z0: Initial states.
        n: Number of steps.
        s: External inputs of each; 0 if None.

    Returns: The `Rollout` of each state, stacked.
    """
    if isinstance(dynamics, AbstractCompiled) and obstacle() is None:
        # Two programs: in a single one the results would be brought into their order again for each use.
        z = _compiled(dynamics, z0, n, s)
        if np.isfinite(np.asarray(z)).all():
            return Rollout(z, jnp.full(len(z), Result.SUCCESSFUL, jnp.int32))
        return _judged(z)
    return eqx.filter_vmap(rollout, in_axes=(None, 0, None, None if s is None else 0))(dynamics, z0, n, s)


_judged = jax.jit(jax.vmap(judged))


@eqx.filter_jit
def _compiled(
    dynamics: AbstractCompiled, z0: Float[Array, "start latent"], n: int, s: Float[Array, "start n input"] | None
) -> Float[Array, "start n latent"]:
    # Imported here, because llvmlite is optional.
    from attrax.kernels.orbits import Weights, free_orbits

    (A, W, h), layer = dynamics.coupling(), dynamics.layer()
    drive = None if s is None else (s @ dynamics.C.T).swapaxes(0, 1)
    return free_orbits(layer.loops, Weights(A, h, W.T, layer.W2, layer.parameters), z0, n, drive)
