"""The metrics of a contest: errors of forecasts, valid prediction time, and distances of a free run from the data."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from attrax.campaigns.bench.contest import Contest
from attrax.campaigns.metric import Better, Metric
from attrax.core.simulator import AbstractSimulator
from attrax.data.diagnosis.cycle_count import rows_per_cycle
from attrax.measures import MixtureDivergence, Score, SpectrumDistance, StateSpaceDivergence, ValidPredictionTime
from attrax.measures.attractor_invariants import correlation_dimension, largest_lyapunov_exponent
from attrax.measures.forecast_metrics import HIGHER_IS_BETTER, METRICS, forecast_metrics

BINNED_CHANNELS = 5
INVARIANTS = ("dimension_error", "exponent_error")
NAMES = (*METRICS, "valid_time", "kl_attractor", "hellinger_spectrum", "D_stsp", *INVARIANTS)
"""Names of all metrics. A contest without a long reference recording has only the metrics of forecasts."""


def direction(name: str) -> Better:
    """Whether lower or higher values of a metric are better."""
    return "higher" if name in HIGHER_IS_BETTER or name == "valid_time" else "lower"


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
    errors = _invariant_errors(x / scale, run / scale, contest) if finite else dict.fromkeys(INVARIANTS, np.inf)
    found = {name: _of_score(name, score) for name, score in scores.items()}
    found |= {name: Metric(value, None, f"{name}/{len(x)} rows", "lower") for name, value in errors.items()}
    return found if finite else {name: replace(metric, value=np.inf) for name, metric in found.items()}


def _invariant_errors(
    x: Float[np.ndarray, "long obs"], run: Float[np.ndarray, "long obs"], contest: Contest
) -> dict[str, float]:
    """Errors of the correlation dimension and of the largest Lyapunov exponent of a free run.

    Both recordings are estimated in the same way. The error of the exponent is relative to the known exponent. A run
    that ends in a fixed point has dimension and exponent 0.
    """
    cycle = rows_per_cycle(contest.train)
    apart = int(min(cycle, len(x) // 10))
    rows = int(np.clip(contest.lyapunov_time, 5, apart))
    dimensions = [np.nan_to_num(correlation_dimension(states)) for states in (x, run)]
    rates = [np.nan_to_num(largest_lyapunov_exponent(states, rows, apart)) for states in (x, run)]
    known = contest.lyapunov_time if np.isfinite(contest.lyapunov_time) else 1 / max(abs(rates[0]), 1e-6)
    errors = abs(dimensions[1] - dimensions[0]), abs(rates[1] - rates[0]) * known
    return dict(zip(INVARIANTS, map(float, errors), strict=True))
