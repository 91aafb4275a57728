"""Rollouts from several states at once, with compiled loops where there are any."""

import equinox as eqx
import jax
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics, AbstractTimed
from attrax.core.rollout import Rollout, judged, rollout
from attrax.kernels.support import obstacle
from attrax.models.compiled import AbstractCompiled


def rollouts(
    dynamics: AbstractDynamics,
    z0: Float[Array, "start latent"],
    n: int,
    s: Float[Array, "start n input"] | None = None,
    noise: Float[Array, "start n latent"] | None = None,
) -> Rollout:
    """Iterate a map from several initial states.

    With compiled loops an orbit does not depend, bit for bit, on what other orbits are computed with it. Their sums are
    rounded differently from those of `attrax.rollout`, so orbits of a chaotic map agree only at first.

    Args:
        dynamics: The map.
        z0: Initial states.
        n: Number of steps.
        s: External inputs of each; 0 if None.
        noise: Dynamical noise of each, which is added to the state in every step; 0 if None.

    Returns: The `Rollout` of each state, stacked.
    """
    # In continuous time compiled loops add what drives the state to its rate of change, not to the state.
    added = noise is None or not isinstance(dynamics, AbstractTimed)
    if isinstance(dynamics, AbstractCompiled) and obstacle() is None and added:
        # Two programs: in a single one the results would be brought into their order again for each use.
        return _judged(_compiled(dynamics, z0, n, s, noise))
    axes = (None, 0, None, None if s is None else 0, None if noise is None else 0)
    return eqx.filter_vmap(rollout, in_axes=axes)(dynamics, z0, n, s, noise)


_judged = jax.jit(jax.vmap(judged))


@eqx.filter_jit
def _compiled(
    dynamics: AbstractCompiled,
    z0: Float[Array, "start latent"],
    n: int,
    s: Float[Array, "start n input"] | None,
    noise: Float[Array, "start n latent"] | None,
) -> Float[Array, "start n latent"]:
    # Imported here, because llvmlite is optional.
    from attrax.kernels.orbits import Weights, free_orbits

    (A, W, h), layer = dynamics.coupling(), dynamics.layer()
    parts = ([] if s is None else [s @ dynamics.C.T]) + ([] if noise is None else [noise])
    drive = sum(parts[1:], parts[0]).swapaxes(0, 1) if parts else None
    return free_orbits(layer.loops, Weights(A, h, W.T, layer.W2, layer.parameters), z0, n, drive)
