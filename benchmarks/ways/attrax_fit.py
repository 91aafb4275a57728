"""Training with attrax: `attrax.optimise.fit`, as the command line calls it, with a given scan."""

from importlib.metadata import version

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import attrax
from attrax.core.scaling import Scaling
from attrax.core.scan import AbstractScan
from attrax.models import (
    AffineObservation,
    BoundedDiagonal,
    ClippedShallowPLRNN,
    IdentityObservation,
    LinearStart,
    Model,
)
from attrax.optimise import ExponentialDecay, Plan, TrainState, fit
from attrax.train import Batch, Generalized, TeacherForcing, WindowBatches
from benchmarks.task import RADIUS, Task
from benchmarks.way import AbstractTraining, AbstractWay


class AttraxFit(AbstractWay):
    """`attrax.optimise.fit` with a scan.

    Args:
        scan: The scan that computes orbits.
    """

    def __init__(self, scan: AbstractScan):
        self.scan = scan

    def versions(self) -> dict[str, str]:
        """The scan, and versions of the libraries."""
        return {"scan": repr(self.scan), **{name: version(name) for name in ("attrax", "jax", "jaxlib", "optax")}}

    def gradient(self, task: Task, windows: np.ndarray) -> tuple[float, dict[str, np.ndarray]]:
        """Value and gradient of the loss."""
        model = jax.tree.map(lambda leaf: leaf[0] if eqx.is_array(leaf) else leaf, build_models(task))
        loss = build_objective(task, self.scan)

        @eqx.filter_jit
        @eqx.filter_value_and_grad
        def both(model):
            return loss(model, Batch(jnp.asarray(windows), None, None), loss.init(), jax.random.key(0))[0]

        value, gradient = both(model)
        return float(value), named(gradient)

    def start(self, task: Task) -> AbstractTraining:
        """A run of `attrax.optimise.fit` that is stopped and resumed."""
        return _Run(task, self.scan)


class _Run(AbstractTraining):
    def __init__(self, task: Task, scan: AbstractScan):
        self.models, self.objective, self.plan = build_models(task), build_objective(task, scan), build_plan(task)
        self.replicas, c = task.seeds, task.settings
        dataset = attrax.Dataset((attrax.Series(task.x),))
        self.batches = WindowBatches.cut(dataset, length=c.window, size=c.batch_size)
        self.key = jax.random.split(jax.random.key(0), task.seeds)
        self.state: TrainState | None = None

    def advance(self, updates: int) -> float:
        """One call of `attrax.optimise.fit`, stopped between two chunks."""
        goal = updates + (0 if self.state is None else int(self.state.step))
        enough = [lambda progress: int(progress.state.step) >= goal]
        done = fit(
            self.models,
            self.objective,
            self.batches,
            self.plan,
            key=self.key,
            replicas=self.replicas,
            callbacks=enough,
            resume=self.state,
        )
        self.state = done.state
        return float(np.mean([record["loss"][0] for record in done.history]))

    def parameters(self) -> dict[str, np.ndarray]:
        """The parameters in the state of the run."""
        return named(self.models if self.state is None else self.state.model)


def build_models(task: Task) -> Model:
    """The parameters of the task as attrax models; the first axis is over seeds."""
    N = task.x.shape[1]
    channels = tuple(f"x{i}" for i in range(N))

    def one(p: dict[str, jax.Array]) -> Model:
        inputs = jnp.zeros((len(p["h1"]), 0))
        f = ClippedShallowPLRNN(BoundedDiagonal(p["a"], RADIUS), p["W1"], p["W2"], p["h1"], p["h2"], inputs)
        observation = AffineObservation(p["B"]) if task.settings.affine else IdentityObservation(N)
        return Model(f, observation, LinearStart(jnp.zeros((0, N))), Scaling.identity(N), channels)

    return eqx.filter_vmap(one)({name: jnp.asarray(value) for name, value in task.parameters.items()})


def build_objective(task: Task, scan: AbstractScan) -> TeacherForcing:
    """The loss of the task."""
    return TeacherForcing(Generalized(task.settings.alpha), scan)


def build_plan(task: Task) -> Plan:
    """The task's updates."""
    c = task.settings
    return Plan(c.updates, ExponentialDecay(c.learning_rate, c.final_learning_rate, c.updates), chunk=c.chunk)


def named(model: Model) -> dict[str, np.ndarray]:
    """Parameters, or their gradients, under the names of the task."""
    f = model.dynamics
    leaves = {"a": f.diagonal.weights, "W1": f.W1, "W2": f.W2, "h1": f.h1, "h2": f.h2}
    if isinstance(model.observation, AffineObservation):
        leaves["B"] = model.observation.B
    return {name: np.asarray(leaf) for name, leaf in leaves.items()}
