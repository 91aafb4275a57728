"""The fused scan: forced and inferred orbits of networks with loops that are compiled for the local CPU."""

from typing import Any, cast

import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

from attrax.core.scan import AbstractMap, AbstractScan, ScanSpec, ScanTask
from attrax.kernels.support import obstacle
from attrax.models.compiled import AbstractCompiled
from attrax.models.stochastic import Innovations
from attrax.train.forced_map import CoordinateSignal, ForcedMap, ForcingStep
from attrax.train.variational_bound import InferenceStep, InferredMap


class Fused(AbstractScan):
    """Orbits and their gradients by one compiled function with loops over time, hidden units and windows.

    It works on CPUs, for a `ForcedMap` of an `AbstractCompiled` with a `CoordinateCorrection`, and for an `InferredMap`
    of an `AbstractCompiled` in discrete time with `Innovations`. Use `Sequential` otherwise.

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
        dynamics, moments, added = _inferred(f, signals) if isinstance(f, InferredMap) else _forced(f, signals)
        pull = cast(CoordinateSignal, moments.correction)
        driven = None if moments.s is None else moments.s @ dynamics.C.T
        drive = driven if added is None else added if driven is None else added + driven
        (A, W, h), layer = dynamics.coupling(), dynamics.layer()
        weights = Weights(A, h, W.T, layer.W2, layer.parameters)
        duration = None if moments.duration is None else moments.duration[..., None] / dynamics.dt
        return forced_orbits(layer.loops, weights, z0, OverTime(pull.keep, pull.offset, drive, duration))


def _forced(f: AbstractMap, signals: PyTree[Any]) -> tuple[AbstractCompiled, ForcingStep, None]:
    return cast(AbstractCompiled, cast(ForcedMap, f).dynamics), cast(ForcingStep, signals), None


def _inferred(f: InferredMap, signals: InferenceStep) -> tuple[AbstractCompiled, ForcingStep, Float[Array, "..."]]:
    """The dynamics, a signal that corrects nothing, and the innovations, which are added like inputs."""
    noisy = cast(Innovations, f.dynamics)
    added = noisy.sigma * (signals.vector + signals.noise)
    untouched = CoordinateSignal(jnp.ones_like(added), jnp.zeros_like(added))
    return cast(AbstractCompiled, noisy.dynamics), ForcingStep(untouched, signals.s), added


def _obstacle(task: ScanTask) -> str | None:
    none = None if task.compiled else f"there are no compiled loops for {task.dynamics} dynamics"
    return obstacle() or task.mixed or none


SPEC = ScanSpec("compiled loops", Fused, create=lambda settings, task: Fused(), obstacle=_obstacle)  # noqa: ARG005
