"""The error of gradients through differential equations: steps that are undone against an adjoint equation."""

from collections.abc import Callable

import diffrax
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from attrax.campaigns import Budget, Measurement, Metric
from attrax.core import reversible_heun
from attrax.plots import Axis, Figure, Line, Panel, Role

DIM, NOISE = 4, 2
SOLVERS = {"heun": diffrax.Heun(), "midpoint": diffrax.Midpoint()}
ROLES = {"reversible": Role.FIRST, "heun": Role.SECOND, "midpoint": Role.THIRD}


class Field(eqx.Module):
    """Tanh units; the first column is the drift, the others are the diffusion."""

    weights: jax.Array

    def __call__(self, y):
        """The field at a state."""
        return jnp.tanh(jnp.einsum("ijk,j->ik", self.weights, y))


def gradients(budget: Budget, key: int, *, noise: bool) -> Measurement:
    """Relative errors of the gradient of |y(1)|^2 by all weights and the first state, for each step size.

    The reference is the derivative of the very steps that the solver has taken, by automatic differentiation.
    """
    with jax.enable_x64(True):
        rng = np.random.default_rng(key)
        columns = 1 + NOISE * noise
        field = Field(jnp.asarray(rng.normal(size=(DIM, DIM, columns))))
        y0 = jnp.asarray(rng.normal(size=DIM))
        path = diffrax.VirtualBrownianTree(0.0, 1.0, 1e-4, (NOISE,), jax.random.key(key)) if noise else None
        counts = [int(n) for n in 10 * 2 ** np.arange(budget["halvings"] + 1)]
        errors = {"reversible": np.array([_of_reversible(field, y0, path, n) for n in counts])}
        for name, solver in list(SOLVERS.items())[: budget["solvers"]]:
            errors[name] = _of_adjoint(field, y0, path, solver, np.array(counts))
    protocol = f"relative error of the gradient/{DIM} states/{NOISE * noise} noises/float64"
    metrics = {
        f"{name}_{n}": Metric(float(error), None, protocol, "lower")
        for name, each in errors.items()
        for n, error in zip(counts, each, strict=True)
    }
    return Measurement(metrics, figures=(_figure(np.array(counts), errors),))


def _relative(found, exact) -> float:
    a, b = (np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(tree)]) for tree in (found, exact))
    return float(np.linalg.norm(a - b) / np.linalg.norm(b))


def _of_reversible(field: Field, y0, path, n: int) -> float:
    """The error of the gradient that undoes the steps."""
    t = jnp.linspace(0, 1, n + 1)
    h = jnp.diff(t)[:, None]
    if path is not None:
        h = jnp.concatenate([h, _brownian(path, t)], axis=1)
    found, exact = (_gradient((field, y0), h, solve) for solve in (reversible_heun, _as_written))
    return _relative(found, exact)


_brownian = eqx.filter_jit(lambda path, t: jax.vmap(path.evaluate)(t[:-1], t[1:]))


def _as_written(field: Field, y0, h):
    """The scheme as it is written in the thesis, differentiated through what is stored of it."""

    def step(carry, h):
        y, y_hat = carry
        ahead = 2 * y - y_hat + field(y_hat) @ h
        return (y + (field(y_hat) + field(ahead)) @ h / 2, ahead), None

    return jax.lax.scan(step, (y0, y0), h)[0][0]


@eqx.filter_jit
def _gradient(arguments: tuple, steps, solve: Callable):
    """The gradient of the squared norm of the last state, compiled once for all seeds."""
    return eqx.filter_grad(lambda arguments: (solve(*arguments, steps) ** 2).sum())(arguments)


def _of_adjoint(field: Field, y0, path, solver, counts: np.ndarray) -> np.ndarray:
    """The errors of the gradient that solves the adjoint equation backward with the same solver and steps."""
    ways = [Solve(solver, adjoint) for adjoint in (diffrax.BacksolveAdjoint(), diffrax.RecursiveCheckpointAdjoint())]
    return np.array(
        [_relative(*(_gradient((field, y0), (jnp.asarray(1 / n), path), way) for way in ways)) for n in counts]
    )


class Solve(eqx.Module):
    """The last state by a solver of diffrax with an adjoint of diffrax."""

    solver: diffrax.AbstractSolver
    adjoint: diffrax.AbstractAdjoint

    def __call__(self, field, y0, steps):
        """The last state, with steps of a length and a Brownian path."""
        h, path = steps
        terms = diffrax.ODETerm(lambda t, y, field: field(y)[:, 0])  # noqa: ARG005
        if path is not None:
            noise = diffrax.ControlTerm(lambda t, y, field: field(y)[:, 1:], path)  # noqa: ARG005
            terms = diffrax.MultiTerm(terms, noise)
        return diffrax.diffeqsolve(terms, self.solver, 0.0, 1.0, h, y0, args=field, adjoint=self.adjoint).ys[0]


def _figure(counts: np.ndarray, errors: dict[str, np.ndarray]) -> Figure:
    titles = {"reversible": "reversible Heun, undone", "heun": "Heun, adjoint", "midpoint": "midpoint, adjoint"}
    panel = Panel(
        traces=tuple(
            Line(x=1 / counts, y=np.maximum(each, 1e-17), name=titles[name], role=ROLES[name])
            for name, each in errors.items()
        ),
        x=Axis(label="step", scale="log"),
        y=Axis(label="relative error of the gradient", scale="log"),
    )
    caption = "Against the derivative of the same steps by automatic differentiation, in float64."
    return Figure(name="error", title="Gradients through a solver", caption=caption, panels=(panel,))
