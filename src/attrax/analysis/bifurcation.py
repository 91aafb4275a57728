"""Bifurcations: how orbits and cycles change with a parameter, and where they do so abruptly."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from attrax.analysis.cycles import cycles
from attrax.analysis.distinct import add_distinct
from attrax.analysis.events import Event, events_along, merged
from attrax.analysis.followed_cycle import Branch, branches, continued
from attrax.core.dynamics import AbstractDynamics
from attrax.core.precision import in_float64
from attrax.core.result import Result


@dataclass(frozen=True, eq=False)
class Bifurcation:
    """A bifurcation diagram.

    Attributes:
        values: The parameter values.
        orbits: For each value and start, the end of a free run; NaN where it diverged.
        diverged: Which free runs left every bound.
        branches: Fixed points and cycles followed over the values.
        events: Bifurcation points in the order of the parameter.
        result: `SUCCESSFUL` if the cycles at every value were searched exhaustively, else `NOT_EXHAUSTIVE`.
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
    """Orbits and cycles of a family of maps, and its bifurcation points.

    At every value free runs show the attractors, and cycles are searched for, from guesses and from those of the
    neighboring values. Cycles of neighboring values are joined into branches by distance. Where a branch ends, or its
    number of unstable directions or its regions change, the parameter is bisected, and the event is named by the
    eigenvalue that meets the unit circle or by the border that is met.

    Args:
        family: The map for each value: `lambda r: Logistic(r)`, `lambda c: HeldInput(network, jnp.array([c]))` for an
            external input, or `training_path(checkpoints)`.
        values: Ascending parameter values. Make them denser where branches come closer than they move in a step.
        orders: Orders of the cycles that are followed.
        z0: States that free runs start from.
        n: Steps of each free run that are kept.
        transient: Steps before that. Raise it near bifurcations, where orbits settle slowly.
        box: Where guesses of cycles are drawn; see `cycles`.
        budget: Region sequences or Newton steps for each order and value.
        reach: Largest distance that a cycle moves between neighboring values, beyond straight motion.
        progress: Called with the number of values done and their total, after each.
        key: Random key of the guesses.

    Returns: The `Bifurcation`.
    Result codes: `NOT_EXHAUSTIVE` if cycles may have been missed, as always for smooth maps.
    Cost: That of `cycles` for every value and order, and 40 Newton iterations for every event.
    Fails when: two events undo each other between neighboring values, a cycle moves by more than `reach` in a step, or
        one of `values` is a bifurcation point itself, where the cycle's system is singular.

    Example:
        >>> import jax
        >>> from attrax.systems import Logistic
        >>> diagram = bifurcation(Logistic, np.linspace(2.9, 3.1, 5), orders=(1,), z0=np.full((1, 1), 0.4),
        ...                       box=np.array([[0.0], [1.0]]), budget=2000, key=jax.random.key(0))
        >>> [(event.kind.value, round(event.value, 6)) for event in diagram.events]
        [('flip', 3.0)]

    References: [@may1976], [@eisenmann2023].
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
        joined = [b for order in orders for b in branches(maps, _shared(maps, found[order]), reach)]
        events = [event for branch in joined for event in events_along(member, values, branch, reach)]
    width = 1e-6 * float(np.ptp(values))
    diverged = np.asarray(~np.isfinite(orbits).all(axis=(2, 3)), bool)
    return Bifurcation(
        values=values,
        orbits=np.where(diverged[:, :, None, None], np.nan, orbits),
        diverged=diverged,
        branches=tuple(joined),
        events=merged(events, width, reach / 10),
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
    """The cycles of each map with those added that are continued from its neighbors, first upward, then downward."""
    cycles = list(cycles)
    upward = [(i, i - 1) for i in range(1, len(maps))]
    for here, neighbor in upward + [(b, a) for a, b in reversed(upward)]:
        if len(cycles[neighbor]):
            cycles[here] = add_distinct(cycles[here], continued(maps[here], cycles[neighbor]))
    return cycles


def training_path(checkpoints: Sequence[AbstractDynamics]) -> Callable[[float], AbstractDynamics]:
    r"""A training run as a family of maps: checkpoints at the integers, straight lines of parameters in between.

    $\theta(v) = (1 - f) \theta_i + f \theta_{i + 1}$ with $v = i + f$.

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
