"""Attractors that free runs reach, the sizes of their basins, and the durations of the transients."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from attrax.analysis.argument_checks import as_starts, require_count
from attrax.analysis.attracting_sets.basins import Basin, arrival_step, group_runs, wilson_interval
from attrax.analysis.lyapunov.orbit_averages import orbit_mean, orbit_mean_error
from attrax.analysis.lyapunov.tangent_growth import tangent_growth
from attrax.core.dynamics import AbstractDynamics
from attrax.core.generator import generator_of
from attrax.core.has_dynamics import HasDynamics, dynamics_of
from attrax.core.precision import in_float64
from attrax.core.result import Result
from attrax.core.rollout import rollout

# Number of runs in one compiled call.
_RUNS_AT_ONCE = 64
# A run has diverged if a state variable is this many times larger than all initial states.
_ESCAPE = 1e6


class AttractorKind(StrEnum):
    """Types of attractors.

    Example:
        >>> [kind.value for kind in AttractorKind]
        ['fixed point', 'cycle', 'quasi-periodic', 'chaotic', 'undecided']
    """

    FIXED_POINT = "fixed point"
    CYCLE = "cycle"
    QUASIPERIODIC = "quasi-periodic"
    """A torus or a closed curve. The limit cycle of a flow is a closed curve for its time map."""
    CHAOTIC = "chaotic"
    UNDECIDED = "undecided"
    """The largest exponent is negative, but no cycle was found; it may be longer than the longest one looked for."""


@dataclass(frozen=True, eq=False)
class Attractor:
    """An attractor that free runs reach.

    Attributes:
        kind: Type of the attractor.
        z: The points of a cycle in their order; for other attractors the last part of a run.
        exponent: Largest Lyapunov exponent, per unit of time.
        std_error: Standard error of the exponent; 0 for a cycle.
        share: Share of the initial states whose runs end here.
        interval: Wilson's 95 % confidence interval of the share.
        transient: Median number of steps until a run is near the attractor; NaN if no run came near it.

    Example:
        >>> cycle = np.array([[0.513], [0.799]])
        >>> Attractor(AttractorKind.CYCLE, cycle, -0.92, 0.0, 1.0, (0.9, 1.0), 12.0).kind.value
        'cycle'
    """

    kind: AttractorKind
    z: Float[np.ndarray, "point latent"]
    exponent: float
    std_error: float
    share: float
    interval: tuple[float, float]
    transient: float


@dataclass(frozen=True, eq=False)
class Attractors:
    """All attractors that free runs reach, the one with the largest basin first.

    Attributes:
        found: The attractors.
        membership: Index into `found` for each initial state; -1 if the run diverged or has not settled.
        transients: Number of steps until each run is near its attractor; -1 if it has none or has not come near it.
        diverged: Whether each run diverged.
        unsettled: Whether each run was still in its transient when it ended.
        result: `SUCCESSFUL`; `DIVERGED` if all runs diverged; `UNSETTLED` if a run has not settled.

    Example:
        >>> from attrax.systems import Logistic
        >>> result = attractors(Logistic(3.2), np.array([[0.1], [0.3]]), 100)
        >>> result.multistable, result.membership.tolist()
        (False, [0, 0])
    """

    found: tuple[Attractor, ...]
    membership: Int[np.ndarray, " start"]
    transients: Int[np.ndarray, " start"]
    diverged: Bool[np.ndarray, " start"]
    unsettled: Bool[np.ndarray, " start"]
    result: Result

    @property
    def multistable(self) -> bool:
        """Whether there is more than one attractor."""
        return len(self.found) > 1


def starts_in_box(
    low: Float[np.ndarray, " latent"], high: Float[np.ndarray, " latent"], count: int, *, key: PRNGKeyArray
) -> Float[np.ndarray, "start latent"]:
    """Draw initial states uniformly from a box, in float64.

    Args:
        low: Lowest value of each state variable.
        high: Highest value of each state variable.
        count: Number of states.
        key: Random key.

    Example:
        >>> starts_in_box(np.zeros(2), np.ones(2), 5, key=jax.random.key(0)).shape
        (5, 2)
    """
    return generator_of(key).uniform(low, high, (count, len(low)))


def attractors(
    dynamics: AbstractDynamics | HasDynamics[AbstractDynamics],
    starts: Float[np.ndarray, "start latent"] | Float[Array, "start latent"],
    n: int,
    *,
    transient: int = 1000,
    longest_cycle: int = 512,
    tolerance: float = 1e-6,
    progress: Callable[[int, int], None] | None = None,
) -> Attractors:
    """Find the attractors that free runs reach, their shares of the initial states, and the lengths of transients.

    If the end of a run returns to within `tolerance`, or if it slowly approaches a point, Newton's method looks for a
    cycle there. The run has reached the cycle if one exists that is not unstable. Other runs are on the same attractor
    if the distance between them is about as large as the distance between two halves of one of them. Their attractor is
    chaotic if its largest Lyapunov exponent is above 0 by three standard errors, and quasi-periodic if it is 0 within
    three standard errors. Computed in float64.

    Args:
        dynamics: The map, without inputs.
        starts: Initial states, one run each, for example from `starts_in_box`. The shares refer to their distribution.
        n: Number of steps, after the transient, from which an attractor is recognized; at least 100. Raise it if chaos
            and tori are confused; for a flow it should cover some twenty periods.
        transient: Number of steps before that. Raise it if runs have not settled.
        longest_cycle: Order of the longest cycle to look for, less than `n`.
        tolerance: Distance at which a return counts as a possible cycle, relative to the size of the visited set. Raise
            it if a cycle of two or more points is approached so slowly that it is missed.
        progress: Called from time to time with the number of steps done and their total, over all runs.

    Returns:
        The `Attractors`. Result codes: `DIVERGED` if all runs diverge; `UNSETTLED` if a run has not settled.

    Raises:
        ConfigError: C531 for impossible numbers; C561 for states of the wrong size.

    Cost: starts * (transient + 2.25 n) steps, and 8 * starts * (transient + n) * latent bytes of memory.
    Fails when: the basin of an attractor is so small that no run starts in it; or runs are too short to cover their
        attractor.

    Example:
        >>> from attrax.systems import Logistic
        >>> found = attractors(Logistic(3.2), np.array([[0.1], [0.3]]), 100).found
        >>> [(a.kind.value, len(a.z), a.share) for a in found]
        [('cycle', 2, 1.0)]

    References:
        Datseris & Wagemakers, Effortless estimation of basins of attraction, Chaos 2022 [@datseris2022].
        Wilson, Probable inference, the law of succession, and statistical inference, Journal of the American
        Statistical Association 1927 [@wilson1927].
    """
    dynamics = dynamics_of(dynamics)
    for name, value, least in (("n", n, 100), ("transient", transient, 0), ("longest_cycle", longest_cycle, 1)):
        require_count(name, value, least)
    count = len(starts)
    total = count * (transient + 2 * n + n // 4)

    def report(done: int) -> None:
        if progress is not None:
            progress(done, total)

    with jax.enable_x64(True):
        double = in_float64(dynamics)
        z0 = as_starts(dynamics, jnp.asarray(starts), None, 0)
        z, diverged = _run(double, z0, transient + n, report)
        tails = z[:, -n:]
        scale = _scale(z0, tails[~diverged])
        basins, unsettled = group_runs(double, tails, diverged, scale, min(longest_cycle, n - 2), tolerance)
        growth = _growth(double, tails, [b for b in basins if b.cycle is None], n)
    report(total)
    return _assemble(basins, growth, z, diverged, unsettled, scale, dynamics.dt)


def _run(
    dynamics: AbstractDynamics, z0: Float[Array, "start latent"], n: int, report: Callable[[int], None]
) -> tuple[Float[np.ndarray, "start n latent"], Bool[np.ndarray, " start"]]:
    """All runs, and which of them diverged. They are computed in groups of one size, so that code is compiled once."""
    size = min(_RUNS_AT_ONCE, len(z0))
    starts, runs = np.asarray(z0), []
    for first in range(0, len(z0), size):
        rows = np.minimum(np.arange(first, first + size), len(z0) - 1)
        runs.append(np.asarray(_rollouts(dynamics, jnp.asarray(starts[rows]), n))[: len(z0) - first])
        report(min(first + size, len(z0)) * n)
    z = np.concatenate(runs)
    bound = _ESCAPE * max(float(np.abs(starts).max()), 1.0)
    return z, np.asarray(~(np.abs(z[:, -1]) <= bound).all(axis=1))


@eqx.filter_jit
def _rollouts(
    dynamics: AbstractDynamics, z0: Float[Array, "group latent"], n: int
) -> Float[Array, "group time latent"]:
    return jax.vmap(lambda z: rollout(dynamics, z, n).z)(z0)


def _scale(z0: Float[Array, "start latent"], tails: Float[np.ndarray, "run n latent"]) -> float:
    """The standard deviation of the last parts of all runs; with the initial states, if all runs end in one point."""
    if not len(tails):
        return 1.0
    ends = float(np.sqrt(tails.var(axis=(0, 1)).sum()))
    everything = max(ends, float(np.sqrt(np.var(np.concatenate([z0, tails[:, -1]]), axis=0).sum())))
    return ends if ends > 1e-3 * everything else everything or 1.0


def _growth(
    dynamics: AbstractDynamics, tails: Float[np.ndarray, "start n latent"], basins: list[Basin], n: int
) -> dict[int, Float[np.ndarray, "time axis"]]:
    """Logarithmic growth in the fastest direction, on each run that does not end in a cycle."""
    runs = [run for basin in basins for run in basin.runs]
    if not runs:
        return {}
    growth = tangent_growth(
        dynamics, jnp.asarray(tails[runs, -1]), n, k=1, transient=n // 4, every=1, s=None, progress=None
    )
    return dict(zip(runs, growth.log, strict=True))


def _assemble(
    basins: list[Basin],
    growth: dict[int, Float[np.ndarray, "time axis"]],
    z: Float[np.ndarray, "start n latent"],
    diverged: Bool[np.ndarray, " start"],
    unsettled: Bool[np.ndarray, " start"],
    scale: float,
    dt: float,
) -> Attractors:
    membership, transients = np.full(len(z), -1), np.full(len(z), -1)
    found = []
    for index, basin in enumerate(sorted(basins, key=lambda b: -len(b.runs))):
        membership[basin.runs] = index
        transients[basin.runs] = [arrival_step(basin, z[run], scale) for run in basin.runs]
        arrived = transients[basin.runs][transients[basin.runs] > 0]
        transient = float(np.median(arrived)) if len(arrived) else float("nan")
        found.append(_describe(basin, growth, len(z), transient, dt))
    result = Result.UNSETTLED if unsettled.any() else Result.DIVERGED if diverged.all() else Result.SUCCESSFUL
    return Attractors(tuple(found), membership, transients, diverged, unsettled, result)


def _describe(
    basin: Basin, growth: dict[int, Float[np.ndarray, "time axis"]], count: int, transient: float, dt: float
) -> Attractor:
    share, interval = len(basin.runs) / count, wilson_interval(len(basin.runs), count)
    if basin.cycle is not None:
        order, radius = len(basin.cycle.z), basin.cycle.radius
        exponent = float(np.log(radius)) / order if radius > 0 else -np.inf
        kind = AttractorKind.FIXED_POINT if order == 1 else AttractorKind.CYCLE
        return Attractor(kind, basin.cycle.z, exponent / dt, 0.0, share, interval, transient)
    log = np.stack([growth[run] for run in basin.runs])
    exponent, std_error = float(orbit_mean(log).mean()), float(orbit_mean_error(log)[0])
    margin = max(3 * std_error, 1 / log.shape[1])
    chaotic, quiet = exponent > margin, exponent < -margin
    kind = AttractorKind.CHAOTIC if chaotic else AttractorKind.UNDECIDED if quiet else AttractorKind.QUASIPERIODIC
    return Attractor(kind, basin.points(), exponent / dt, std_error / dt, share, interval, transient)
