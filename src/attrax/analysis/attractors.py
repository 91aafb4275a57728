"""Attractors: where free runs end, from how many starts, and after how long."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from attrax.analysis.averages import orbit_mean, orbit_mean_error
from attrax.analysis.basins import Basin, arrival, sort_runs
from attrax.analysis.checked_settings import as_starts, require_count
from attrax.analysis.shares import wilson_interval
from attrax.analysis.tangent import tangent_growth
from attrax.core.dynamics import AbstractDynamics
from attrax.core.has_dynamics import HasDynamics, dynamics_of
from attrax.core.precision import in_float64
from attrax.core.result import Result
from attrax.core.rollout import rollout

# Runs in one compiled call.
_GROUP = 64
# A run that is this many times further out than the furthest start has escaped.
_ESCAPE = 1e6


class AttractorKind(StrEnum):
    """What happens on an attractor."""

    FIXED_POINT = "fixed point"
    CYCLE = "cycle"
    QUASIPERIODIC = "quasi-periodic"
    """A torus or closed curve of the map; the limit cycle of a flow is one for its time map."""
    CHAOTIC = "chaotic"
    UNDECIDED = "undecided"
    """Nearby orbits approach each other, but no cycle up to the order looked for was found: it may be longer."""


@dataclass(frozen=True, eq=False)
class Attractor:
    """A set that runs end in.

    Attributes:
        kind: What happens on it.
        z: The points of a cycle in their order; of any other attractor, the end of a run on it.
        exponent: Largest Lyapunov exponent, per unit of time.
        std_error: Its standard error; 0 for a cycle.
        share: Share of the starts that end here.
        interval: Wilson's 95 % confidence interval of the share.
        transient: Median number of steps until a run first comes near; NaN if all were still closing in.
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
    """The attractors that runs reach, the one with the largest basin first.

    Attributes:
        found: The attractors.
        membership: Index into `found` for each start; -1 if its run diverged or did not settle.
        transients: Steps until each run first came near its attractor; -1 where there is none, or it was still
            closing in.
        diverged: Whether a run left every bound.
        unsettled: Whether a run was still on its way when it ended.
        result: `SUCCESSFUL`; `DIVERGED` if all runs did; `UNSETTLED` if one has not settled.
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
    """States drawn evenly from a box, in float64.

    Example:
        >>> starts_in_box(np.zeros(2), np.ones(2), 5, key=jax.random.key(0)).shape
        (5, 2)
    """
    with jax.enable_x64(True):
        return low + (high - low) * np.asarray(jax.random.uniform(key, (count, len(low)), jnp.float64))


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
    r"""Which attractors free runs reach, from what share of the starts, and after how many steps.

    A run whose end returns to within `tolerance` is solved for its cycle by Newton's method, and has reached it if the
    map returns exactly and the cycle attracts; so is one that closes in on a fixed point slowly. Any other two runs
    share an attractor if they are as near to each other as a run is to itself. Such an attractor is chaotic if its
    largest exponent is above 0 by three standard errors, quasi-periodic if it is 0 within that. Computed in float64.

    Args:
        dynamics: The map, without inputs.
        starts: Initial states, one run each; `starts_in_box` draws some. Shares are with respect to their distribution.
        n: Steps after the transient from which an attractor is recognised, at least 100. Raise it if chaos and tori are
            confused, or for a flow if the runs are shorter than some twenty turns.
        transient: Steps before that. Raise it if runs come out as unsettled.
        longest_cycle: Order of the longest cycle looked for, within n steps.
        tolerance: How close the end of a run has to return to be suspected of a cycle, relative to the size of all that
            is visited. A cycle of two or more points that is approached more slowly is missed; raise it then.
        progress: Called now and then with the number of steps done and their total, over all runs.

    Returns: `Attractors`.
    Result codes: `DIVERGED` if all runs do; `UNSETTLED` if one was still on its way: see `unsettled`.
    Raises: `ConfigError` C531 and C561.
    Cost: starts * (transient + 2.25 n) steps, and 8 * starts * (transient + n) * latent bytes of memory.
    Fails when: an attractor's basin is smaller than one in `starts`; when runs are too short to cover the attractor.

    Example:
        >>> from attrax.systems.logistic import Logistic
        >>> found = attractors(Logistic(3.2), np.array([[0.1], [0.3]]), 100).found
        >>> [(a.kind.value, len(a.z), a.share) for a in found]
        [('cycle', 2, 1.0)]

    References: [@datseris2022], [@wilson1927].
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
        basins, unsettled = sort_runs(double, tails, diverged, scale, min(longest_cycle, n - 2), tolerance)
        growth = _growth(double, tails, [b for b in basins if b.cycle is None], n)
    report(total)
    return _assemble(basins, growth, z, diverged, unsettled, scale, dynamics.dt)


def _run(
    dynamics: AbstractDynamics, z0: Float[Array, "start latent"], n: int, report: Callable[[int], None]
) -> tuple[Float[np.ndarray, "start n latent"], Bool[np.ndarray, " start"]]:
    """All runs, in groups of one size so that they are compiled once, and which of them escape."""
    size = min(_GROUP, len(z0))
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
    """The size of what is visited; of the starts too, if all runs end in one point."""
    if not len(tails):
        return 1.0
    ends = float(np.sqrt(tails.var(axis=(0, 1)).sum()))
    everything = max(ends, float(np.sqrt(np.var(np.concatenate([z0, tails[:, -1]]), axis=0).sum())))
    return ends if ends > 1e-3 * everything else everything or 1.0


def _growth(
    dynamics: AbstractDynamics, tails: Float[np.ndarray, "start n latent"], basins: list[Basin], n: int
) -> dict[int, Float[np.ndarray, "time axis"]]:
    """Growth along the fastest direction on each run that ends in no cycle."""
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
        transients[basin.runs] = [arrival(basin, z[run], scale) for run in basin.runs]
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
