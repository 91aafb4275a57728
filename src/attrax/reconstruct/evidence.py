"""Evidence: the small arrays that a report is drawn from.

With them a report can be made again anywhere, without the recording and without running the model.
"""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from attrax.core.simulator import AbstractSimulator
from attrax.data.embedding.delay_embedding import copies
from attrax.data.series import Dataset, Series
from attrax.measures.valid_time import valid_rows
from attrax.models.model import Model
from attrax.reconstruct.forecasting.filled_recording import bridged
from attrax.reconstruct.judging.evaluation import Evaluation
from attrax.reconstruct.judging.free_runs import CONTEXT_ROWS
from attrax.reconstruct.settings.configuration import Config

MOST_VALUES = 600_000
FORECASTS = 4
SHORTEST_FORECAST, LONGEST_FORECAST = 50, 1_000
# A forecast is shown this many times as long as it is usually valid, so that one sees how it parts.
SHOWN_VALID_TIMES = 3.0

ARRAYS = ("data", "free_run", "truth", "forecast", "valid")


class FilledStretch(NamedTuple):
    """A stretch of the training recording with its gaps filled, as `gaps_figure` draws it; no delayed copies."""

    t: Float[np.ndarray, " time"]
    seen: Float[np.ndarray, "time obs"]
    filled: Float[np.ndarray, "time obs"]
    low: Float[np.ndarray, "time obs"]
    high: Float[np.ndarray, "time obs"]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What was compared, in short.

    Attributes:
        data: The first rows of the test recording, in its own units.
        free_run: As many rows of a free run.
        truth: What came after each of a few moments of the test recording.
        forecast: What the model said would come; NaN from a divergence on.
        valid: Time for which each of these forecasts stayed below the threshold.
        rows: Rows of the whole test recording.
        dt: Time between rows.
        unit: Unit of time; empty if not known.
        channels: Names of the columns.
        gaps: What the model says of missing values, if many are missing of what it was trained on.
    """

    data: Float[np.ndarray, "time obs"]
    free_run: Float[np.ndarray, "time2 obs"]
    truth: Float[np.ndarray, "start ahead obs"]
    forecast: Float[np.ndarray, "start ahead obs"]
    valid: Float[np.ndarray, " start"]
    rows: int
    dt: float
    unit: str
    channels: tuple[str, ...]
    gaps: FilledStretch | None = None

    def undelayed(self, lags: tuple[int, ...]) -> "Evidence":
        """The same of the channels behind a delay embedding: the earliest copy of each, with the name it had.

        Args:
            lags: The delays; none if the channels are not embedded.
        """
        if not lags:
            return self
        columns = copies(lags, min(lags))
        names = tuple(name.removesuffix(f"@{min(lags)}") for name in self.channels[columns])
        shortened = {name: getattr(self, name)[..., columns] for name in ARRAYS if name != "valid"}
        return replace(self, **shortened, channels=names)


def gather_evidence(model: Model, evaluation: Evaluation, config: Config, train: Dataset) -> Evidence:
    """What the judges compared, shortened to what a page can show.

    Args:
        model: Makes the forecasts that are shown, and fills the gaps.
        evaluation: Its free run and the recording it was compared with.
        config: The settings of the run.
        train: What the model was trained on.
    """
    series, run = evaluation.reference, evaluation.simulation.x
    most = max(1_000, MOST_VALUES // series.obs_dim)
    truth, forecast = _forecasts(model, series, _ahead(series, evaluation.valid_time.value))
    limit = config.evaluate.threshold * float(np.sqrt(np.sum(np.var(series.x, axis=0))))
    return Evidence(
        data=_short(series.x[:most]),
        free_run=_short(run[:most]),
        truth=_short(truth),
        forecast=_short(forecast),
        valid=series.dt * valid_rows(truth, forecast, limit=limit),
        rows=len(series),
        dt=float(series.dt),
        unit=series.unit,
        channels=series.channels,
        gaps=_gaps(model, config, train),
    )


def _gaps(model: Model, config: Config, train: Dataset) -> FilledStretch | None:
    found = bridged(model, config, train)
    if found is None:
        return None
    return FilledStretch(found.clock, *map(_short, (found.recording.values, found.x, found.low, found.high)))


def _ahead(series: Series, valid_time: float) -> int:
    usual = SHOWN_VALID_TIMES * valid_time / series.dt if np.isfinite(valid_time) else 0.0
    rows = int(np.clip(usual, SHORTEST_FORECAST, LONGEST_FORECAST))
    return max(1, min(rows, len(series) // 4))


def _forecasts(simulator: AbstractSimulator, series: Series, ahead: int) -> tuple[np.ndarray, np.ndarray]:
    first = np.linspace(min(CONTEXT_ROWS, len(series) // 4) + 1, len(series) - ahead, num=FORECASTS, dtype=int)
    truth, said = [], []
    for t in first:
        s = None if series.inputs is None else series.inputs[t : t + ahead]
        truth.append(series.x[t : t + ahead])
        said.append(simulator.simulate(series.x[max(0, t - CONTEXT_ROWS) : t], ahead, s).x)
    return np.stack(truth), np.stack(said)


def _short(x: Any) -> Float[np.ndarray, "..."]:
    return np.asarray(x, dtype=np.float32)
