"""A learned energy that adapts to an unseen system: meta-trained, trained on all systems together, or fresh."""

from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

from attrax import rollout
from attrax.analysis import energy_drift
from attrax.campaigns import Budget, Measurement, Metric
from attrax.meta import MAML, Tasks, adapt
from attrax.models import AbstractJointEnergy, HamiltonianNetwork
from attrax.optimise import AbstractObjective, FixedBatch, Minibatches, Plan, Probe, fit
from attrax.plots import Axis, Figure, Line, Panel, Role

ROWS, DT, HIDDEN = 50, 0.1, 64
STEPS, RATE = 5, 0.1
AFTER = (1, 2, 5, 10, 20, 50)
ROLES = {"maml": Role.FIRST, "joint": Role.SECOND, "scratch": Role.THIRD}

# The potential V(q) of each domain, all constants 1, and the spread of the first states.
DOMAINS: dict[str, tuple[Callable, float]] = {
    "spring": (lambda q: (q @ q + (q[0] - q[1]) ** 2) / 2, 0.7),
    "pendulum": (lambda q: jnp.sum(1 - jnp.cos(q)), 0.7),
    "henon_heiles": (lambda q: q @ q / 2 + q[0] ** 2 * q[1] - q[1] ** 3 / 3, 0.15),
    "quartic": (lambda q: jnp.sum(q**4) / 4 + q[0] ** 2 * q[1] ** 2 / 2, 0.7),
    "kepler": (lambda q: -1 / jnp.sqrt(q @ q + 0.25), 0.4),
    "double_well": (lambda q: jnp.sum(q**4 / 4 - q**2 / 2), 0.8),
    "mirror": (lambda q: q[0] ** 2 * (1 + q[1] ** 2) / 2, 0.5),
}


class MultilayerEnergy(AbstractJointEnergy):
    """The energy as a network with two hidden layers."""

    network: eqx.nn.MLP

    @property
    def weights(self):
        """The weights of all layers."""
        return tuple(layer.weight for layer in self.network.layers)

    def value(self, q, p):
        """The energy."""
        return self.network(jnp.concatenate([q, p]))

    def gradient(self, q, p):
        """Its derivatives."""
        return jax.grad(self.value, argnums=(0, 1))(q, p)


class FieldError(AbstractObjective):
    """Mean squared error of the vector field, relative to its mean square, which is 1."""

    def init(self):
        """Nothing adapts."""

    def __call__(self, model, batch, state, key):
        """The mean over rows and components."""
        del key
        z, velocity = batch
        return jnp.mean((jax.vmap(model.velocity)(z) - velocity) ** 2), (state, {})


def held_out(budget: Budget, key: int, *, domain: str) -> Measurement:
    """Errors on a domain that was left out of the training, after some steps of adaptation to 50 rows of it."""
    keys = jax.random.split(jax.random.key(key), 4)
    names = [domain, *[name for name in DOMAINS if name != domain][: budget["domains"]]]
    energies, rows = {}, {}
    for name, k in zip(names, jax.random.split(keys[0], len(names)), strict=True):
        energies[name], rows[name] = _recorded(*DOMAINS[name], budget["orbits"], k)
    known = [rows[name] for name in names[1:]]
    fresh, meta = _network(keys[1]), MAML(FieldError(), STEPS, RATE)
    plan = Plan(budget["updates"], optax.cosine_decay_schedule(3e-3, budget["updates"]), optax.scale_by_adam())
    pooled = tuple(np.concatenate(parts) for parts in zip(*known, strict=True))
    tasks = Tasks.of([Minibatches(each, ROWS) for each in known], size=len(known))
    models = {
        "maml": fit(fresh, meta, tasks, plan, key=keys[2]).model,
        "joint": fit(fresh, meta.objective, Minibatches(pooled, ROWS * len(known)), plan, key=keys[2]).model,
        "scratch": fresh,
    }
    metrics, curves = {}, {}
    protocol = f"relative field error/{ROWS} rows/{budget['tasks']} tasks/{budget['updates']} updates"
    for name, model in models.items():
        errors, drifts = _adapted(model, meta, energies[domain], rows[domain], budget["tasks"], keys[3])
        curves[name] = np.median(errors, axis=0)
        spread = errors.std(axis=0, ddof=1) / np.sqrt(len(errors))
        for place, step in enumerate((0, *AFTER)):
            if step in (0, 5, 50):
                metrics[f"{name}_{step}"] = Metric(float(curves[name][place]), float(spread[place]), protocol, "lower")
        metrics[f"{name}_energy"] = Metric(float(np.median(drifts)), None, f"energy excursion/{protocol}", "lower")
    return Measurement(metrics, figures=(_figure(domain, curves),))


def _recorded(potential: Callable, spread: float, orbits: int, key) -> tuple[Callable, tuple[np.ndarray, np.ndarray]]:
    """The energy of a domain, and states and velocities: half of the rows of orbits, all with numbers below 2.

    In the unit of time the mean square of velocities, which are exact, is 1; orbits are those of the leapfrog method.
    """

    def step(z, _):
        p = z[2:] - DT / 2 * jax.grad(potential)(z[:2])
        q = z[:2] + DT * p
        z = jnp.concatenate([q, p - DT / 2 * jax.grad(potential)(q)])
        return z, (z, jnp.concatenate([z[2:], -jax.grad(potential)(q)]))

    z0 = spread * jax.random.truncated_normal(key, -2, 2, (orbits, 4))
    found = jax.jit(jax.vmap(lambda z: jax.lax.scan(step, z, length=100)[1]))(z0)
    z, velocity = (np.asarray(values).reshape(-1, 4) for values in found)
    inside = np.flatnonzero(np.abs(z).max(axis=1) < 2)[: 50 * orbits]
    c = 1 / np.sqrt(np.mean(velocity[inside] ** 2))
    return lambda z: c * (z[2:] @ z[2:] / 2 + potential(z[:2])), (z[inside], c * velocity[inside])


def _network(key) -> HamiltonianNetwork:
    energy = MultilayerEnergy(eqx.nn.MLP(4, "scalar", HIDDEN, 2, jnp.tanh, key=key))
    return HamiltonianNetwork(energy, jnp.full(2, jnp.log(DT)), jnp.zeros(0), jnp.zeros((2, 0)), substeps=1, dt=DT)


def _adapted(model, meta: MAML, energy: Callable, rows, count: int, key) -> tuple[np.ndarray, np.ndarray]:
    """For each task, the errors before and after steps of adaptation, and the excursion of the true energy."""
    z, velocity = rows
    error = eqx.filter_jit(lambda model: jnp.sqrt(meta.objective(model, rows, None, key)[0]))
    errors, excursions = np.empty((count, 1 + len(AFTER))), np.empty(count)
    for i, k in enumerate(jax.random.split(key, count)):
        chosen = np.asarray(jax.random.choice(k, len(z), (ROWS,), replace=False))
        seen = {0: model}
        probe = Probe(lambda progress, seen=seen: seen.update({int(progress.state.step): progress.state.model}), AFTER)
        support = FixedBatch((z[chosen], velocity[chosen]))
        adapt(model, meta, support, steps=max(AFTER), key=k, callbacks=[probe])
        errors[i] = [float(error(seen[step])) for step in (0, *AFTER)]
        orbit = rollout(seen[STEPS], jnp.asarray(z[chosen[0]]), 200).z
        found = energy_drift(energy, orbit, dt=DT)
        excursions[i] = found.excursion / found.scale
    return errors, excursions


def _figure(domain: str, curves: dict[str, np.ndarray]) -> Figure:
    panel = Panel(
        traces=tuple(
            Line(x=np.array([0.5, *AFTER]), y=curve, name=name, role=ROLES[name]) for name, curve in curves.items()
        ),
        x=Axis(label="steps of adaptation (0 at the left)", scale="log"),
        y=Axis(label="relative field error", scale="log"),
    )
    caption = f"Median error on the unseen domain {domain} after steps of gradient descent on {ROWS} rows."
    return Figure(name="adaptation", title=f"Adaptation to {domain}", caption=caption, panels=(panel,))
