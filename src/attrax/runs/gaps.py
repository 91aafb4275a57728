"""Gaps: a recording without them, as the model of a run fills them."""

from dataclasses import dataclass, replace
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.core.errors import ConfigError, DataError
from attrax.data.embedding import newest
from attrax.data.scaling import standardize
from attrax.data.series import Dataset, Series
from attrax.models.model import Model
from attrax.plots.figure import Figure
from attrax.plots.gaps import gaps_figure
from attrax.runs.config import Config
from attrax.runs.continuation import check_channels, trend_removed
from attrax.runs.ensemble import table_of
from attrax.runs.filling import Progress, expect, has_gaps, sure
from attrax.runs.folder import Run
from attrax.runs.model_file import open_model
from attrax.runs.output import writer_for
from attrax.runs.recordings import load_as_trained

USUAL_LEVEL = 0.9

SHOWN_ROWS = 600


@dataclass(frozen=True)
class Filled:
    """A recording whose gaps are filled, and the intervals in which the missing values lie.

    Attributes:
        recording: What was filled, in its own units; its mask says what was observed.
        x: The values: observed ones as they were, others as the model expects them, NaN where it is not sure of them.
        low: Lower ends of the intervals; those of observed values are the values.
        high: Upper ends.
        level: Share of the missing values that the intervals shall hold.
    """

    recording: Series
    x: Float[np.ndarray, "time obs"]
    low: Float[np.ndarray, "time obs"]
    high: Float[np.ndarray, "time obs"]
    level: float = USUAL_LEVEL

    @property
    def channels(self) -> tuple[str, ...]:
        """A name for each column."""
        return self.recording.channels

    def told(self) -> str:
        """How much was filled, in a few words."""
        n, left = self.recording.n_missing, int(np.isnan(self.x).sum())
        if not n:
            return "nothing was missing"
        unsure = f"; {left:,} stay missing, of which the model is not sure" if left else ""
        return f"{n - left:,} of {n:,} missing values filled{unsure}"

    def plot(self, rows: int = SHOWN_ROWS) -> Figure:
        """The stretch of so many rows with the most gaps; notebooks show it, `attrax.plots` draws it anywhere."""
        r, shown = self.recording, busiest(self.recording, rows)
        seen, x, low, high = (part[shown] for part in (r.values, self.x, self.low, self.high))
        return gaps_figure(seen, x, low, high, r.channels, dt=r.dt, unit=r.unit, level=self.level)

    def write(self, path: Path, *, intervals: bool = False) -> None:
        """Write the values with their times.

        Args:
            path: The file.
            intervals: Write the ends of the intervals beside each channel, too.
        """
        names, values = self.channels, self.x
        if intervals:
            names, values = table_of((self.x, self.low, self.high), names)
        writer_for(path)(path, values, self.recording.times, (self.recording.origin.name, *names))


def fill_recording(
    model: Model, config: Config, dataset: Dataset, *, level: float = USUAL_LEVEL, progress: Progress = lambda *_: None
) -> Filled:
    r"""The one series of a dataset with its gaps filled.

    The interval of a missing value is $\hat x \pm q \sqrt{s^2 + r^2}$ with the quantile $q$ of a normal distribution,
    the standard deviation $s$ of the expected value, and that of the observation noise, $r$.

    Args:
        model: The model.
        config: The settings of its run.
        dataset: The recording in the channels of the model.
        level: Share of the missing values that the intervals shall hold.
        progress: Called now and then with what is done and the total.

    Raises: DataError D110 for other channels, D126 for several series; ConfigError C604 for counts, levels and labels.
    """
    _check_values(config)
    series = _only(dataset)
    check_channels(series, model)
    if series.mask is None:
        return Filled(series, series.x, series.x, series.x, level)
    found = expect(model, standardize(dataset, model.scaling)[0], progress)
    center, scale = model.scaling.invert(found.x), np.array(model.scaling.std)
    reach = NormalDist().inv_cdf((1 + level) / 2) * scale * np.hypot(found.spread, found.noise)
    center = np.where(sure(found), center, np.nan)
    x, low, high = (np.where(series.mask, series.x, value) for value in (center, center - reach, center + reach))
    lags = config.data.lags
    if lags:
        x, low, high = (newest(series.replace(x=part, inputs=None, mask=None), lags).x for part in (x, low, high))
        series = newest(series, lags)
    return Filled(series, x, low, high, level)


def fill_run(
    folder: Path, paths: list[str] | None, reading: dict[str, Any], *, level: float, progress: Progress
) -> tuple[Filled, str]:
    """A recording filled by the model of a run, and a remark on its values: the files given, or the run's own.

    Raises: as `fill_recording`, and whatever is wrong with the run or the recording.
    """
    run = Run.open(folder)
    dataset = load_as_trained(with_gaps(run.config), paths, reading)
    filled = fill_recording(open_model(run.model_path), run.config, dataset, level=level, progress=progress)
    return filled, trend_removed(run.config)


def bridged(model: Model, config: Config, train: Dataset) -> Filled | None:
    """The stretch of a recording with the most gaps, filled; None where gaps are few, or are not filled."""
    if not has_gaps(config, train):
        return None
    series = max(train, key=lambda series: series.n_missing)
    return fill_recording(model, config, replace(train, series=(series[busiest(series, SHOWN_ROWS)],)))


def busiest(series: Series, rows: int) -> slice:
    """So many rows among which gaps begin and end most often.

    Example:
        >>> mask = np.array([1, 1, 1, 1, 0, 1, 0, 1], bool)[:, None]
        >>> busiest(Series(np.zeros((8, 1)), mask=mask), 5)
        slice(3, 8, None)
    """
    if series.mask is None:
        return slice(0, rows)
    borders = np.append(0, np.diff(series.mask, axis=0).sum(axis=1).cumsum())
    last = max(len(series) - rows, 0)
    first = int(np.argmax(borders[min(rows, len(series)) - 1 :][: last + 1] - borders[: last + 1]))
    return slice(first, first + rows)


def with_gaps(config: Config) -> Config:
    """The same settings, but that gaps stay as they are when a recording is repaired."""
    return config.model_copy(update={"data": config.data.model_copy(update={"missing": "mask"})})


def _only(dataset: Dataset) -> Series:
    if len(dataset) > 1:
        raise DataError(
            "D126",
            "one series at a time",
            where=f"{dataset.source}: {len(dataset)} series",
            why="each of them has gaps of its own",
            fix="attrax fill RUN FILE, a file at a time; in Python: [fit.fill(series) for series in recordings]",
        )
    return dataset[0]


def _check_values(config: Config) -> None:
    if config.model.kinds:
        raise ConfigError(
            "C604",
            "not with counts, levels or labels",
            where=f"model.kinds = {', '.join(config.model.kinds[:3])}",
            why="what is missing of them has no expected value with a normal error",
            fix="attrax forecast RUN continues such a recording",
        )
