"""Bifurcation diagrams: how the attractors and cycles of a family of maps change with a parameter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from attrax.analysis.bifurcations.bifurcation_points import Event, bifurcations_on_branch, distinct_events
from attrax.analysis.bifurcations.cycle_branches import Branch, continue_cycles, join_branches
from attrax.analysis.periodic_orbits.cycles import cycles
from attrax.analysis.periodic_orbits.distinct_cycles import add_distinct
from attrax.core.dynamics import AbstractDynamics
from attrax.core.precision import in_float64
from attrax.core.result import Result


@dataclass(frozen=True, eq=False)
class Bifurcation:
    """A bifurcation diagram.

    Attributes:
        values: The parameter values.
        orbits: The last part of a free run, for each value and initial state; NaN where the run diverged.
        diverged: Which free runs diverged.
        branches: Fixed points and cycles, each followed over a range of the values.
        events: Bifurcation points, in the order of the parameter.
        result: `SUCCESSFUL` if the search for cycles was exhaustive at every value, otherwise `NOT_EXHAUSTIVE`.

    Example:
        >>> none = np.zeros((2, 1), bool)
        >>> empty = Bifurcation(np.array([2.9, 3.1]), np.full((2, 1, 9, 1), 0.6), none, (), (), Result.SUCCESSFUL)
        >>> empty.orbits.shape, len(empty.branches)
        ((2, 1, 9, 1), 0)
    """

    values: Float[np.ndarray, " value"]
    orbits: Float[np.ndarray, "value start time latent"]
    diverged: Bool[np.ndarray, "value start"]
    branches: tuple[Branch, ...]
    events: tuple[Event, ...]
    result: Result


def bifurcation(
    family: Callable[[float], AbstractDynamics],
    values: Float[np.ndarray, " value"],
    *,
    orders: tuple[int, ...] = (1, 2),
    z0: Float[np.ndarray, "start latent"],
    n: int = 100,
    transient: int = 1000,
    box: Float[np.ndarray, "2 latent"] | None = None,
    budget: int = 10_000,
    reach: float = 0.5,
    progress: Callable[[int, int], None] | None = None,
    key: PRNGKeyArray,
) -> Bifurcation:
    """Compute the bifurcation diagram of a family of maps and locate its bifurcation points.

    At every parameter value free runs show the attractors, and cycles are searched for, both from initial guesses and
    from the cycles of the neighboring values. Cycles of neighboring values are joined into branches by their distance.
    Where a branch ends, or where the number of its unstable directions or its linear regions change, bisection locates
    the parameter value. The type of the bifurcation follows from the eigenvalue that crosses the unit circle, or from
    the border that the cycle meets.

    Args:
        family: The map for each parameter value: `lambda r: Logistic(r)`, `lambda c: HeldInput(network,
            jnp.array([c]))` for an external input, or `training_path(checkpoints)`.
        values: Ascending parameter values. Use more of them where two branches are closer to each other than a branch
            moves from one value to the next.
        orders: Orders of the cycles that are followed.
        z0: Initial states of the free runs.
        n: Number of steps of each free run that are kept.
        transient: Number of steps before that. Raise it near bifurcations, where orbits approach their attractor
            slowly.
        box: Range of each state variable for initial guesses of cycles; see `cycles`.
        budget: Largest number of sequences of regions, or of Newton steps, for each order and value.
        reach: Largest distance between a cycle and where its branch, continued in a straight line, should be.
        progress: Called with the number of values done and their total.
        key: Random key of the initial guesses.

    Returns:
        The `Bifurcation`. Result code `NOT_EXHAUSTIVE` if cycles may be missing, as always for maps that are not
        piecewise linear. `attrax.plots.bifurcation_diagram.bifurcation_figure` draws it.

    Cost: that of `cycles` for every value and order, and 40 Newton iterations for every bifurcation point.
    Fails when: two changes between neighboring values cancel each other; a cycle moves by more than `reach` from one
        value to the next; or a parameter value is itself a bifurcation point, where the equation for the cycle is
        singular.

    Example:
        >>> import jax
        >>> from attrax.systems import Logistic
        >>> diagram = bifurcation(Logistic, np.linspace(2.9, 3.1, 5), orders=(1,), z0=np.full((1, 1), 0.4),
        ...                       box=np.array([[0.0], [1.0]]), budget=2000, key=jax.random.key(0))
        >>> [(event.kind.value, round(event.value, 6)) for event in diagram.events]
        [('flip', 3.0)]

    References:
        May, Simple mathematical models with very complicated dynamics, Nature 1976 [@may1976].
        Eisenmann, Monfared, Göring & Durstewitz, Bifurcations and loss jumps in RNN training, NeurIPS 2023
        [@eisenmann2023].
    """
    with jax.enable_x64(True):
        values = np.asarray(values, float)

        def member(value: float) -> AbstractDynamics:
            return in_float64(family(float(value)))

        maps, orbits, found, exhaustive = [], [], {order: [] for order in orders}, True
        for i, value in enumerate(values):
            maps.append(member(value))
            orbits.append(np.asarray(_free_runs(maps[i], jnp.asarray(z0, jnp.float64), n, transient)))
            for order in orders:
                now = cycles(maps[i], order, box=box, budget=budget, key=key)
                found[order].append(now.z)
                exhaustive &= now.exhaustive
            if progress is not None:
                progress(i + 1, len(values))
        followed = [b for order in orders for b in join_branches(maps, _shared(maps, found[order]), reach)]
        events = [event for branch in followed for event in bifurcations_on_branch(member, values, branch, reach)]
    width = 1e-6 * float(np.ptp(values))
    diverged = np.asarray(~np.isfinite(orbits).all(axis=(2, 3)), bool)
    return Bifurcation(
        values=values,
        orbits=np.where(diverged[:, :, None, None], np.nan, orbits),
        diverged=diverged,
        branches=tuple(followed),
        events=distinct_events(events, width, reach / 10),
        result=Result.SUCCESSFUL if exhaustive else Result.NOT_EXHAUSTIVE,
    )


@eqx.filter_jit
def _free_runs(
    dynamics: AbstractDynamics, z0: Float[Array, "start latent"], n: int, transient: int
) -> Float[Array, "start n latent"]:
    def body(z, _):
        z = jax.vmap(dynamics.step)(z)
        return z, z

    z = jax.lax.fori_loop(0, transient, lambda _, z: jax.vmap(dynamics.step)(z), z0)
    return jnp.swapaxes(jax.lax.scan(body, z, None, length=n)[1], 0, 1)


def _shared(
    maps: Sequence[AbstractDynamics], cycles: list[Float[np.ndarray, "_ order latent"]]
) -> list[Float[np.ndarray, "_ order latent"]]:
    """The cycles of each map, with those that continue cycles of its neighbors, first upward, then downward."""
    cycles = list(cycles)
    upward = [(i, i - 1) for i in range(1, len(maps))]
    for here, neighbor in upward + [(b, a) for a, b in reversed(upward)]:
        if len(cycles[neighbor]):
            cycles[here] = add_distinct(cycles[here], continue_cycles(maps[here], cycles[neighbor]))
    return cycles


def training_path(checkpoints: Sequence[AbstractDynamics]) -> Callable[[float], AbstractDynamics]:
    r"""Make a family of maps from the checkpoints of a training run, by linear interpolation of their parameters.

    $\theta(v) = (1 - f) \theta_i + f \theta_{i + 1}$ with $v = i + f$ the parameter of the family, and $\theta_i$ the
    parameters of checkpoint $i$ = 0, 1, ...

    Args:
        checkpoints: Maps of equal structure, in the order of the training.

    Example:
        >>> from attrax.systems import Logistic
        >>> float(training_path([Logistic(2.0), Logistic(4.0)])(0.5).r)
        3.0
    """

    def family(value: float) -> AbstractDynamics:
        i = min(max(int(value), 0), len(checkpoints) - 2)
        f = value - i

        def between(a, b):
            return (1 - f) * a + f * b if eqx.is_inexact_array_like(a) else a

        return jax.tree.map(between, checkpoints[i], checkpoints[i + 1])

    return family
