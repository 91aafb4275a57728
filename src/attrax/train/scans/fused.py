"""The fused scan: forced orbits of shallow PLRNNs by loops compiled for this processor."""

from typing import TYPE_CHECKING, Any, cast

import equinox as eqx
from jaxtyping import Array, Float, PyTree

from attrax.core.scan import AbstractMap, AbstractScan, ScanSpec, ScanTask
from attrax.core.spec import Settings
from attrax.kernels.support import obstacle
from attrax.models.hidden_layer import AbstractShallow
from attrax.train.forced_map import ForcedMap, Moment, Pull

if TYPE_CHECKING:
    from attrax.kernels.activations import AbstractActivation


class Fused(AbstractScan):
    """Loops over time, hidden units and windows in one compiled function, forwards and backwards.

    For `ForcedMap`s of shallow PLRNNs that are pulled coordinate by coordinate, and for processors; everything else
    takes `Sequential`.

    Args:
        activation: What the hidden units of the network compute.

    Cost: about 14 T M L operations a window for a loss and its gradient, at most of the processor's peak speed.
    """

    activation: "AbstractActivation" = eqx.field(static=True)

    def orbits(
        self, f: AbstractMap, z0: Float[Array, "window latent"], signals: PyTree[Any], n: int
    ) -> Float[Array, "n window latent"]:
        """The states, a cache line of windows at a time."""
        # Where there is no llvmlite, the general path is taken instead.
        from attrax.kernels.orbits import Weights, forced_orbits

        del n  # the signals have as many rows
        dynamics = cast(AbstractShallow, cast(ForcedMap, f).dynamics)
        moments = cast(Moment, signals)
        pull = cast(Pull, moments.correction)
        drive = None if moments.s is None else moments.s @ dynamics.C.T
        weights = Weights(dynamics.A, dynamics.h1, dynamics.W1.T, dynamics.W2, dynamics.h2)
        return forced_orbits(self.activation, weights, z0, *pull, drive)


def _obstacle(task: ScanTask) -> str | None:
    none = f"there are none for {task.dynamics} dynamics" if task.activation is None else None
    return obstacle() or task.mixed or none


def _create(settings: Settings, task: ScanTask) -> Fused:
    del settings
    return Fused(cast(Any, task.activation)())


SPEC = ScanSpec("compiled loops", Fused, create=_create, obstacle=_obstacle)
