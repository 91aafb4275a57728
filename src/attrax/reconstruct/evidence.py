"""`Evidence`: the small arrays from which the figures of a report are drawn.

With them a report can be written again without the recording and without the model.
"""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from attrax.core.simulator import AbstractSimulator
from attrax.data.embedding.delay_embedding import newest_columns
from attrax.data.series import Dataset, Series
from attrax.measures.valid_time import valid_rows
from attrax.models.model import Model
from attrax.reconstruct.forecasting.filled_recording import filled_sample
from attrax.reconstruct.judging.evaluation import Evaluation
from attrax.reconstruct.judging.free_runs import CONTEXT_ROWS
from attrax.reconstruct.settings.configuration import Config

MOST_VALUES = 600_000
FORECASTS = 4
SHORTEST_FORECAST, LONGEST_FORECAST = 50, 1_000
# Forecasts are shown for this many valid prediction times, so that one sees how they diverge from the data.
SHOWN_VALID_TIMES = 3.0

ARRAYS = ("data", "free_run", "truth", "forecast", "valid")


class FilledStretch(NamedTuple):
    """A part of the training recording with its gaps filled, for `gaps_figure`; without delayed copies of channels."""

    t: Float[np.ndarray, " time"]
    seen: Float[np.ndarray, "time obs"]
    filled: Float[np.ndarray, "time obs"]
    low: Float[np.ndarray, "time obs"]
    high: Float[np.ndarray, "time obs"]


class RecordedRows(NamedTuple):
    """Test data, free run and forecasts with trends and transforms put back, for figures over time.

    They have the newest copy of each channel, in the units of the recording.
    """

    data: Float[np.ndarray, "time obs"]
    free_run: Float[np.ndarray, "time2 obs"]
    truth: Float[np.ndarray, "start ahead obs"]
    forecast: Float[np.ndarray, "start ahead obs"]
    channels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Evidence:
    """The first rows of test data, free run and forecasts.

    Attributes:
        data: The first rows of the test recording, in its own units.
        free_run: The same number of rows of a free run.
        truth: The true rows after a few starts in the test recording.
        forecast: The forecasts from these starts; NaN after a divergence.
        valid: Time for which the error of each forecast stayed below the threshold.
        rows: Number of rows of the whole test recording.
        dt: Time between rows.
        unit: Unit of time; empty if not known.
        channels: Names of the columns.
        gaps: Filled gaps of the training recording; None if few values are missing.
        recorded: The arrays in the units of the recording; None if nothing was taken out of its values.
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
    recorded: RecordedRows | None = None

    @property
    def over_time(self) -> "Evidence":
        """The same arrays in the units of the recording, for figures over time, where a trend is to be seen."""
        if self.recorded is None:
            return self
        return replace(self, **self.recorded._asdict(), recorded=None)

    def undelayed(self, lags: tuple[int, ...]) -> "Evidence":
        """The same arrays without delay embedding: only the newest copy of each channel.

        Args:
            lags: The lags of the embedding, in rows; empty without embedding.
        """
        if not lags:
            return self
        columns = newest_columns(lags)
        names = tuple(name.removesuffix(f"@{max(lags)}") for name in self.channels[columns])
        shortened = {name: getattr(self, name)[..., columns] for name in ARRAYS if name != "valid"}
        return replace(self, **shortened, channels=names)


def gather_evidence(model: Model, evaluation: Evaluation, config: Config, train: Dataset, test: Dataset) -> Evidence:
    """Collect the arrays for the figures of a report, shortened to what a page can show.

    Args:
        model: The model; it computes the forecasts and fills the gaps.
        evaluation: The scores, with the free run and the test recording.
        config: The settings of the run.
        train: The training recordings.
        test: The test recordings.
    """
    series, run = evaluation.reference, evaluation.simulation.x
    most = max(1_000, MOST_VALUES // series.obs_dim)
    starts, truth, forecast = _forecasts(model, series, _ahead(series, evaluation.valid_time.value))
    newest = newest_columns(config.data.lags)
    unit, scored = np.std(series.x[:, newest], axis=0), (truth[..., newest], forecast[..., newest])
    return Evidence(
        data=_short(series.x[:most]),
        free_run=_short(run[:most]),
        truth=_short(truth),
        forecast=_short(forecast),
        valid=series.dt * valid_rows(*scored, unit=unit, threshold=config.evaluate.threshold),
        rows=len(series),
        dt=float(series.dt),
        unit=series.unit,
        channels=series.titles,
        gaps=_gaps(model, config, train),
        recorded=_recorded(test.longest, series, (series.x[:most], run[:most], truth, forecast), starts, config),
    )


def _recorded(
    test: Series, shown: Series, parts: tuple[np.ndarray, ...], starts: np.ndarray, config: Config
) -> RecordedRows | None:
    """The arrays of the figures in the units of the recording.

    Args:
        test: The test recording.
        shown: The rows of it that are compared, which are its last ones.
        parts: Rows and free run from its first row on, and rows and forecasts from several starts on.
        starts: The first row of each of them.
        config: The settings of the run.
    """
    level, lags = test.level, config.data.lags
    if level is None:
        return None
    columns, before = newest_columns(lags), len(test) - len(shown) + max(lags, default=0)
    names = tuple(name.removesuffix(f"@{max(lags)}") for name in shown.channels[columns]) if lags else shown.channels

    def put_back(x: np.ndarray, first: int) -> np.ndarray:
        return level.undo(names, x[:, columns], before + first + np.arange(len(x)))

    data, free_run = (put_back(x, 0) for x in parts[:2])
    truth, forecast = (np.stack([put_back(x, int(t)) for x, t in zip(part, starts, strict=True)]) for part in parts[2:])
    return RecordedRows(*map(_short, (data, free_run, truth, forecast)), channels=names)


def _gaps(model: Model, config: Config, train: Dataset) -> FilledStretch | None:
    found = filled_sample(model, config, train)
    if found is None:
        return None
    return FilledStretch(found.clock, *map(_short, (found.recording.values, found.x, found.low, found.high)))


def _ahead(series: Series, valid_time: float) -> int:
    usual = SHOWN_VALID_TIMES * valid_time / series.dt if np.isfinite(valid_time) else 0.0
    rows = int(np.clip(usual, SHORTEST_FORECAST, LONGEST_FORECAST))
    return max(1, min(rows, len(series) // 4))


def _forecasts(simulator: AbstractSimulator, series: Series, ahead: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    first = np.linspace(min(CONTEXT_ROWS, len(series) // 4) + 1, len(series) - ahead, num=FORECASTS, dtype=int)
    truth, said = [], []
    for t in first:
        s = None if series.inputs is None else series.inputs[t : t + ahead]
        truth.append(series.x[t : t + ahead])
        said.append(simulator.simulate(series.x[max(0, t - CONTEXT_ROWS) : t], ahead, s).x)
    return first, np.stack(truth), np.stack(said)


def _short(x: Any) -> Float[np.ndarray, "..."]:
    return np.asarray(x, dtype=np.float32)
