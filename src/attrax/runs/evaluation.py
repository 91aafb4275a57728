"""Evaluation: one simulator against one test recording, every score beside its floor and its linear null.

The free run of length T is compared with the T rows of the test recording after a quarter of T as transient, as the
field does. Everything here goes through the Simulator contract, so a model, a known system and a baseline are judged
by exactly the same code.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.baselines import fit_var
from attrax.core.result import Result
from attrax.core.simulator import AbstractSimulator, Simulation
from attrax.data.load import load
from attrax.data.repair.filling import drawn_through
from attrax.data.series import Series
from attrax.measures import (
    AbstractMeasure,
    DataUnit,
    DeviationUnit,
    MixtureDivergence,
    PredictionError,
    Row,
    Score,
    SpectrumDistance,
    StateSpaceDivergence,
    ValidPredictionTime,
    Verdict,
    floor,
    judge,
)
from attrax.runs.config import EvaluateConfig

MAXIMUM_BINNED_CHANNELS = 5
CONTEXT_ROWS = 64
FORECAST_ROWS = 1_000


@dataclass(frozen=True)
class Evaluation:
    """What the judges saw and said.

    Attributes:
        verdict: The rows of the table and the word above them.
        valid_time: How long forecasts stay with the recording, in its unit of time; higher is better.
        simulation: The free run that was judged, without its transient.
        reference: The test recording it was compared with.
    """

    verdict: Verdict
    valid_time: Score
    simulation: Simulation
    reference: Series


def evaluate(
    simulator: AbstractSimulator,
    test: Any,
    train: Any,
    config: EvaluateConfig = EvaluateConfig(),  # noqa: B008 - frozen
    *,
    seed: int = 0,
) -> Evaluation:
    """Score a simulator on the longest series of `test`.

    Args:
        simulator: What is judged.
        test: Recordings it has never seen; anything that `attrax.load` takes.
        train: Recordings it was made from; the linear null is fitted to them, the floor is measured against them.
        config: Protocol, horizon and number of starts.
        seed: Seed of the null's noise and of Monte Carlo measures.
    """
    test, train = load(test), load(train)
    reference = without_gaps(test.longest)
    # Scores in sample have no second recording: their floor is one half of the data against the other.
    known = None if test.sha256 == train.sha256 else without_gaps(train.longest).x
    null = fit_var(train)
    run, null_run = (free_run(s, reference, seed=seed) for s in (simulator, null))
    rows = []
    for measure in attractor_measures(reference.obs_dim, config):
        row = Row(
            measure.name,
            measure(reference.x, run.x, key=seed),
            floor(measure, reference.x, known, key=seed),
            measure(reference.x, null_run.x, key=seed),
        )
        rows.append(row)
    error = forecast_measure(config)
    target = masked(test.longest)[config.horizon :]
    forecasts = (s.forecast(reference.x, config.horizon, reference.inputs) for s in (simulator, null))
    model_error, null_error = (error(target, forecast) for forecast in forecasts)
    rows.append(Row(error.name, model_error, None, null_error))
    time = ValidPredictionTime(threshold=config.threshold, dt=reference.dt)
    valid_time = time(*forecast_paths(simulator, reference, config.starts))
    return Evaluation(judge(rows, diverged=run.result is not Result.SUCCESSFUL), valid_time, run, reference)


def attractor_measures(obs_dim: int, config: EvaluateConfig) -> tuple[AbstractMeasure, ...]:
    """The measures of long-run behaviour: geometry (binned where bins are possible), then spectrum."""
    if obs_dim <= MAXIMUM_BINNED_CHANNELS:
        return StateSpaceDivergence.gtf2023(), SpectrumDistance.gtf2023()
    mixture = MixtureDivergence.gtf2023() if config.measures == "gtf2023" else MixtureDivergence()
    return mixture, SpectrumDistance.gtf2023()


def forecast_measure(config: EvaluateConfig) -> PredictionError:
    """The short-term error: relative to the variance, or in the units of the recording as published."""
    return PredictionError(config.horizon, DataUnit() if config.measures == "gtf2023" else DeviationUnit())


def free_run(simulator: AbstractSimulator, reference: Series, *, seed: int) -> Simulation:
    """A free run as long as the reference, from the state of its first rows.

    Autonomous systems run for a quarter of the length first, which is dropped. Driven ones follow the inputs of the
    reference row by row, and are compared after the same quarter.
    """
    n = len(reference)
    context = reference.x[: min(CONTEXT_ROWS, max(1, n // 10))]
    if reference.inputs is None:
        run = simulator.simulate(context, n + n // 4, key=seed)
        return Simulation(run.x[n // 4 :], run.result)
    rows = len(context)
    run = simulator.simulate(context, n - rows, reference.inputs[rows:], key=seed)
    return Simulation(np.concatenate([context, run.x]), run.result)


def forecast_paths(
    simulator: AbstractSimulator, reference: Series, starts: int
) -> tuple[Float[np.ndarray, "start time obs"], Float[np.ndarray, "start time obs"]]:
    """What happened, and what was forecast, along paths from evenly spread starts."""
    rows = max(1, min(FORECAST_ROWS, len(reference) // 4))
    first = np.linspace(1, len(reference) - rows, num=min(starts, max(1, len(reference) - rows)), dtype=int)
    truth, paths = [], []
    for t in first:
        s = None if reference.inputs is None else reference.inputs[t : t + rows]
        truth.append(reference.x[t : t + rows])
        paths.append(simulator.simulate(reference.x[max(0, t - CONTEXT_ROWS) : t], rows, s).x)
    return np.stack(truth), np.stack(paths)


def without_gaps(series: Series) -> Series:
    """The series with missing values interpolated linearly; spectra and free runs need every row."""
    return series if series.mask is None else replace(series, x=drawn_through(series), mask=None)


def masked(series: Series) -> Float[np.ndarray, "time obs"]:
    """The values, NaN where missing."""
    return series.x if series.mask is None else np.where(series.mask, series.x, np.nan)


def scores_as_json(evaluation: Evaluation) -> dict:
    """The verdict as plain values for `scores.json`; infinities become null."""
    verdict = evaluation.verdict
    rows = []
    for row in verdict.rows:
        entry: dict[str, Any] = {"name": row.name, "verdict": row.grade.value}
        for label in ("model", "floor", "null"):
            score = getattr(row, label)
            entry[label] = None if score is None else _plain(asdict(score))
        rows.append(entry)
    return {
        "verdict": verdict.word.value,
        "reasons": list(verdict.reasons),
        "rows": rows,
        "valid_prediction_time": _plain(asdict(evaluation.valid_time)),
    }


def _plain(score: dict) -> dict:
    return {k: None if isinstance(v, float) and not np.isfinite(v) else v for k, v in score.items()}
