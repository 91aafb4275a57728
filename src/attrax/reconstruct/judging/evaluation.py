r"""Evaluates a simulator on a test recording. Every score comes with its floor and with that of a linear null model.

Free runs as long as the test recording (T rows) start at many places along it. A transient of T / 4 rows is left out.
A score is the mean over the free runs; its standard error combines the spread over the runs with a block bootstrap of
the recording. Models, known systems and baselines are all simulators, so the same code evaluates them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.baselines.linear_null import fit_linear_null
from attrax.baselines.nearest_neighbours import NearestNeighbours
from attrax.core.plain_values import plain
from attrax.core.simulator import AbstractSimulator, Simulation
from attrax.data.embedding.delay_embedding import newest_columns, spread_columns
from attrax.data.matching import matched
from attrax.data.repair.even_clock import with_row_times
from attrax.data.repair.interpolation import interpolated, interpolated_values
from attrax.data.repair.resampling import evenly
from attrax.data.series import Dataset, Series
from attrax.kernels.threads import in_threads
from attrax.measures import AbstractMeasure, PredictionError, Row, Score, ValidPredictionTime, Verdict, judge
from attrax.measures.protocol import MOST_BINNED_CHANNELS, AbstractProtocol
from attrax.models.model import Model
from attrax.reading.load import load, load_raw
from attrax.reconstruct.judging.answers import answers
from attrax.reconstruct.judging.attractor_rows import LongRuns
from attrax.reconstruct.judging.equal_noise import equal_noise
from attrax.reconstruct.judging.forecast_rows import ForecastScoring, decorrelation_horizons
from attrax.reconstruct.judging.free_runs import FreeRuns, forecast_paths, free_runs
from attrax.reconstruct.judging.gate_check import difference_of_recordings, gate_results, recording_doubts
from attrax.reconstruct.judging.judged_rows import fitted_stretches, judged_rows, known_rows, scored_rows
from attrax.reconstruct.judging.long_run import long_run_motion
from attrax.reconstruct.judging.observation_noise import observation_noise
from attrax.reconstruct.settings.sections import EvaluateConfig
from attrax.registries import PROTOCOLS

WORTH_TELLING = 0.01
"""Probability with which recordings of one regime are said to differ, below a verdict that is not RECONSTRUCTED."""


@dataclass(frozen=True)
class Evaluation:
    """The result of an evaluation.

    Attributes:
        verdict: The verdict and the table of scores it follows from.
        valid_time: Valid prediction time, in the unit of time of the recording; higher is better.
        simulation: The first free run, or the first diverged one if there is any; without transient and added noise.
        reference: The part of the test recording that the free runs are compared with.
        runs: Number of free runs.
        diverged: Number of free runs that diverged.
        noise: Standard deviation, for each channel, of the observation noise of the test recording; free runs get it.
        added: The same of the noise added to the test recording and to the free runs, so that the test recording is as
            noisy as the training recording; empty for runs of earlier versions.
    """

    verdict: Verdict
    valid_time: Score
    simulation: Simulation
    reference: Series
    runs: int
    diverged: int
    noise: tuple[float, ...]
    added: tuple[float, ...] = ()

    def __repr__(self) -> str:
        return f"{self.verdict!r}\n  {self.runs} free runs, {self.diverged} diverged"

    def _repr_html_(self) -> str:
        """What a notebook shows: the verdict."""
        return self.verdict._repr_html_()


def evaluate(
    simulator: AbstractSimulator,
    test: Any,
    train: Any,
    config: EvaluateConfig = EvaluateConfig(),  # noqa: B008 - frozen
    *,
    lags: Sequence[int] = (),
    doubts: Sequence[str] = (),
    seed: int = 0,
    restarts: Sequence[AbstractSimulator] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Evaluate a simulator on the longest series of `test`; of a very long one, on its first 100,000 rows.

    Args:
        simulator: The model, known system or baseline.
        test: Recordings that were not used for training; anything that `attrax.load` takes.
        train: The training recordings. The linear null model is fitted to them and the floor is measured against them.
            Recordings at uneven times are resampled to their median time step for both.
        config: Protocol, forecast horizon and number of starts.
        lags: The lags of a delay embedding, if there is one. Forecasts of the newest copy of each channel are scored;
            what comes next in the other copies is already known. Of more than five copies, five that are evenly spread
            are compared in state space.
        doubts: Reasons why the verdict can be `PARTLY` at best, such as a recording that is too short.
        seed: Seed of the noise of the null model, of the bootstrap and of Monte Carlo measures.
        restarts: Models from other restarts of the same training, for the error of the largest Lyapunov exponent.
        progress: Called with the number of steps done and their total.

    Returns: The verdict, the scores and the first free run.

    Cost: 20 free runs and 100 calls of each measure: two seconds for 20,000 rows of 3 channels, ten for 100,000.
        More rows are not judged. Of many channels there are fewer free runs and fewer forecasts.

    Example:
        >>> import attrax
        >>> recording = attrax.load("ecg.csv")  # doctest: +SKIP
        >>> train, test = attrax.data.split(recording)  # doctest: +SKIP
        >>> attrax.evaluate(my_simulator, test, train).verdict  # doctest: +SKIP
    """
    test = load(test)
    train = with_row_times(load_raw(train))
    train = evenly(train, train[0].dt)
    test = matched(test, train[0].channels, () if train[0].inputs is None else train[0].input_channels)
    judged = judged_rows(test.longest)
    whole = with_lines(judged)
    # If the test recording is the training recording, or if the two have different gaps, they cannot be compared. The
    # floor then compares one half of the test recording with the other half.
    gaps = whole.mask is not None or train.longest.mask is not None
    known = None if gaps or test.sha256 == train.sha256 else known_rows(train.longest)
    null = fit_linear_null(fitted_stretches(train))
    found = free_runs(simulator, whole, config.starts, seed=seed)
    noise = added_noise(simulator, found, config, seed=seed)
    theirs = noise
    # With inputs, free runs follow those of the test recording and cannot tell how noisy the training recording is.
    if known is not None and known.inputs is None:
        alike = found._replace(reference=known[: len(found.reference)])
        theirs = added_noise(simulator, alike, config, seed=seed)
    compared = equal_noise(found, None if known is None else known.x, noise, theirs, seed=seed)
    noisy = as_recorded(compared.found, compared.noise, seed=seed)
    reference = compared.found.reference
    count = _counter(progress, 6)
    linear = as_recorded(free_runs(null, whole, config.starts, seed=seed), seed=seed)
    next(count)
    long_runs = LongRuns(reference.x, noisy, linear, compared.known).of(compared_columns(lags, reference.obs_dim))
    rows = []
    for measure in attractor_measures(long_runs.reference, config):
        rows.append(long_runs.row(measure, seed=seed))
        next(count)
    columns = newest_columns(lags)
    scoring = ForecastScoring(scored_rows(judged).values, scored_rows(whole), null, columns, seed)
    forecasts, further = forecast_rows(scoring, simulator, train, rows, config)
    next(count)
    time = ValidPredictionTime(threshold=config.threshold, dt=whole.dt)
    valid_time = time(*(paths[..., columns] for paths in forecast_paths(simulator, whole, config.starts)))
    verdict = judge(
        [*rows, *forecasts],
        diverged=found.diverged,
        runs=len(found.runs),
        doubts=(*doubts, *recording_doubts(rows, reference, compared.known)),
        further=further,
        gates=gate_results(compared.found, noisy, compared.known, [with_lines(series) for series in train]),
    )
    next(count)
    noise_in_steps = simulator.noise if isinstance(simulator, Model) else None
    calm = found if noise_in_steps is None else free_runs(simulator, whole, config.starts, seed=None)
    motion = long_run_motion(simulator, calm, np.nanstd(train.longest.x, axis=0), restarts)
    unlike = difference_of_recordings(reference, compared.known, WORTH_TELLING)
    told = answers(verdict.outcome, motion, valid_time, whole.unit, noise_in_steps, unlike)
    verdict = replace(verdict, motion=motion, answers=told)
    next(count)
    return Evaluation(
        verdict,
        valid_time,
        found.worst,
        found.reference,
        len(found.runs),
        found.diverged,
        tuple(noise.tolist()),
        tuple(compared.added.tolist()),
    )


def compared_columns(lags: Sequence[int], columns: int) -> slice | list[int]:
    """The columns that are compared in state space: of more than five delayed copies, five that are evenly spread.

    Args:
        lags: The lags of a delay embedding; empty if there is none.
        columns: Number of columns of the recording.
    """
    return spread_columns(lags, columns, MOST_BINNED_CHANNELS)


def attractor_measures(x: Float[np.ndarray, "time obs"], config: EvaluateConfig) -> tuple[AbstractMeasure, ...]:
    """The two measures of long-term behaviour: distance in state space, then distance of the power spectra.

    Args:
        x: The recording that free runs are compared with.
        config: `config.measures` selects the protocol.
    """
    return protocol_of(config).attractor_measures(x)


def protocol_of(config: EvaluateConfig) -> AbstractProtocol:
    """The protocol that the settings name."""
    return PROTOCOLS.spec(config.measures).implementation()


def added_noise(
    simulator: AbstractSimulator, found: FreeRuns, config: EvaluateConfig, *, seed: int
) -> Float[np.ndarray, " obs"]:
    """Standard deviation of the noise to add to the free runs, for each channel; 0 if the protocol adds none.

    Args:
        simulator: The simulator that made the free runs.
        found: The free runs.
        config: `config.measures` selects the protocol.
        seed: Seed of the trial noise with which it is estimated.
    """
    if not protocol_of(config).adds_noise:
        return np.zeros(found.reference.obs_dim)
    return observation_noise(simulator, found.reference, found.runs[0].x, seed=seed)


def as_recorded(
    found: FreeRuns, noise: Float[np.ndarray, " obs"] | float = 0.0, *, seed: int
) -> list[Float[np.ndarray, "n obs"]]:
    """The free runs with observation noise, and with straight lines at the gaps of the recording.

    The recording has straight lines at its gaps, which do not belong to the attractor. The free runs get them too, so
    that both are treated alike.

    Args:
        found: Free runs and the recording they are compared with.
        noise: Standard deviation of the noise, for each channel or for all.
        seed: Seed of the noise.
    """
    rng = np.random.default_rng((seed, 1))
    noisy = (run.x + noise * rng.standard_normal(run.x.shape) for run in found.runs)
    return [interpolated(x, found.reference.mask) for x in noisy]


def forecast_rows(
    scoring: ForecastScoring,
    simulator: AbstractSimulator,
    train: Dataset,
    attractor: Sequence[Row],
    config: EvaluateConfig,
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """The rows of forecasts 1 and `config.horizon` steps ahead, and those at horizons that depend on the recording.

    Where the linear null is at the floor of every measure of the attractor, nearest neighbours forecast as well. They
    show whether there is something nonlinear to learn.

    Args:
        scoring: The test recording, and what forecasts of it are compared with.
        simulator: The model.
        train: The training recordings.
        attractor: The rows of the attractor.
        config: Protocol and horizon.
    """
    usual, slower = {1, config.horizon}, decorrelation_horizons(scoring.whole.x)
    measures = [forecast_measure(config, h) for h in (*sorted(usual), *(h for h in slower if h not in usual))]
    rows = tuple(in_threads(lambda measure: scoring.row(measure, simulator), measures))
    if all(row.linear_at_floor for row in attractor):
        neighbours = NearestNeighbours(with_lines(known_rows(train.longest)).x, lag=slower[0])
        rows = scoring.with_neighbours(rows, measures, neighbours)
    return rows[: len(usual)], rows[len(usual) :]


def forecast_measure(config: EvaluateConfig, horizon: int) -> PredictionError:
    """The forecast error: relative to the variance of the recording, or in its units, as the protocol says.

    Args:
        config: `config.measures` selects the protocol.
        horizon: Steps ahead.
    """
    return protocol_of(config).prediction_error(horizon)


def with_lines(series: Series) -> Series:
    """The series with straight lines through its gaps, which measures need; its mask still marks the gaps."""
    return replace(series, x=interpolated_values(series))


def scores_as_json(evaluation: Evaluation) -> dict:
    """An evaluation as a dictionary for `scores.json`; infinite and undefined numbers become None."""
    verdict = evaluation.verdict
    return {
        "verdict": verdict.outcome.value,
        "answers": list(verdict.answers),
        "motion": None if verdict.motion is None else plain(asdict(verdict.motion)),
        "reasons": list(verdict.reasons),
        "rows": [_row_as_json(row) for row in verdict.rows],
        "further_forecasts": [_row_as_json(row) for row in verdict.further],
        "gates": [asdict(gate) for gate in verdict.gates],
        "valid_prediction_time": plain(asdict(evaluation.valid_time)),
        "free_runs": evaluation.runs,
        "share_diverged": evaluation.diverged / evaluation.runs,
        "observation_noise": list(evaluation.noise),
        "noise_added_to_test": list(evaluation.added),
    }


def _row_as_json(row: Row) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": row.name, "verdict": row.grade.value}
    for label in ("model", "floor", "null", "chance"):
        score = getattr(row, label)
        entry[label] = None if score is None else plain(asdict(score))
    if row.neighbours is not None:
        entry["neighbours"] = plain(asdict(row.neighbours))
    if row.matched is not None:
        entry["matched"] = _row_as_json(row.matched)
    return entry


def _counter(progress: Callable[[int, int], None] | None, total: int) -> Iterator[None]:
    """An iterator that calls `progress` with one more step done each time it is advanced."""
    for done in range(1, total + 1):
        if progress is not None:
            progress(done, total)
        yield
