"""A cell of the table: one method on one contest, fitted within its budget, scored, and kept under its own name."""

import json
import time
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.baselines.rival_spec import Fit
from attrax.campaigns.bench.contest import AbstractSuite, Contest
from attrax.campaigns.bench.field import rival_of
from attrax.campaigns.sweep.execution import Outcome
from attrax.core.errors import AttraxError
from attrax.core.simulator import AbstractSimulator
from attrax.data.diagnosis.cycle_count import rows_per_cycle
from attrax.data.series import Dataset
from attrax.measures import MixtureDivergence, SpectrumDistance, StateSpaceDivergence, ValidPredictionTime
from attrax.measures.attractor_invariants import correlation_dimension, largest_lyapunov_exponent
from attrax.measures.forecast_metrics import forecast_metrics
from attrax.runs.tree_file import canonical_json, write_atomically

HELD_OUT = 0.2
TUNING_STARTS = 4
BINNED_CHANNELS = 5
INVARIANTS = ("dimension_error", "exponent_error")


@dataclass(frozen=True)
class Budget:
    """What every method may spend on a contest, the same for all.

    Attributes:
        trials: Settings that may be compared on the end of what is learned from; 1 takes the usual ones as they are.
        seconds: Time after which no further setting is tried.
    """

    trials: int = 3
    seconds: float = 30.0


@dataclass(frozen=True)
class Cell:
    """A method on a contest.

    Attributes:
        suite: Where the contest is from.
        contest: Its name.
        rival: Name of the method.
        budget: What it may spend.
        seed: Seed of whatever it draws.
    """

    suite: AbstractSuite
    contest: str
    rival: str
    budget: Budget
    seed: int = 0

    @cached_property
    def id(self) -> str:
        """A name that follows from what is computed: data, method and its settings, budget, seed, version."""
        content = {
            "suite": [self.suite.name, self.suite.identity, self.contest],
            "rival": [self.rival, rival_of(self.rival).identity],
            "budget": asdict(self.budget),
            "seed": self.seed,
            "version": version("attrax"),
        }
        return sha256(canonical_json(content).encode()).hexdigest()[:16]

    @property
    def command(self) -> str:
        """What repeats it."""
        b = self.budget
        return (
            f"attrax bench {self.suite.arguments} --systems {self.contest} --rivals {self.rival} "
            f"--trials {b.trials} --seconds {b.seconds:g} --seed {self.seed}"
        )


@dataclass(frozen=True)
class Job:
    """The methods on one contest, so that it is opened once.

    Attributes:
        cells: What is to be computed.
    """

    cells: tuple[Cell, ...]

    @property
    def id(self) -> str:
        """A name that follows from those of its cells."""
        return sha256("".join(cell.id for cell in self.cells).encode()).hexdigest()[:16]


def kept(cell: Cell, folder: Path) -> dict[str, Any] | None:
    """The result of a cell; None if there is none yet."""
    path = _path(cell, folder)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def play(job: Job, folder: Path) -> Outcome:
    """Do what is missing of a job. A method that fails has lost; the result says why."""
    for cell in job.cells:
        if kept(cell, folder) is None:
            result = {"contest": cell.contest, "rival": cell.rival, "command": cell.command, **_scored(cell)}
            write_atomically(_path(cell, folder), canonical_json(_plain(result)).encode())
    return Outcome(job.id)


def _path(cell: Cell, folder: Path) -> Path:
    return folder / "cells" / f"{cell.id}.json"


def _scored(cell: Cell) -> dict[str, Any]:
    contest, rival = cell.suite.contest(cell.contest), rival_of(cell.rival)
    started = time.monotonic()
    try:
        fit, trials = tuned(rival.fits, contest.train, cell.budget, seed=cell.seed)
        simulator = fit(contest.train, seed=cell.seed)
        fitted = time.monotonic()
        metrics = judged(simulator, contest, seed=cell.seed)
    except AttraxError as failure:
        if failure.code == "C640":
            raise
        return {"failure": str(failure), "seconds": time.monotonic() - started}
    except Exception as failure:
        told = str(failure).splitlines()[0][:200] if str(failure) else ""
        return {"failure": f"{type(failure).__name__}: {told}", "seconds": time.monotonic() - started}
    return {
        "failure": "",
        "metrics": metrics,
        "trials": trials,
        "fit_seconds": fitted - started,
        "seconds": time.monotonic() - started,
    }


def tuned(fits: tuple[Fit, ...], train: Dataset, budget: Budget, *, seed: int) -> tuple[Fit, int]:
    """The settings whose forecasts of the end of the training data are best, and how many were tried.

    Args:
        fits: Settings, the usual ones first.
        train: What may be learned from; a fifth at its end is kept back for this comparison.
        budget: How many may be tried, and for how long.
        seed: Seed of whatever they draw.
    """
    fits = fits[: budget.trials]
    if len(fits) == 1:
        return fits[0], 1
    started, errors = time.monotonic(), []
    known, later = _apart(train)
    for fit in fits:
        errors.append(_error(fit, known, later, seed=seed))
        if time.monotonic() - started > budget.seconds:
            break
    return fits[int(np.argmin(errors))], len(errors)


def _apart(train: Dataset) -> tuple[Dataset, Float[np.ndarray, "time obs"]]:
    """The training data without their last rows, and the longest series with them."""
    known = train.map(lambda series: series[: len(series) - int(HELD_OUT * len(series))])
    return known, train.longest.x


def _error(fit: Fit, known: Dataset, x: Float[np.ndarray, "time obs"], *, seed: int) -> float:
    """The median over moments of the error of forecasts, in standard deviations; infinite for whatever fails."""
    first = len(x) - int(HELD_OUT * len(x))
    ahead = max(1, (len(x) - first) // 2)
    moments = np.linspace(first, len(x) - ahead, TUNING_STARTS, dtype=int)
    context = min(first, 500)
    try:
        simulator = fit(known, seed=seed)
        runs = simulator.simulate_many(np.stack([x[t - context : t] for t in moments]), ahead, key=seed)
    except Exception:
        return np.inf
    scale = x.std(axis=0) + 1e-12
    errors = [
        np.minimum(np.abs((run.x - x[t : t + ahead]) / scale), 2).mean() for t, run in zip(moments, runs, strict=True)
    ]
    return float(np.median(np.nan_to_num(errors, nan=2.0)))


def judged(simulator: AbstractSimulator, contest: Contest, *, seed: int) -> dict[str, float]:
    """All metrics of a simulator on a contest: forecasts, their validity, and where a free run goes."""
    n = contest.truths.shape[1]
    runs = simulator.simulate_many(contest.contexts, n, key=seed)
    each = [forecast_metrics(truth, run.x) for truth, run in zip(contest.truths, runs, strict=True)]
    metrics = {name: float(np.median([found[name] for found in each])) for name in each[0]}
    if np.isfinite(contest.lyapunov_time):
        valid = ValidPredictionTime(dt=1.0, unit_time=contest.lyapunov_time)
        metrics["valid_time"] = valid(contest.truths, np.stack([run.x for run in runs])).value
    if contest.reference is not None:
        metrics |= _visited(simulator, contest, contest.reference, seed=seed)
    return metrics


def _visited(
    simulator: AbstractSimulator, contest: Contest, x: Float[np.ndarray, "long obs"], *, seed: int
) -> dict[str, float]:
    """Distances of a free run from the reference. A run that diverges visits nothing, however well it began."""
    run = simulator.simulate(contest.contexts[0], len(x) + len(x) // 4, key=seed).x[len(x) // 4 :]
    scale = x.std(axis=0) + 1e-12
    mixture = MixtureDivergence(variance=0.1, samples=500, max_points=2_000)
    scores = {
        "kl_attractor": mixture(x / scale, run / scale, key=seed),
        "hellinger_spectrum": SpectrumDistance.gtf2023()(x, run),
    }
    if x.shape[1] <= BINNED_CHANNELS:
        scores["D_stsp"] = StateSpaceDivergence.for_recording(x)(x, run)
    if not np.isfinite(run).all():
        return dict.fromkeys((*scores, *INVARIANTS), np.inf)
    found = {name: score.value for name, score in scores.items()}
    return found | _invariant_errors(x / scale, run / scale, contest)


def _invariant_errors(
    x: Float[np.ndarray, "long obs"], run: Float[np.ndarray, "long obs"], contest: Contest
) -> dict[str, float]:
    """How far the invariants of a free run are from those of the reference, both estimated alike.

    Dimensions are compared as they are, exponents relative to the known one. A run that has come to rest has neither
    dimensions nor an exponent.
    """
    cycle = rows_per_cycle(contest.train)
    apart = int(min(cycle, len(x) // 10))
    rows = int(np.clip(contest.lyapunov_time, 5, apart))
    dimensions = [np.nan_to_num(correlation_dimension(states)) for states in (x, run)]
    rates = [np.nan_to_num(largest_lyapunov_exponent(states, rows, apart)) for states in (x, run)]
    known = contest.lyapunov_time if np.isfinite(contest.lyapunov_time) else 1 / max(abs(rates[0]), 1e-6)
    errors = abs(dimensions[1] - dimensions[0]), abs(rates[1] - rates[0]) * known
    return dict(zip(INVARIANTS, map(float, errors), strict=True))


def _plain(value: Any) -> Any:
    """Infinite values as text, since JSON knows none."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    return value
