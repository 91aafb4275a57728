"""Basins: runs grouped by the attractor that they end on."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial import KDTree

from attrax.analysis.attracting_sets.recurrence import Cycle, attracting_cycle, close_return, slow_approach
from attrax.analysis.attracting_sets.set_similarity import OrbitHalves, is_drifting, same_set, split_orbit
from attrax.core.dynamics import AbstractDynamics

# Two cycles are the same if they are closer than this share of the scale; the results of Newton's method are closer.
_SAME_CYCLE = 1e-6
# A run this near to a cycle, relative to the scale, has arrived.
_ARRIVED = 1e-3

# 95 % of a normal distribution lie within this many standard deviations.
_Z = 1.959963984540054


@dataclass(frozen=True, eq=False)
class Basin:
    """Runs that end on the same attractor.

    Attributes:
        runs: Indices of the runs.
        cycle: The attractor, if it is a cycle.
        halves: The end of the first of the runs, if it is not.
    """

    runs: list[int]
    cycle: Cycle | None
    halves: OrbitHalves | None

    def points(self) -> Float[np.ndarray, "point latent"]:
        """The points of the cycle, or the end of the first run."""
        if self.cycle is not None:
            return self.cycle.z
        assert self.halves is not None
        return np.concatenate([self.halves.first, self.halves.second])


def group_runs(
    dynamics: AbstractDynamics,
    tails: Float[np.ndarray, "start n latent"],
    diverged: Bool[np.ndarray, " start"],
    scale: float,
    longest: int,
    tolerance: float,
) -> tuple[list[Basin], Bool[np.ndarray, " start"]]:
    """Group runs by the attractor that they end on.

    Args:
        dynamics: The map, in float64; call this function inside `jax.enable_x64(True)`.
        tails: The last states of every run.
        diverged: Runs that are left out.
        scale: Size of the visited set.
        longest: Order of the longest cycle to look for.
        tolerance: Distance at which a return counts as a possible cycle, relative to `scale`.

    Returns:
        The basins, and whether each run has not settled.
    """
    basins: list[Basin] = []
    unsettled = np.zeros(len(tails), bool)
    for run in np.flatnonzero(~diverged):
        tail = tails[run]
        order = close_return(tail[-longest - 1 :], scale, tolerance)
        cycle = _cycle(dynamics, tail, order, scale, tolerance)
        if cycle is None and (order == 1 or is_drifting(tail, scale)):
            unsettled[run] = True
            continue
        new = Basin([int(run)], cycle, split_orbit(tail) if cycle is None else None)
        home = next((b for b in basins if _same(b, new, scale)), None)
        if home is None:
            basins.append(new)
        else:
            home.runs.append(int(run))
    return basins, unsettled


def _cycle(
    dynamics: AbstractDynamics, tail: Float[np.ndarray, "n latent"], order: int, scale: float, tolerance: float
) -> Cycle | None:
    """The cycle to which a run has returned, or the fixed point that it slowly approaches."""
    if order:
        return attracting_cycle(dynamics, tail[-1], order, scale, float(np.sqrt(tolerance)) * scale)
    target = slow_approach(tail)
    return None if target is None else attracting_cycle(dynamics, target[0], 1, scale, target[1])


def _same(a: Basin, b: Basin, scale: float) -> bool:
    if a.cycle is not None and b.cycle is not None:
        if len(a.cycle.z) != len(b.cycle.z):
            return False
        return bool(np.linalg.norm(a.cycle.z - b.cycle.z[0], axis=1).min() <= _SAME_CYCLE * scale)
    return a.halves is not None and b.halves is not None and same_set(a.halves, b.halves, scale)


def arrival_step(basin: Basin, z: Float[np.ndarray, "n latent"], scale: float) -> int:
    """The first step at which a run is as near to its attractor as runs on it are; -1 if it never is.

    Args:
        basin: The attractor.
        z: All states of the run.
        scale: Size of the visited set.
    """
    near = _ARRIVED * scale if basin.halves is None else max(_ARRIVED * scale, basin.halves.spacing)
    steps = np.flatnonzero(KDTree(basin.points()).query(z)[0] <= near)
    return int(steps[0]) + 1 if len(steps) else -1


def wilson_interval(count: int, total: int) -> tuple[float, float]:
    r"""Wilson's 95 % confidence interval of a proportion $\hat p$ = `count / total`.

    $\frac{1}{1 + z^2 / n} \left( \hat p + \frac{z^2}{2 n}
    \pm z \sqrt{\frac{\hat p (1 - \hat p)}{n} + \frac{z^2}{4 n^2}} \right)$

    with $z = 1.96$ and $n$ = `total`. Unlike the normal approximation it is valid for proportions of 0 and 1, too.

    Args:
        count: Number of cases.
        total: Size of the sample.

    Example:
        >>> [round(x, 3) for x in wilson_interval(0, 10)]
        [0.0, 0.278]

    References:
        Wilson, Probable inference, the law of succession, and statistical inference, Journal of the American
        Statistical Association 1927 [@wilson1927].
    """
    share, weight = count / total, _Z**2 / total
    middle = (share + weight / 2) / (1 + weight)
    half = _Z * math.sqrt(share * (1 - share) / total + weight / (4 * total)) / (1 + weight)
    return max(middle - half, 0.0), min(middle + half, 1.0)
