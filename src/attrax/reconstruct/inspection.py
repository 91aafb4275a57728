"""`inspect`: examines a recording, and estimates what `attrax fit` would do with it and how long that takes."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from attrax.core.errors import DataError
from attrax.data.phases.phase_search import sentences
from attrax.data.series import Dataset
from attrax.diagnosis.contents import clock
from attrax.diagnosis.diagnosis import Diagnosis, diagnose
from attrax.reconstruct.preparation.preparation import Preparation, completed, prepare, projection_sentence, repair
from attrax.reconstruct.preparation.recordings import read_files
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.cost import expected_seconds


@dataclass(frozen=True)
class FitEstimate:
    """What `attrax fit` would do with a recording.

    Attributes:
        lags: Lags of the delay embedding in rows; empty without embedding.
        latent_dim, hidden_dim: Number of latent states and of nonlinear units of the model.
        model: Description of the model.
        observation: Name of the observation.
        window: Number of rows of a training window.
        train_rows, gap_rows, test_rows: Number of rows for training, left out between, and for testing.
        updates, restarts: Number of parameter updates of each model, and number of models.
        seconds: Expected duration in seconds, from speeds measured on another machine; only a rough estimate.
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
    """The result of `attrax inspect`.

    Attributes:
        diagnosis: Properties of the recording: time axis, gaps, period, noise, embedding.
        repairs: Repairs that the settings asked for, done before the diagnosis.
        notices: Problems of the data that do not stop training.
        plan: What `attrax fit` would do; None if it would stop with an error.
        obstacle: The error that would stop it; None if there is none.
        recording: The recording that was examined.
    """

    diagnosis: Diagnosis
    repairs: tuple[str, ...]
    notices: tuple[str, ...]
    plan: FitEstimate | None
    obstacle: DataError | None
    recording: Dataset

    def as_json(self) -> dict[str, Any]:
        """The results as values for JSON."""
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
    """Read and examine the recording of a configuration, and estimate its training without starting it.

    An error that would stop training is part of the result and is not raised.

    Args:
        config: The settings; `data.source` names the files.

    Raises: DataError for files that cannot be read.
    """
    raw = read_files(config.data, config.data.source)
    try:
        dataset = repair(config, raw)
    except DataError:
        # The times are not evenly spaced; everything else can still be examined.
        dataset = raw
    plan, preparation, obstacle = _plan(config, raw)
    phases = preparation.phases
    dataset = dataset if phases == config.data.known_phases else phases.apply(dataset)
    diagnosis = replace(diagnose(dataset, preparation.advice), clock=clock(raw))
    defects = diagnosis.defects.in_components() if config.data.pca else diagnosis.defects
    notices = (*raw.notices, *sentences(phases), *defects.notices())
    done = (*dataset.done, *projection_sentence(preparation.projection))
    return Inspection(diagnosis, done, notices, plan, obstacle, dataset)


def _plan(config: Config, raw: Dataset) -> tuple[FitEstimate | None, Preparation, DataError | None]:
    """What a fit would do and how it would prepare the recording, or the error that would stop it."""
    try:
        recordings = prepare(config, raw)
    except DataError as failure:
        return None, Preparation(phases=config.data.known_phases), failure
    complete = completed(config, recordings)
    model, train = complete.model, complete.train
    plan = FitEstimate(
        lags=recordings.preparation.lags,
        latent_dim=model.latent_dim,
        hidden_dim=model.units,
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
    return plan, recordings.preparation, None
