r"""Ensemble forecasts: the restarts of a run together give a forecast with prediction intervals.

Models trained from different seeds agree where the data determine them and differ where they do not. Their spread shows
how far ahead a forecast is reliable. Forecast errors on rows set aside for calibration turn it into intervals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from attrax.core.errors import ConfigError
from attrax.data.series import Dataset, Series
from attrax.data.splitting import validation_split
from attrax.models.model import Model
from attrax.reading.continued_fields import ENDS
from attrax.reconstruct.judging.evaluation import with_lines
from attrax.reconstruct.judging.free_runs import CONTEXT_ROWS
from attrax.reconstruct.learning.selection import ranked
from attrax.reconstruct.settings.configuration import Config

HORIZON = 500
CALIBRATION_STARTS = 400
AGREEMENT_LIMIT = 0.4
"""The members agree as long as their spread is below this fraction of the standard deviation of a channel."""

UNUSUAL_QUANTILE = 0.99
FEWEST_MEMBERS = 2
"""Smallest number of members, because the spread of one member is not defined."""


@dataclass(frozen=True)
class Interval:
    """A forecast with prediction intervals, at the level that the ensemble was calibrated for.

    Attributes:
        center: The mean of the members.
        low: Lower ends of the intervals.
        high: Upper ends of the intervals.
        agreed: Number of steps for which the members agree.
        unusual: Whether the members differ in the first step more than in 99 % of the calibration forecasts. Then the
            recording is unlike the training data.
    """

    center: Float[np.ndarray, "n obs"]
    low: Float[np.ndarray, "n obs"]
    high: Float[np.ndarray, "n obs"]
    agreed: int
    unusual: bool

    def warnings(self) -> tuple[str, ...]:
        """Warnings for the user, one sentence each."""
        n = len(self.center)
        apart = f"the members of the ensemble agree for {self.agreed:,} of {n:,} steps"
        unlike = "they disagree from the first step on: the recording is unlike what they were trained on"
        return ((apart,) if self.agreed < n else ()) + ((unlike,) if self.unusual else ())


class Calibration(NamedTuple):
    """The results of many forecasts of known rows.

    Attributes:
        error: Root mean square error of one-step forecasts.
        quantiles: Quantiles of the forecast error divided by spread plus `error`, at the level of the intervals.
        usual: The 99 % quantile of the spread in the first step.
    """

    error: Float[np.ndarray, " obs"]
    quantiles: Float[np.ndarray, "horizon obs"]
    usual: Float[np.ndarray, " obs"]


@dataclass(frozen=True, eq=False)
class Ensemble:
    r"""Several models of one recording, with prediction intervals calibrated on a part of the recording.

    $\hat x_h \pm q_h (s_h + \epsilon)$ with $\hat x_h$ and $s_h$ mean and standard deviation of the members $h$ steps
    ahead, $\epsilon$ the error of one step, and $q_h$ the quantile of $|x_h - \hat x_h| / (s_h + \epsilon)$ over many
    starts: split conformal prediction, horizon by horizon and channel by channel.

    Args:
        members: At least two models.
        recording: Rows to calibrate on, preferably rows that no member was trained on.
        level: Fraction of the future values that the intervals should contain.

    Raises: ConfigError C583 for fewer than two members, C584 for too short a recording.
    Cost: 400 forecasts of 500 steps for each member, once.

    References:
        Lei, G'Sell, Rinaldo, Tibshirani & Wasserman, Distribution-free predictive inference for regression, Journal of
        the American Statistical Association 2018 [@lei2018].
    """

    members: tuple[Model, ...]
    recording: Series
    level: float = 0.9

    def __post_init__(self):
        if len(self.members) < FEWEST_MEMBERS:
            raise ConfigError(
                "C583",
                "an ensemble needs several models",
                where=f"{len(self.members)} member{'s' * (len(self.members) != 1)}",
                why="where the members disagree shows how far ahead a forecast can be trusted",
                fix="--restarts 5",
            )
        if len(self.recording) < 4 * CONTEXT_ROWS:
            raise ConfigError(
                "C584",
                "too short to calibrate on",
                where=f"{len(self.recording)} rows, needed are {4 * CONTEXT_ROWS}",
                why="intervals are as wide as errors have been, which takes many forecasts to know",
                fix="a smaller train.validation_fraction, or a longer recording",
            )

    def forecast(
        self,
        context: Float[np.ndarray, "time obs"],
        n: int,
        s: Float[np.ndarray, "n input"] | None = None,
    ) -> Interval:
        """Forecast with prediction intervals.

        Args:
            context: Recorded values up to now, in the units of the recording; NaN where missing.
            n: Number of steps. Beyond 500, intervals are as wide as at 500.
            s: Future external inputs, one row a step.
        """
        centers, halves, spreads = self._forecasts(context[None], n, None if s is None else s[None])
        center, half, spread = centers[0], halves[0], spreads[0]
        usual = self._calibration.usual
        parted = (spread > AGREEMENT_LIMIT * self._scale).any(axis=1)
        agreed = int(parted.argmax()) if parted.any() else n
        unusual = bool((spread[0] > usual).any())
        return Interval(center, center - half, center + half, agreed, unusual)

    def coverage(self, x: Float[np.ndarray, "time obs"], n: int, starts: int = 200) -> Float[np.ndarray, " n"]:
        """The fraction of values of another recording that the intervals contain, for each number of steps ahead.

        Args:
            x: A recording without gaps, for models without inputs.
            n: Largest number of steps ahead.
            starts: Number of forecasts, evenly spread over the recording.
        """
        moments = np.linspace(CONTEXT_ROWS, len(x) - n, starts, dtype=int)
        centers, halves, _ = self._forecasts(np.stack([x[t - CONTEXT_ROWS : t] for t in moments]), n, None)
        truths = np.stack([x[t : t + n] for t in moments])
        return np.mean(np.abs(truths - centers) <= halves, axis=(0, 2))

    def _forecasts(
        self,
        contexts: Float[np.ndarray, "start time obs"],
        n: int,
        s: Float[np.ndarray, "start n input"] | None,
    ) -> tuple[Float[np.ndarray, "start n obs"], Float[np.ndarray, "start n obs"], Float[np.ndarray, "start n obs"]]:
        """Means of the members, half widths of the intervals, and spreads of the members."""
        paths = self._paths(contexts, n, s)
        known = self._calibration
        spread = paths.std(axis=0)
        widths = known.quantiles[np.minimum(np.arange(n), len(known.quantiles) - 1)]
        return paths.mean(axis=0), widths * (spread + known.error), spread

    @cached_property
    def _scale(self) -> Float[np.ndarray, " obs"]:
        return self.recording.x.std(axis=0) + 1e-12

    @cached_property
    def _calibration(self) -> Calibration:
        x, s = self.recording.x, self.recording.inputs
        n = min(HORIZON, len(x) // 4)
        moments = np.unique(np.linspace(CONTEXT_ROWS, len(x) - n, CALIBRATION_STARTS, dtype=int))
        contexts = np.stack([x[t - CONTEXT_ROWS : t] for t in moments])
        inputs = None if s is None else np.stack([s[t : t + n] for t in moments])
        paths = self._paths(contexts, n, inputs)
        error = np.abs(np.stack([x[t : t + n] for t in moments]) - paths.mean(axis=0))
        spread = paths.std(axis=0)
        floor = np.sqrt((error[:, 0] ** 2).mean(axis=0)) + 1e-12
        share = min(1.0, np.ceil((len(moments) + 1) * self.level) / len(moments))
        quantiles = np.quantile(error / (spread + floor), share, axis=0, method="inverted_cdf")
        return Calibration(floor, quantiles, np.quantile(spread[:, 0], UNUSUAL_QUANTILE, axis=0))

    def _paths(
        self,
        contexts: Float[np.ndarray, "start time obs"],
        n: int,
        s: Float[np.ndarray, "start n input"] | None,
    ) -> Float[np.ndarray, "member start n obs"]:
        """Forecasts of every member, clipped to slightly more than the range of the recording if one diverges."""
        runs = [member.simulate_many(contexts, n, s) for member in self.members]
        paths = np.stack([[run.x for run in each] for each in runs])
        edge = np.abs(self.recording.x).max(axis=0) + 3 * self._scale
        return np.clip(np.nan_to_num(paths, nan=np.inf), -edge, edge)


def calibration_rows(config: Config, train: Dataset) -> Series:
    """The rows to calibrate an ensemble on: the validation part of the training recordings, if there is one."""
    parts = validation_split(train, config.train.validation_fraction, window=config.train.window, gap=config.gap)
    return with_lines(parts[1].longest)


def ensemble_seeds(facts: dict[str, dict], factor: float = 3.0) -> list[int]:
    """Seeds of the restarts that become members: the best two, and all others that are good enough.

    Args:
        facts: The facts of each restart, from `Selection`.
        factor: A restart is good enough if its free runs are at most this factor further from the data than the best.

    Example:
        >>> found = [{"seed": i, "step": 9, "nearness": near} for i, near in enumerate((0.0, 3.0, 2.0, 1.0))]
        >>> ensemble_seeds({str(one["seed"]): one for one in found})
        [0, 3]
        >>> ensemble_seeds({str(one["seed"]): one for one in found[:3]})
        [0, 2]
    """
    order = ranked(facts).items()
    return sorted(seed for i, (seed, (_, times)) in enumerate(order) if i < FEWEST_MEMBERS or times <= factor)


def ensemble_of(models: dict[int, Model], facts: dict[str, dict], recording: Series, level: float) -> Ensemble:
    """Create the ensemble of the good restarts of a run."""
    return Ensemble(tuple(models[seed] for seed in ensemble_seeds(facts)), recording, level)


def table_of(
    ends: Sequence[Float[np.ndarray, "n obs"]], channels: Sequence[str]
) -> tuple[tuple[str, ...], Float[np.ndarray, "n column"]]:
    """Column names and values of a table with each channel and the lower and upper ends of its interval.

    Example:
        >>> table_of([np.full((1, 1), v) for v in (2.0, 1.0, 3.0)], ["ecg"])
        (('ecg', 'ecg_low', 'ecg_high'), array([[2., 1., 3.]]))
    """
    names = tuple(f"{name}{end}" for name in channels for end in ENDS)
    columns = np.stack(ends, axis=2)
    return names, columns.reshape(len(columns), -1)
