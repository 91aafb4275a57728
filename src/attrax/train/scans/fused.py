"""The fused scan: forced orbits of networks with loops that are compiled for the local CPU."""

from typing import Any, cast

from jaxtyping import Array, Float, PyTree

from attrax.core.scan import AbstractMap, AbstractScan, ScanSpec, ScanTask
from attrax.kernels.support import obstacle
from attrax.models.compiled import AbstractCompiled
from attrax.train.forced_map import CoordinateSignal, ForcedMap, ForcingStep


class Fused(AbstractScan):
    """Orbits and their gradients by one compiled function with loops over time, hidden units and windows.

    It works on CPUs, for a `ForcedMap` of an `AbstractCompiled` with a `CoordinateCorrection`. Use `Sequential`
    otherwise.

    Cost: about 14 T M L operations per window for a loss and its gradient, with T steps, M latent states and L hidden
        units; half of it if each unit sees one latent state only.
    """

    def orbits(
        self, f: AbstractMap, z0: Float[Array, "window latent"], signals: PyTree[Any], n: int
    ) -> Float[Array, "n window latent"]:
        """The states of all windows; several windows that fit into a cache line are computed together."""
        # Imported here, because llvmlite is optional; without it another scan is chosen.
        from attrax.kernels.orbits import OverTime, Weights, forced_orbits

        del n  # the signals have as many rows
        dynamics = cast(AbstractCompiled, cast(ForcedMap, f).dynamics)
        moments = cast(ForcingStep, signals)
        pull = cast(CoordinateSignal, moments.correction)
        drive = None if moments.s is None else moments.s @ dynamics.C.T
        (A, W, h), layer = dynamics.coupling(), dynamics.layer()
        weights = Weights(A, h, W.T, layer.W2, layer.parameters)
        duration = None if moments.duration is None else moments.duration[..., None] / dynamics.dt
        return forced_orbits(layer.loops, weights, z0, OverTime(pull.keep, pull.offset, drive, duration))


def _obstacle(task: ScanTask) -> str | None:
    none = None if task.compiled else f"there are no compiled loops for {task.dynamics} dynamics"
    return obstacle() or task.mixed or none


SPEC = ScanSpec("compiled loops", Fused, create=lambda settings, task: Fused(), obstacle=_obstacle)  # noqa: ARG005
