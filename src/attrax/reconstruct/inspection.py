"""Inspection: what a recording is, what `attrax fit` would make of it, and how long that would take."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from attrax.core.errors import DataError
from attrax.data.diagnosis.contents import clock
from attrax.data.diagnosis.diagnosis import Diagnosis, diagnose
from attrax.data.series import Dataset
from attrax.reconstruct.preparation.preparation import completed, prepare, repair
from attrax.reconstruct.preparation.recordings import read_files
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.sections import ModelConfig

# Seconds of start-up, compilation and judging: 70 s of processor time in a fit of 100,000 rows, in part on two cores.
# Nanoseconds for each latent state, hidden unit, step, window and update, with compiled loops on one core: the rows of
# benchmarks/RESULTS.md say 0.61 to 0.74.
START_UP = 60
NANOSECONDS = 0.7


@dataclass(frozen=True)
class FitEstimate:
    """What `attrax fit` does with a recording.

    Attributes:
        lags: Delays in rows it is embedded with; empty if it is not.
        latent_dim, hidden_dim: Latent states and nonlinear units of the model.
        model: The model in words.
        observation: What the channels are.
        window: Rows in a training window.
        train_rows, gap_rows, test_rows: Rows that train, are left out, and judge.
        updates, restarts: Parameter updates of each model, and models.
        seconds: Expected duration, from speeds measured elsewhere: a figure to tell minutes from hours.
    """

    lags: tuple[int, ...]
    latent_dim: int
    hidden_dim: int
    model: str
    observation: str
    window: int
    train_rows: int
    gap_rows: int
    test_rows: int
    updates: int
    restarts: int
    seconds: float


@dataclass(frozen=True)
class Inspection:
    """The answer of `attrax inspect`.

    Attributes:
        diagnosis: What was found.
        repairs: What was repaired first, because the settings ask for it.
        notices: What training tolerates but a person should know.
        plan: What training would do; None if it would stop.
        obstacle: Why it would stop; None if it would not.
        recording: What was examined.
    """

    diagnosis: Diagnosis
    repairs: tuple[str, ...]
    notices: tuple[str, ...]
    plan: FitEstimate | None
    obstacle: DataError | None
    recording: Dataset

    def as_json(self) -> dict[str, Any]:
        """Everything in plain values."""
        stop = self.obstacle
        return {
            "diagnosis": self.diagnosis.as_json(),
            "repairs": list(self.repairs),
            "notices": list(self.notices),
            "plan": None if self.plan is None else asdict(self.plan),
            "obstacle": stop
            and {"code": stop.code, "what": stop.what, "where": stop.where, "why": stop.why, "fix": stop.fix},
        }


def inspect(config: Config) -> Inspection:
    """Read the recording of a configuration, examine it, and plan its training without starting it.

    Nothing is learned. What would stop training is part of the answer, not an error.

    Raises: DataError for files that cannot be read.
    """
    raw = read_files(config.data, config.data.source)
    try:
        dataset = repair(config, raw)
    except DataError:
        # The clock is not even; what else there is to see can still be seen.
        dataset = raw
    diagnosis = replace(diagnose(dataset), clock=clock(raw))
    lags = config.data.lags or diagnosis.embedding.lags
    plan, obstacle = _plan(config.embedded(lags), raw)
    return Inspection(diagnosis, dataset.done, diagnosis.defects.notices(), plan, obstacle, dataset)


def expected_seconds(complete: Config) -> float:
    """How long a fit with these settings takes, from speeds measured elsewhere."""
    model, train = complete.model, complete.train
    work = model.latent_dim * _units(model) * train.window * train.batch_size * train.updates * train.restarts
    return START_UP + NANOSECONDS * 1e-9 * work


def _units(model: ModelConfig) -> int:
    return model.dynamics.spec.number_of_units(model.latent_dim, model.dynamics.settings)


def _plan(config: Config, raw: Dataset) -> tuple[FitEstimate | None, DataError | None]:
    try:
        recordings = prepare(config, raw)
    except DataError as failure:
        return None, failure
    complete = completed(config, recordings)
    model, train = complete.model, complete.train
    plan = FitEstimate(
        lags=config.data.lags,
        latent_dim=model.latent_dim,
        hidden_dim=_units(model),
        model=model.describe(),
        observation=model.observation.kind,
        window=train.window,
        train_rows=sum(map(len, recordings.train)),
        gap_rows=0 if config.data.in_sample else train.window,
        test_rows=sum(map(len, recordings.test)),
        updates=train.updates,
        restarts=train.restarts,
        seconds=expected_seconds(complete),
    )
    return plan, None
