"""The fused scan: forced orbits of shallow PLRNNs with loops that are compiled for the local CPU."""

from typing import TYPE_CHECKING, Any, cast

import equinox as eqx
from jaxtyping import Array, Float, PyTree

from attrax.core.scan import AbstractMap, AbstractScan, ScanSpec, ScanTask
from attrax.core.spec import Settings
from attrax.kernels.support import obstacle
from attrax.models.hidden_layer import AbstractShallow
from attrax.train.forced_map import CoordinateSignal, ForcedMap, ForcingStep

if TYPE_CHECKING:
    from attrax.kernels.activations import AbstractActivation


class Fused(AbstractScan):
    """Orbits and their gradients by one compiled function with loops over time, hidden units and windows.

    It works on CPUs, for a `ForcedMap` of a shallow PLRNN with a `CoordinateCorrection`. Use `Sequential` otherwise.

    Args:
        activation: The activation function of the hidden units.

    Cost: about 14 T M L operations per window for a loss and its gradient, with T steps, M latent states and L hidden
        units.
    """

    activation: "AbstractActivation" = eqx.field(static=True)

    def orbits(
        self, f: AbstractMap, z0: Float[Array, "window latent"], signals: PyTree[Any], n: int
    ) -> Float[Array, "n window latent"]:
        """The states of all windows; several windows that fit into a cache line are computed together."""
        # Imported here, because llvmlite is optional; without it another scan is chosen.
        from attrax.kernels.orbits import Weights, forced_orbits

        del n  # the signals have as many rows
        dynamics = cast(AbstractShallow, cast(ForcedMap, f).dynamics)
        moments = cast(ForcingStep, signals)
        pull = cast(CoordinateSignal, moments.correction)
        drive = None if moments.s is None else moments.s @ dynamics.C.T
        weights = Weights(dynamics.A, dynamics.h1, dynamics.W1.T, dynamics.W2, dynamics.h2)
        return forced_orbits(self.activation, weights, z0, *pull, drive)


def _obstacle(task: ScanTask) -> str | None:
    none = f"there are no compiled loops for {task.dynamics} dynamics" if task.activation is None else None
    return obstacle() or task.mixed or none


def _create(settings: Settings, task: ScanTask) -> Fused:
    del settings
    return Fused(cast(Any, task.activation)())


SPEC = ScanSpec("compiled loops", Fused, create=_create, obstacle=_obstacle)
