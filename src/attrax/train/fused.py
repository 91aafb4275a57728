"""The fused scan: forced orbits of shallow PLRNNs by loops compiled for this processor."""

from typing import Any, cast

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

from attrax.core.scan import AbstractMap, AbstractScan
from attrax.kernels.orbits import Weights, forced_orbits
from attrax.kernels.ramps import Ramp
from attrax.models.shallow import AbstractShallow
from attrax.train.forced_map import ForcedMap, Moment, Pull


class Fused(AbstractScan):
    """Loops over time, hidden units and windows in one compiled function, forwards and backwards.

    For `ForcedMap`s of shallow PLRNNs that are pulled coordinate by coordinate, and for processors; everything else
    takes `Sequential`.

    Args:
        ramp: What the hidden units of the network compute.

    Cost: about 14 T M L operations a window for a loss and its gradient, at most of the processor's peak speed.
    """

    ramp: Ramp = eqx.field(static=True)

    def orbits(
        self, f: AbstractMap, z0: Float[Array, "window latent"], signals: PyTree[Any], n: int
    ) -> Float[Array, "n window latent"]:
        """The states, a cache line of windows at a time."""
        dynamics = cast(AbstractShallow, cast(ForcedMap, f).dynamics)
        moments = cast(Moment, signals)
        pull = cast(Pull, moments.correction)
        drive = dynamics.h1 if moments.s is None else dynamics.h1 + moments.s @ dynamics.C.T
        weights = Weights(dynamics.A, dynamics.W1.T, dynamics.W2, dynamics.h2)
        return forced_orbits(self.ramp, weights, z0, *pull, jnp.broadcast_to(drive, (n, *z0.shape)))
