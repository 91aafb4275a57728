"""A worker for the scan that is parallel in time, on the device that JAX takes by default.

Everything is for one window (B = 1) of a trained model.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from attrax.core.scan import AbstractScan
from attrax.core.scans.newton import Newton
from attrax.core.scans.sequential import Sequential
from attrax.models import Model
from attrax.train import Generalized, TeacherForcing
from attrax.train.forced_map import ForcedMap, ForcingStep
from attrax.train.loss import corrections
from attrax.train.window_batches import Batch
from benchmarks.task import Task
from benchmarks.ways.attrax_fit import build_models, named
from benchmarks.worker import answer

SCANS: dict[str, AbstractScan] = {"sequential": Sequential(), "newton": Newton()}
LIMIT = 200
"""Number of iterations after which the solver counts as not converged."""


class Bench:
    """The state of the worker: a task and compiled gradients."""

    def __init__(self):
        self.task: Task | None = None
        self.gradients: dict[str, Callable[[], Any]] = {}

    def load(self, task: str) -> dict[str, Any]:
        """Load a task with trained parameters; returns the device and the largest singular value of the Jacobian."""
        self.task = Task.load(Path(task))
        model, device = self.model(), jax.devices()[0]
        z = jnp.asarray(self.task.x[:10_000])
        expansion = jax.jit(jax.vmap(lambda z: jnp.linalg.norm(model.dynamics.jacobian(z), ord=2)))(z)
        return {"device": f"{device.platform.upper()} ({device.device_kind})", "sigma_max": float(expansion.max())}

    def iterations(self, alpha: float, T: int, double: bool) -> dict[str, Any]:
        """Newton iterations until nothing changes, in single precision to 1e-5, in double precision to 1e-10."""
        with jax.enable_x64(double):
            scan = Newton(tolerance=1e-10 if double else 1e-5, max_iterations=LIMIT)
            solution = eqx.filter_jit(_solve)(self.model(), self.window(T), alpha, scan)
            return {"iterations": int(solution.iterations), "converged": bool(solution.converged)}

    def error(self, alpha: float, T: int, double: bool) -> dict[str, Any]:
        """Relative difference of the gradient from that of the sequential scan; the largest one over parameters."""
        with jax.enable_x64(double):
            newton = Newton(tolerance=1e-10 if double else 1e-5, max_iterations=LIMIT)
            this, reference = (
                named(eqx.filter_jit(_gradient)(self.model(), self.window(T), alpha, scan))
                for scan in (newton, Sequential())
            )
        apart = [np.linalg.norm(this[n] - g) / max(np.linalg.norm(g), 1e-30) for n, g in reference.items()]
        return {"error": float(np.max(apart))}

    def compile(self, scan: str, alpha: float, T: int) -> dict[str, Any]:
        """Compile loss and gradient for a length; returns the seconds of a run and the bytes of its memory."""
        arguments = self.model(), self.window(T)
        arrays, static = eqx.partition(arguments, eqx.is_array)

        def gradient(arrays):
            model, x = eqx.combine(arrays, static)
            return eqx.filter(_gradient(model, x, alpha, SCANS[scan]), eqx.is_array)

        compiled = jax.jit(gradient).lower(arrays).compile()
        self.gradients[scan] = lambda: jax.block_until_ready(compiled(arrays))
        self.run(scan)
        return {**self.run(scan), "bytes": compiled.memory_analysis().temp_size_in_bytes}

    def run(self, scan: str) -> dict[str, Any]:
        """Compute loss and gradient once; returns the seconds."""
        before = time.perf_counter()
        self.gradients[scan]()
        return {"seconds": time.perf_counter() - before}

    def model(self) -> Model:
        """The trained model, in the precision that is set now."""
        models = build_models(self.task)
        dtype = jnp.zeros(()).dtype
        return jax.tree.map(lambda a: a[0].astype(dtype), models)

    def window(self, T: int) -> jax.Array:
        """The first rows of the recording."""
        return jnp.asarray(self.task.x[None, :T], jnp.zeros(()).dtype)


def _solve(model: Model, x: jax.Array, alpha: float, scan: Newton) -> Any:
    batch, forcing = Batch(x, None, None), Generalized(alpha)
    correction, signal = corrections(model, forcing, batch, forcing.init())
    z0 = model.start.infer(model.observation, x[:, 0])
    return scan.solve(ForcedMap(model.dynamics, correction), z0, ForcingStep(signal, None), x.shape[1] - 1)


def _gradient(model: Model, x: jax.Array, alpha: float, scan: AbstractScan) -> Model:
    loss = TeacherForcing(Generalized(alpha), scan)
    return eqx.filter_grad(lambda m: loss(m, Batch(x, None, None), loss.init(), jax.random.key(0))[0])(model)


if __name__ == "__main__":
    bench = Bench()
    actions = (bench.load, bench.iterations, bench.error, bench.compile, bench.run)
    answer({action.__name__: action for action in actions})
