"""A recording whose missing values are filled by a trained model, with intervals."""

from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.core.errors import ConfigError, DataError
from attrax.data.clock.durations import spelled
from attrax.data.clock.row_times import TOLERANCE
from attrax.data.embedding.delay_embedding import behind, embed, newest_columns
from attrax.data.embedding.projection import Projection
from attrax.data.phases.phase_channels import Phases
from attrax.data.repair.interpolation import interpolated_values
from attrax.data.series import Dataset, Series
from attrax.data.standardizing import standardize
from attrax.models.model import Model
from attrax.plots.figure import Figure
from attrax.plots.time_series import gaps_figure
from attrax.reconstruct.forecasting.component_gaps import ComponentGaps, Estimate
from attrax.reconstruct.forecasting.forecast import check_channels
from attrax.reconstruct.forecasting.recorded_units import put_back_interval
from attrax.reconstruct.learning.filling import OVERLAP, Progress, expected_values, has_gaps, reliable
from attrax.reconstruct.preparation.recordings import one_series
from attrax.reconstruct.settings.configuration import Config

USUAL_LEVEL = 0.9

FILL_ONE = "attrax fill RUN FILE, a file at a time; in Python: [fit.fill(series) for series in recordings]"

SHOWN_ROWS = 600


@dataclass(frozen=True)
class Filled:
    """A recording with filled missing values, and intervals for them.

    Attributes:
        recording: The recording after repairs; its mask is true where a value was observed.
        x: Values: observed ones unchanged, missing ones estimated by the model, NaN where the estimate is unreliable.
        low: Lower ends of the intervals; the value itself if it was observed, NaN where `x` is NaN.
        high: Upper ends of the intervals, likewise.
        level: Fraction of the missing values that the intervals should contain.
        data: The filled values as an object like the one that was given, such as a data frame with its index.
    """

    recording: Series
    x: Float[np.ndarray, "time obs"]
    low: Float[np.ndarray, "time obs"]
    high: Float[np.ndarray, "time obs"]
    level: float = USUAL_LEVEL
    data: Any = None

    def __getitem__(self, rows: slice) -> "Filled":
        """The filled recording restricted to some rows."""
        return Filled(self.recording[rows], self.x[rows], self.low[rows], self.high[rows], self.level)

    @property
    def clock(self) -> Float[np.ndarray, " time"]:
        """The times of the rows as numbers."""
        r = self.recording
        return r.origin.start + r.dt * np.arange(len(r)) if r.stamps is None else r.stamps.t

    @property
    def channels(self) -> tuple[str, ...]:
        """A name for each column."""
        return self.recording.channels

    def summary(self) -> str:
        """A few words on how many missing values were filled."""
        n, left = self.recording.n_missing, int(np.isnan(self.x).sum())
        if not n:
            return "nothing was missing"
        unsure = f"; {left:,} stay missing, because the model cannot estimate them well" if left else ""
        return f"{n - left:,} of {n:,} missing values filled{unsure}"

    def plot(self, rows: int = SHOWN_ROWS) -> Figure:
        """A figure of the stretch of `rows` rows with the most gaps. Notebooks display it."""
        shown = self[rows_with_most_gaps(self.recording, rows)]
        parts = (shown.clock, shown.recording.values, shown.x, shown.low, shown.high)
        return gaps_figure(*parts, self.channels, unit=self.recording.unit, level=self.level)


def fill_recording(
    model: Model,
    config: Config,
    dataset: Dataset,
    *,
    projection: Projection | None = None,
    level: float = USUAL_LEVEL,
    progress: Progress = lambda *_: None,
) -> Filled:
    r"""Fill the missing values of a dataset with one series.

    The interval of a missing value is $\hat x \pm q \sqrt{s^2 + r^2}$ with the quantile $q$ of a normal distribution,
    the standard deviation $s$ of the expected value, and that of the observation noise, $r$. Behind principal
    components, $r$ also contains what the left-out components describe.

    Args:
        model: The model.
        config: The settings of its run.
        dataset: The recording, with the channels of the model.
        projection: The principal components that are channels of the model. The recording then has the channels that
            they are computed from, without delayed copies.
        level: Fraction of the missing values that the intervals should contain, between 0 and 1.
        progress: Called regularly with the number of finished steps and the total.

    Raises: DataError D106 for another time step, D110 for other channels or inputs, D126 for several series;
        ConfigError C604 for counts, levels and labels, C608 for an impossible level.
    """
    check_settings(config, level)
    series, lags = one_series(dataset, FILL_ONE), config.data.lags
    if projection is None:
        seen, found = _expected(model, lags, series, progress)
    else:
        variances = np.array(model.scaling.std)[newest_columns(lags)] ** 2
        gaps, seen = ComponentGaps(series, projection, variances), series
        components = embed(gaps.components, lags) if lags else gaps.components
        found = gaps.channels(*_expected(model, lags, components, progress)[1])
    reach = NormalDist().inv_cdf((1 + level) / 2) * found.spread
    filled = Filled(seen, found.x, found.x - reach, found.x + reach, level)
    return _as_recorded(filled, config.data.known_phases)


def _expected(model: Model, lags: tuple[int, ...], series: Series, progress: Progress) -> tuple[Series, Estimate]:
    """A recording without delayed copies, and its values: missing ones as the model expects them."""
    _check_recording(series, model)
    found = Estimate(series.x, np.zeros(series.x.shape))
    if series.mask is not None:
        part = expected_values(model, standardize(Dataset((series,)), model.scaling)[0], progress)
        center = np.where(reliable(part), model.scaling.invert(part.x), np.nan)
        spread = np.array(model.scaling.std) * np.hypot(part.spread, part.noise)
        found = Estimate(np.where(series.mask, series.x, center), np.where(series.mask, 0.0, spread))
    if not lags:
        return series, found
    apart = [behind(series.replace(x=part, inputs=None, mask=None), lags).x for part in found]
    return behind(series, lags), Estimate(*apart)


def _as_recorded(filled: Filled, phases: Phases) -> Filled:
    """A filled recording in the channels and units of the recording; observed values are those of the recording."""
    seen = filled.recording
    if seen.before is None and seen.level is None:
        return filled
    guide = None if seen.before is None else interpolated_values(seen.before)
    rows, half = np.arange(len(seen)), (filled.high - filled.low) / 2
    recorded, found = put_back_interval(phases, seen, filled.x, half, rows, share=filled.level, guide=guide)
    x, low, high = (np.where(recorded.observed_mask, recorded.x, part) for part in found)
    return Filled(recorded, x, low, high, filled.level)


def filled_sample(model: Model, config: Config, train: Dataset) -> Filled | None:
    """The stretch of a recording with the most gaps, filled, as a sample for reports; None if gaps are not filled.

    It has the channels of the model, as all figures of a report have.
    """
    if not has_gaps(config, train):
        return None
    series = max(train, key=lambda series: series.n_missing)
    shown = rows_with_most_gaps(series, SHOWN_ROWS)
    first = max(shown.start - OVERLAP, 0)
    level = series.level if series.components is None else None
    stretch = replace(series[first : shown.stop + OVERLAP], before=None, level=level)
    filled = fill_recording(model, config, replace(train, series=(stretch,)))
    return filled[shown.start - first : shown.stop - first]


def rows_with_most_gaps(series: Series, rows: int) -> slice:
    """The stretch of `rows` rows with the most beginnings and ends of gaps, preferably with half the values missing.

    Example:
        >>> mask = np.array([1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 1, 1], bool)[:, None]
        >>> rows_with_most_gaps(Series(np.zeros((12, 1)), mask=mask), 6)
        slice(6, 12, None)
    """
    if series.mask is None or len(series) <= rows:
        return slice(0, rows)
    borders = np.append(0, np.diff(series.mask, axis=0).sum(axis=1).cumsum())
    missing = np.append(0, (~series.mask).mean(axis=1).cumsum())
    counts = borders[rows - 1 :] - borders[: len(series) - rows + 1]
    shares = (missing[rows:] - missing[:-rows]) / rows
    most = np.flatnonzero(counts == counts.max())
    off = np.abs(shares[most] - 0.5).round(6)
    best = most[off == off.min()]
    first = int(best[len(best) // 2])
    return slice(first, first + rows)


def keeping_gaps(config: Config) -> Config:
    """The same settings, but repairs leave missing values as they are, and components get their copies only later."""
    kept = {"missing": "mask", **({"lags": ()} if config.data.pca else {})}
    return config.model_copy(update={"data": config.data.model_copy(update=kept)})


def _check_recording(series: Series, model: Model) -> None:
    check_channels(series, model)
    dynamics = model.dynamics
    if series.input_dim != dynamics.input_dim:
        raise DataError(
            "D110",
            "the recording has other channels than the model",
            where=f"recording: {series.input_dim} inputs, model: {dynamics.input_dim}",
            why="the model is driven by them at every step",
            fix="name the inputs the model was trained with by --inputs, and no others",
        )
    if series.stamps is None and abs(series.dt - dynamics.dt) > TOLERANCE * dynamics.dt:
        raise DataError(
            "D106",
            "different time steps",
            where=f"recording: {spelled(series.dt, series.unit)}; model: {spelled(dynamics.dt, series.unit)}",
            why="a model is a map with one time step",
            fix=f"--dt {dynamics.dt:g}  # if the recording has no clock; in Python attrax.load(x, dt={dynamics.dt:g})",
        )


def check_settings(config: Config, level: float) -> None:
    """Check that the model of a run with these settings can fill missing values, with intervals of this level.

    Raises: ConfigError C604 for counts, levels and labels, C608 for an invalid level.
    """
    if config.model.kinds:
        raise ConfigError(
            "C604",
            "not with counts, levels or labels",
            where=f"model.kinds = {', '.join(config.model.kinds[:3])}",
            why="what is missing of them has no expected value with a normal error",
            fix="attrax forecast RUN continues such a recording",
        )
    if not 0 < level < 1:
        raise ConfigError(
            "C608",
            "a level that is no share",
            where=f"level = {level:g}",
            why="intervals hold a share of the values, between 0 and 1",
            fix="level=0.9",
        )
