"""The long-term behaviour of free runs: chaos, a cycle, a torus, rest, or a response to the inputs alone.

For a model it follows from the two largest Lyapunov exponents of its map, and from whether its free runs come to rest.
For a simulator without a map, only the free runs are used.
"""

from collections.abc import Sequence
from typing import NamedTuple, SupportsFloat

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from attrax.analysis.attracting_sets.recurrence import slow_approach
from attrax.analysis.lyapunov.exponents import Lyapunov, lyapunov_spectrum
from attrax.core.has_dynamics import ReadsStates
from attrax.core.result import Result
from attrax.core.simulator import AbstractSimulator
from attrax.diagnosis.period import dominant_period
from attrax.measures.largest_exponent import largest_lyapunov_exponent
from attrax.measures.motion import Motion, MotionKind
from attrax.reconstruct.judging.free_runs import CONTEXT_ROWS, FreeRuns

MOST_RUNS = 16
STARTS = 4
"""Number of orbits for each free run. Local growth varies much along an orbit, also because piecewise-linear maps have
kinks: with four orbits instead of one, the error of the largest exponent of a Lorenz-63 model is 1 % instead of 2 %."""
LONGEST, SHORTEST = 8_000, 1_000
"""Number of steps of each orbit that exponents are averaged over."""
AFFORDABLE = 1_200_000
"""Steps times squared number of states; larger models get shorter orbits."""
TRANSIENT = 1_000
STANDSTILL = 0.01
"""A free run is at rest if its last half varies by less than this share of the recording."""
TIMES_ZERO = 5.0
"""An exponent is zero if errors change by less than e to this power along an orbit; along a torus they grow slowly."""
SURE = 3.0
COARSE = 0.765
"""A step this many standard deviations long is a jump: there are fewer than eight rows in a turn."""
MOST_ROWS = 5_000


Scale = Float[np.ndarray, " obs"]


class LargestExponents(NamedTuple):
    """The largest exponents of a map, and the smallest size that differs from zero.

    Attributes:
        values: The two largest exponents; NaN in place of one that does not exist or is not known.
        std_error: The standard error of each.
        zero: Exponents below this size count as zero.
    """

    values: Float[np.ndarray, " k"]
    std_error: Float[np.ndarray, " k"]
    zero: float

    def sign(self, i: int) -> int:
        """Whether an exponent is positive (1), zero (0) or negative (-1); one that does not exist is negative."""
        if i >= len(self.values) or np.isneginf(self.values[i]):
            return -1
        size = max(SURE * self.std_error[i] if np.isfinite(self.std_error[i]) else 0.0, self.zero)
        return int(self.values[i] > size) - int(self.values[i] < -size)


def long_run_motion(
    simulator: AbstractSimulator,
    found: FreeRuns,
    scale: Scale,
    restarts: Sequence[AbstractSimulator] = (),
) -> Motion | None:
    """The long-term behaviour of the free runs of a simulator; None if every run diverged.

    Args:
        simulator: The simulator.
        found: Its free runs, without dynamical noise, and the recording that they are compared with.
        scale: Standard deviation of each channel of the recording.
        restarts: Models from other restarts of the same training that agree with it, for the error of the exponent.

    Cost: A second or two for a small model, most of it compilation.
    """
    runs = [run.x for run in found.runs if run.result is Result.SUCCESSFUL][:MOST_RUNS]
    if not runs:
        return None
    if not isinstance(simulator, ReadsStates):
        return _of_runs(runs, scale, found.reference.dt)
    growth = _growth(simulator, found, runs)
    others = [_growth(other, found, runs, k=1).values[0] for other in restarts if isinstance(other, ReadsStates)]
    largest = np.array([growth.values[0], *others])
    largest = largest[np.isfinite(largest)]
    driven = found.reference.inputs is not None
    kind = _driven_kind(growth) if driven else _kind(growth, found, runs, scale)
    return Motion(
        kind,
        exponent=_known(growth.values[0]),
        # Where the exponent cannot be told from zero, it is known no better than that.
        std_error=_known(np.fmax(growth.std_error[0], 0.0 if growth.sign(0) else growth.zero / SURE)),
        runs=len(runs),
        between_restarts=_known(largest.std(ddof=1)) if len(largest) > 1 else None,
        restarts=max(len(largest), 1),
        period=_period(runs[0], found.reference.dt) if kind is MotionKind.PERIODIC else None,
    )


def _growth(
    model: ReadsStates, found: FreeRuns, runs: Sequence[Float[np.ndarray, "n obs"]], k: int = 2
) -> LargestExponents:
    """The largest exponents along orbits that begin on free runs; with inputs, along those that were recorded."""
    states, inputs = model.dynamics.latent_dim, found.reference.inputs
    known = min(CONTEXT_ROWS, len(runs[0]) // 4)
    if inputs is None:
        ends = [(x, len(x) - i * (len(x) - known) // STARTS) for x in runs for i in range(STARTS)]
        starts = np.stack([model.states(x[end - known : end])[-1] for x, end in ends])
        n, transient, s = max(SHORTEST, min(LONGEST, AFFORDABLE // states**2)), TRANSIENT, None
    else:
        starts = np.stack([model.states(x[:known])[-1] for x in runs])
        inputs = inputs[known : known + LONGEST]
        transient = len(inputs) // 4
        n, s = len(inputs) - transient, jnp.asarray(inputs)
    spectrum = lyapunov_spectrum(
        model.dynamics, jnp.asarray(starts, float), n, k=min(k, states), transient=transient, s=s
    )
    return _as_growth(spectrum)


def _as_growth(spectrum: Lyapunov) -> LargestExponents:
    return LargestExponents(spectrum.exponents, spectrum.std_error, TIMES_ZERO / (spectrum.n * spectrum.dt))


def _kind(
    growth: LargestExponents, found: FreeRuns, runs: Sequence[Float[np.ndarray, "n obs"]], scale: Scale
) -> MotionKind:
    if np.isnan(growth.values[0]):
        return MotionKind.UNDECIDED
    if growth.sign(0) > 0:
        return MotionKind.CHAOTIC
    if _rests(runs, scale):
        return MotionKind.AT_REST
    if growth.sign(0) < 0:
        return MotionKind.PERIODIC
    if growth.sign(1) == 0:
        return MotionKind.QUASIPERIODIC
    # A closed curve: the cycle of a flow, or the points of a map that never return exactly.
    is_map = not found.reference.unit and found.reference.dt == 1.0 and _jumps(runs[0])
    return MotionKind.QUASIPERIODIC if is_map else MotionKind.PERIODIC


def _driven_kind(growth: LargestExponents) -> MotionKind:
    kinds = {1: MotionKind.CHAOTIC, 0: MotionKind.UNDECIDED, -1: MotionKind.FOLLOWING}
    return MotionKind.UNDECIDED if np.isnan(growth.values[0]) else kinds[growth.sign(0)]


def _rests(runs: Sequence[Float[np.ndarray, "n obs"]], scale: Scale) -> bool:
    """Whether most free runs stand still in their last half, or come ever closer to a point."""
    moving = scale > 0
    resting = [
        bool((x[len(x) // 2 :, moving].std(axis=0) < STANDSTILL * scale[moving]).all())
        or slow_approach(x[:, moving] / scale[moving]) is not None
        for x in runs
    ]
    return 2 * sum(resting) > len(resting)


def _jumps(x: Float[np.ndarray, "n obs"]) -> bool:
    steps, size = (np.diff(x, axis=0) ** 2).mean(axis=0), x.var(axis=0)
    return bool(steps.sum() > COARSE**2 * size.sum())


def _period(x: Float[np.ndarray, "n obs"], dt: float) -> float | None:
    moving = x[:, x.std(axis=0) > 0]
    period = dominant_period((moving - moving.mean(axis=0)) / moving.std(axis=0)) if moving.size else None
    return None if period is None else period.rows * dt


def _of_runs(runs: Sequence[Float[np.ndarray, "n obs"]], scale: Scale, dt: float) -> Motion:
    """The motion of a simulator that has no map: whether it rests, and whether neighbouring states move apart."""
    if _rests(runs, scale):
        return Motion(MotionKind.AT_REST, runs=len(runs))
    x = runs[0][:MOST_ROWS]
    moving = x[:, x.std(axis=0) > 0]
    turn = dominant_period((moving - moving.mean(axis=0)) / moving.std(axis=0))
    found = largest_lyapunov_exponent(moving, 1 if turn is None else round(turn.rows))
    error = (found.high - found.low) / 4 if found.measured else np.nan
    chaotic = found.measured and found.low > 0
    kind = MotionKind.CHAOTIC if chaotic else MotionKind.UNDECIDED
    return Motion(kind, exponent=_known(found.value / dt), std_error=_known(error / dt), runs=1)


def _known(value: SupportsFloat) -> float | None:
    """A number, or None for NaN; minus infinity, the exponent of a singular map, is no number either."""
    return float(value) if np.isfinite(float(value)) else None
