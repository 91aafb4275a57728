"""The metrics of a contest: errors of forecasts, valid prediction time, and distances of a free run from the data."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from attrax.campaigns.bench.contest import Contest
from attrax.campaigns.metric import Metric
from attrax.core.simulator import AbstractSimulator
from attrax.diagnosis.cycle_count import rows_per_cycle
from attrax.measures import (
    MixtureDivergence,
    Score,
    SpectrumDistance,
    StateSpaceDivergence,
    ValidPredictionTime,
    mixture,
    spectrum,
    state_space_divergence,
    valid_time,
)
from attrax.measures.correlation_dimension import correlation_dimension
from attrax.measures.forecast_metrics import METRICS, forecast_metrics
from attrax.measures.invariant_estimate import InvariantEstimate
from attrax.measures.largest_exponent import largest_lyapunov_exponent
from attrax.measures.measure_spec import Better, MeasureSpec

BINNED_CHANNELS = 5
REST = 1e-3
"""A free run whose deviations are smaller than this share of those of the data has come to rest."""


def _invariant_errors(
    x: Float[np.ndarray, "long obs"], run: Float[np.ndarray, "long obs"], contest: Contest
) -> dict[str, Metric]:
    """Errors of the dimension and the largest exponent of a free run; without those that cannot be measured.

    A run that has come to rest has dimension and exponent 0.
    """
    apart = int(min(rows_per_cycle(contest.train), len(x) // 10))
    dimension, exponent = _dimension_error(x, run, apart), _exponent_error(x, run, apart, contest)
    found = {DIMENSION.name: dimension, EXPONENT.name: exponent}
    return {name: _invariant_metric(name, *error, rows=len(x)) for name, error in found.items() if error is not None}


def _invariant_metric(name: str, value: float, error: float, *, rows: int) -> Metric:
    return Metric(value, error, f"{name}/interval/{rows} rows", direction(name))


def _dimension_error(
    x: Float[np.ndarray, "long obs"], run: Float[np.ndarray, "long obs"], apart: int
) -> tuple[float, float] | None:
    """Error of the correlation dimension, and its standard error; None if a dimension cannot be measured."""
    return _difference(correlation_dimension(x, apart), _of_run(correlation_dimension(run, apart), run))


def _exponent_error(
    x: Float[np.ndarray, "long obs"], run: Float[np.ndarray, "long obs"], apart: int, contest: Contest
) -> tuple[float, float] | None:
    """Error of the largest exponent relative to the known one, and its standard error; None if not measurable."""
    of_truth = largest_lyapunov_exponent(x, apart)
    found = _difference(of_truth, _of_run(largest_lyapunov_exponent(run, apart), run))
    if found is None:
        return None
    known = contest.lyapunov_time if np.isfinite(contest.lyapunov_time) else 1 / max(abs(of_truth.value), 1e-6)
    return found[0] * known, found[1] * known


def _of_run(found: InvariantEstimate, run: Float[np.ndarray, "long obs"]) -> InvariantEstimate:
    return InvariantEstimate(0.0, 0.0, 0.0) if run.std(axis=0).max() < REST else found


def _difference(truth: InvariantEstimate, run: InvariantEstimate) -> tuple[float, float] | None:
    """Size and standard error of a difference; an interval is four standard errors long."""
    if not (truth.measured and run.measured):
        return None
    return abs(run.value - truth.value), float(np.hypot(truth.high - truth.low, run.high - run.low) / 4)


DIMENSION = MeasureSpec(
    "error of the correlation dimension",
    _dimension_error,
    name="dimension_error",
    better="lower",
    meaning="difference of the correlation dimensions of free run and reference; missing if one is not measurable",
)
EXPONENT = MeasureSpec(
    "error of the largest exponent",
    _exponent_error,
    name="exponent_error",
    better="lower",
    meaning="difference of the largest Lyapunov exponents of free run and reference, relative to the true one; "
    "missing if one is not measurable",
)
SPECS: dict[str, MeasureSpec] = {
    **METRICS,
    "valid_time": valid_time.SPEC,
    "kl_attractor": mixture.SPEC,
    "hellinger_spectrum": spectrum.SPEC,
    "D_stsp": state_space_divergence.SPEC,
    DIMENSION.name: DIMENSION,
    EXPONENT.name: EXPONENT,
}
NAMES = tuple(SPECS)
"""All of them; a contest without a long recording to compare with has the first ones only."""


def direction(name: str) -> Better:
    """Whether lower or higher values of a metric are better; lower for a metric that is not in `SPECS`."""
    return SPECS[name].better if name in SPECS else "lower"


def forecast_metric(name: str, value: float, *, rows: int, starts: int) -> Metric:
    """A metric of forecasts.

    Args:
        name: Name of the metric.
        value: Median over starts.
        rows: Length of the forecasts.
        starts: Number of forecasts.
    """
    return Metric(value, None, f"{name}/{rows} rows/{starts} starts", direction(name))


def contest_metrics(simulator: AbstractSimulator, contest: Contest, *, seed: int) -> dict[str, Metric]:
    """All metrics of a simulator on a contest: of forecasts, valid prediction time, and of a free run."""
    starts, n = contest.truths.shape[:2]
    runs = simulator.simulate_many(contest.contexts, n, key=seed)
    each = [forecast_metrics(truth, run.x) for truth, run in zip(contest.truths, runs, strict=True)]
    medians = {name: float(np.median([found[name] for found in each])) for name in each[0]}
    metrics = {name: forecast_metric(name, value, rows=n, starts=starts) for name, value in medians.items()}
    if np.isfinite(contest.lyapunov_time):
        valid = ValidPredictionTime(dt=1.0, unit_time=contest.lyapunov_time)
        metrics["valid_time"] = _of_score("valid_time", valid(contest.truths, np.stack([run.x for run in runs])))
    if contest.reference is not None:
        metrics |= _visited(simulator, contest, contest.reference, seed=seed)
    return metrics


def _of_score(name: str, score: Score) -> Metric:
    return Metric(score.value, score.std_error, score.protocol, direction(name))


def _visited(
    simulator: AbstractSimulator, contest: Contest, x: Float[np.ndarray, "long obs"], *, seed: int
) -> dict[str, Metric]:
    """Distances of a free run from the reference; infinite if the run diverges."""
    run = simulator.simulate(contest.contexts[0], len(x) + len(x) // 4, key=seed).x[len(x) // 4 :]
    scale = x.std(axis=0) + 1e-12
    mixture = MixtureDivergence(variance=0.1, samples=500, max_points=2_000)
    scores = {
        "kl_attractor": mixture(x / scale, run / scale, key=seed),
        "hellinger_spectrum": SpectrumDistance.gtf2023()(x, run),
    }
    if x.shape[1] <= BINNED_CHANNELS:
        scores["D_stsp"] = StateSpaceDivergence.for_recording(x)(x, run)
    finite = bool(np.isfinite(run).all())
    found = {name: _of_score(name, score) for name, score in scores.items()}
    if finite:
        found |= _invariant_errors(x / scale, run / scale, contest)
    else:
        lost = (DIMENSION.name, EXPONENT.name)
        found |= {name: _invariant_metric(name, np.inf, np.inf, rows=len(x)) for name in lost}
    return found if finite else {name: replace(metric, value=np.inf) for name, metric in found.items()}
