"""The metrics of a contest: errors of forecasts, valid prediction time, and distances of a free run from the data."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from attrax.campaigns.bench.contest import Contest
from attrax.campaigns.metric import Metric
from attrax.core.simulator import AbstractSimulator
from attrax.data.diagnosis.cycle_count import rows_per_cycle
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
from attrax.measures.attractor_invariants import correlation_dimension, largest_lyapunov_exponent
from attrax.measures.forecast_metrics import METRICS, forecast_metrics
from attrax.measures.measure_spec import Better, MeasureSpec

BINNED_CHANNELS = 5


def _dimension_error(x: Float[np.ndarray, "long obs"], run: Float[np.ndarray, "long obs"]) -> float:
    """Error of the correlation dimension of a free run. A run that ends in a fixed point has dimension 0."""
    of_truth, of_run = (float(np.nan_to_num(correlation_dimension(states))) for states in (x, run))
    return abs(of_run - of_truth)


def _exponent_error(x: Float[np.ndarray, "long obs"], run: Float[np.ndarray, "long obs"], contest: Contest) -> float:
    """Error of the largest Lyapunov exponent of a free run, relative to the known exponent.

    Both are estimated alike. A run that has come to rest has no exponent, which counts as 0.
    """
    apart = int(min(rows_per_cycle(contest.train), len(x) // 10))
    rows = int(np.clip(contest.lyapunov_time, 5, apart))
    rates = [float(np.nan_to_num(largest_lyapunov_exponent(states, rows, apart))) for states in (x, run)]
    known = contest.lyapunov_time if np.isfinite(contest.lyapunov_time) else 1 / max(abs(rates[0]), 1e-6)
    return abs(rates[1] - rates[0]) * known


DIMENSION = MeasureSpec(
    "error of the correlation dimension",
    _dimension_error,
    name="dimension_error",
    better="lower",
    meaning="difference of the correlation dimensions of free run and reference; 0 is perfect",
)
EXPONENT = MeasureSpec(
    "error of the largest exponent",
    _exponent_error,
    name="exponent_error",
    better="lower",
    meaning="difference of the largest Lyapunov exponents of free run and reference, relative to the true one",
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
    errors = dict.fromkeys((DIMENSION.name, EXPONENT.name), np.inf)
    if finite:
        scaled = x / scale, run / scale
        errors = {DIMENSION.name: _dimension_error(*scaled), EXPONENT.name: _exponent_error(*scaled, contest)}
    found = {name: _of_score(name, score) for name, score in scores.items()}
    found |= {name: Metric(value, None, f"{name}/{len(x)} rows", direction(name)) for name, value in errors.items()}
    return found if finite else {name: replace(metric, value=np.inf) for name, metric in found.items()}
