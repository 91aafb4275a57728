r"""Evaluation: one simulator against one test recording, every score beside its floor and its linear null.

Free runs of the length T of the test recording start all along it and are compared with its T rows after a quarter of
T as transient. What they score is a mean with a standard error: the spread over runs, and the block bootstrap over the
recording. Everything here goes through the Simulator contract, so a model, a known system and a baseline are judged by
exactly the same code.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.baselines import fit_var
from attrax.core.simulator import AbstractSimulator, Simulation
from attrax.data.reading.load import load, load_raw
from attrax.data.repair.even_clock import with_row_times
from attrax.data.repair.interpolation import interpolated, interpolated_values
from attrax.data.repair.resampling import evenly
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
    ensemble_score,
    floor,
    judge,
)
from attrax.measures.bootstrap import error_of_pairs
from attrax.reconstruct.judging.free_runs import FreeRuns, forecast_paths, free_runs
from attrax.reconstruct.judging.observation_noise import observation_noise
from attrax.reconstruct.settings.sections import EvaluateConfig

MAXIMUM_BINNED_CHANNELS = 5


@dataclass(frozen=True)
class Evaluation:
    """What the judges saw and said.

    Attributes:
        verdict: The rows of the table and the word above them.
        valid_time: How long forecasts stay with the recording, in its unit of time; higher is better.
        simulation: The first free run, or the first that diverged if one did; without its transient and without noise.
        reference: The stretch of the test recording it was compared with.
        runs: Number of free runs.
        diverged: How many of them diverged.
        noise: Standard deviation of the observation noise that was added to the free runs before they were compared.
    """

    verdict: Verdict
    valid_time: Score
    simulation: Simulation
    reference: Series
    runs: int
    diverged: int
    noise: tuple[float, ...]


def evaluate(
    simulator: AbstractSimulator,
    test: Any,
    train: Any,
    config: EvaluateConfig = EvaluateConfig(),  # noqa: B008 - frozen
    *,
    doubts: Sequence[str] = (),
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Score a simulator on the longest series of `test`.

    Args:
        simulator: What is judged.
        test: Recordings it has never seen; anything that `attrax.load` takes.
        train: Recordings it was made from; the linear null is fitted to them, the floor is measured against them;
            uneven ones are resampled to their median step for both.
        config: Protocol, horizon and number of starts.
        doubts: Reasons why the verdict can be `PARTLY` at best, such as too short a recording.
        seed: Seed of the null's noise, of the bootstrap and of Monte Carlo measures.
        progress: Called with what is done and the total.

    Cost: 20 free runs and 100 calls of each measure: two seconds for 20,000 rows of 3 channels, ten for 100,000.
    """
    test = load(test)
    train = with_row_times(load_raw(train))
    train = evenly(train, train[0].dt)
    whole = with_lines(test.longest)
    # Scores in sample have no second recording, and one with other gaps looks different: the floor is then one half of
    # the data against the other.
    gaps = whole.mask is not None or train.longest.mask is not None
    known = None if gaps or test.sha256 == train.sha256 else train.longest.x
    null = fit_var(train)
    found = free_runs(simulator, whole, config.starts, seed=seed)
    noise = granted_noise(simulator, found, config, seed=seed)
    noisy = as_recorded(found, noise, seed=seed)
    linear = as_recorded(free_runs(null, whole, config.starts, seed=seed), seed=seed)
    count = _counter(progress, 7)
    rows = []
    for measure in attractor_measures(found.reference.x, config):
        model = ensemble_score(measure, found.reference.x, noisy, key=seed)
        next(count)
        beneath = floor(measure, found.reference.x, known, key=seed)
        next(count)
        rows.append(Row(measure.name, model, beneath, ensemble_score(measure, found.reference.x, linear, key=seed)))
        next(count)
    target = test.longest.values
    for horizon in sorted({1, config.horizon}):
        rows.append(forecast_row(forecast_measure(config, horizon), target, whole, (simulator, null), seed=seed))
    time = ValidPredictionTime(threshold=config.threshold, dt=whole.dt)
    valid_time = time(*forecast_paths(simulator, whole, config.starts))
    next(count)
    verdict = judge(rows, diverged=found.diverged, runs=len(found.runs), doubts=doubts)
    return Evaluation(
        verdict, valid_time, found.worst, found.reference, len(found.runs), found.diverged, tuple(noise.tolist())
    )


def attractor_measures(x: Float[np.ndarray, "time obs"], config: EvaluateConfig) -> tuple[AbstractMeasure, ...]:
    """The measures of long-run behaviour: geometry, then spectrum.

    Geometry is binned where bins are possible, as finely as the rows of the recording allow; the published protocol
    always has the same bins.
    """
    published = config.measures == "gtf2023"
    if x.shape[1] <= MAXIMUM_BINNED_CHANNELS:
        geometry = StateSpaceDivergence.gtf2023() if published else StateSpaceDivergence.for_recording(x)
    else:
        geometry = MixtureDivergence.gtf2023() if published else MixtureDivergence(standardized=True)
    return geometry, SpectrumDistance.gtf2023()


def granted_noise(
    simulator: AbstractSimulator, found: FreeRuns, config: EvaluateConfig, *, seed: int
) -> Float[np.ndarray, " obs"]:
    """The standard deviation of the observation noise that the free runs get; the published protocol knows none."""
    if config.measures != "default":
        return np.zeros(found.reference.obs_dim)
    return observation_noise(simulator, found.reference, found.runs[0].x, seed=seed)


def as_recorded(
    found: FreeRuns, noise: Float[np.ndarray, " obs"] | float = 0.0, *, seed: int
) -> list[Float[np.ndarray, "n obs"]]:
    """The free runs as they would have been recorded: with observation noise, and with the holes of the recording.

    Straight lines through gaps are no part of an attractor. Drawn through both, they are the same for both.
    """
    rng = np.random.default_rng((seed, 1))
    noisy = (run.x + noise * rng.standard_normal(run.x.shape) for run in found.runs)
    return [interpolated(x, found.reference.mask) for x in noisy]


def forecast_row(
    measure: PredictionError,
    target: Float[np.ndarray, "time obs"],
    whole: Series,
    simulators: tuple[AbstractSimulator, AbstractSimulator],
    *,
    seed: int,
) -> Row:
    """The errors `measure.horizon` steps ahead of a model, of its null, and of knowing only the mean.

    Args:
        measure: The error.
        target: The recording, NaN where missing.
        whole: The recording without gaps, from which forecasts are made.
        simulators: The model and the linear null.
        seed: Seed of the bootstrap.
    """
    horizon = measure.horizon
    seen, memory = target[horizon:], whole.x[horizon:]

    def scored(forecasts: Float[np.ndarray, "ahead obs"]) -> Score:
        score = measure(seen, forecasts)
        if not np.isfinite(score.value):
            return score
        return replace(score, std_error=error_of_pairs(measure, seen, forecasts, memory=memory, key=seed))

    model, null = (scored(simulator.forecast(whole.x, horizon, whole.inputs)) for simulator in simulators)
    chance = scored(np.broadcast_to(np.nanmean(seen, axis=0), seen.shape))
    return Row(measure.name, model, None, null, chance)


def forecast_measure(config: EvaluateConfig, horizon: int) -> PredictionError:
    """The short-term error: relative to the variance, or in the units of the recording as published."""
    return PredictionError(horizon, DataUnit() if config.measures == "gtf2023" else DeviationUnit())


def with_lines(series: Series) -> Series:
    """The series with straight lines through its gaps, since measures need every row; it still knows where they are."""
    return replace(series, x=interpolated_values(series))


def scores_as_json(evaluation: Evaluation) -> dict:
    """The verdict as plain values for `scores.json`; infinities become null."""
    verdict = evaluation.verdict
    rows = []
    for row in verdict.rows:
        entry: dict[str, Any] = {"name": row.name, "verdict": row.grade.value}
        for label in ("model", "floor", "null", "chance"):
            score = getattr(row, label)
            entry[label] = None if score is None else _plain(asdict(score))
        rows.append(entry)
    return {
        "verdict": verdict.outcome.value,
        "reasons": list(verdict.reasons),
        "rows": rows,
        "valid_prediction_time": _plain(asdict(evaluation.valid_time)),
        "free_runs": evaluation.runs,
        "share_diverged": evaluation.diverged / evaluation.runs,
        "observation_noise": list(evaluation.noise),
    }


def _plain(score: dict) -> dict:
    return {k: None if isinstance(v, float) and not np.isfinite(v) else v for k, v in score.items()}


def _counter(progress: Callable[[int, int], None] | None, total: int) -> Iterator[None]:
    """Tells `progress` of one more step done each time it is advanced."""
    for done in range(1, total + 1):
        if progress is not None:
            progress(done, total)
        yield
