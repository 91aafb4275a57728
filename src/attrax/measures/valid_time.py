"""The time for which forecasts are valid."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from attrax.core.errors import DataError
from attrax.measures.input_checks import check_aligned, finite, require
from attrax.measures.measure_spec import MeasureSpec
from attrax.measures.score import AbstractMeasure, Flag, Score, shortest_text

# Standard deviation of a normal distribution divided by its median absolute deviation.
_NORMAL_MAD = 1.4826022185056018


@dataclass(frozen=True)
class ValidPredictionTime(AbstractMeasure):
    r"""The time until the error of a forecast exceeds `threshold`, median over many starts.

    $$e_t = \sqrt{\frac{1}{N} \sum_{i=1}^N \frac{(\hat x_{t,i} - x_{t,i})^2}{\sigma_i^2}}$$

    with $\hat x_t$ the forecast and $x_t$ the target of $N$ channels, and $\sigma_i$ the standard deviation of channel
    $i$ over all starts and rows of `x`, so that the units of channels do not matter. Constant channels do not count. A
    forecast is valid for the rows before $e_t$ first exceeds the threshold (a diverged forecast exceeds it); their
    number times `dt` is the time. Row 0 is the first forecast of each start.

    Args:
        threshold: Largest error of a valid forecast, in standard deviations of the channels; 0.4 is usual.
        dt: Time between rows.
        unit_time: Unit of the result. The Lyapunov time (one over the largest Lyapunov exponent, in the unit of `dt`)
            makes systems comparable; 1 leaves the unit of the recording.

    Returns:
        A score, **higher** is better. The standard error of the median comes from the median absolute deviation; it is
        None for a single start. Flagged `censored` if a forecast is still valid at its last row.

    Raises:
        ConfigError: C520 for an impossible setting.
        DataError: D101 for missing targets; D103 if all targets are constant; D110 or D111 if the arrays do not match.

    Cost: O(start * time * channels).

    Example:
        >>> x = np.array([[[0.0], [2.0], [0.0], [2.0]]])
        >>> ValidPredictionTime(threshold=0.4, dt=0.1)(x, x + np.array([[0.1], [0.2], [0.5], [0.9]])).value
        0.2

    References:
        Pathak, Hunt, Girvan, Lu & Ott, Model-free prediction of large spatiotemporally chaotic systems from data: a
        reservoir computing approach, Physical Review Letters 2018 [@pathak2018].
        Vlachas, Pathak, Hunt, Sapsis, Girvan, Ott & Koumoutsakos, Backpropagation algorithms and Reservoir Computing in
        Recurrent Neural Networks for the forecasting of complex spatiotemporal dynamics, Neural Networks 2020
        [@vlachas2020].
    """

    threshold: float = 0.4
    dt: float = 1.0
    unit_time: float = 1.0

    def __post_init__(self):
        require(self.threshold > 0, "threshold", self.threshold, "greater than 0")
        require(self.dt > 0, "dt", self.dt, "greater than 0")
        require(self.unit_time > 0, "unit_time", self.unit_time, "greater than 0")

    @property
    def name(self) -> str:
        """`VPT`."""
        return SPEC.name

    @property
    def protocol(self) -> str:
        """The threshold in standard deviations of each channel, and `raw` or `relative` to a `unit_time`."""
        return f"{self.name}/{shortest_text(self.threshold)}sd/{'raw' if self.unit_time == 1.0 else 'relative'}"

    def __call__(
        self,
        x: Float[np.ndarray, "start time obs"],
        x_sim: Float[np.ndarray, "start n obs"],
        *,
        key: int | None = None,  # noqa: ARG002
    ) -> Score:
        """Compare the forecasts of every start with their targets, row by row; `key` is ignored."""
        check_aligned(x, x_sim, ("start", "time", "obs"))
        check_observed(x)
        x, x_sim = np.asarray(x, dtype=np.float64), np.asarray(x_sim, dtype=np.float64)
        rows = valid_rows(x, x_sim, unit=x.std(axis=(0, 1)), threshold=self.threshold)
        times = rows * (self.dt / self.unit_time)
        diverged = () if finite(x_sim).all() else (Flag.DIVERGED,)
        censored = (Flag.CENSORED,) if (rows == x.shape[1]).any() else ()
        return Score(
            value=float(np.median(times)),
            std_error=_median_error(times),
            protocol=self.protocol,
            n_used=len(times),
            n_dropped=0,
            flags=diverged + censored,
        )


def valid_rows(
    x: Float[np.ndarray, "start time obs"],
    x_sim: Float[np.ndarray, "start time obs"],
    *,
    unit: Float[np.ndarray, " obs"],
    threshold: float,
) -> Int[np.ndarray, " start"]:
    """For each start, the number of rows before the error of the forecast first exceeds a threshold.

    Args:
        x: The targets.
        x_sim: The forecasts; a value that is not finite exceeds every threshold.
        unit: The standard deviation of each channel, in which errors are measured; 0 for a channel that does not count.
        threshold: Largest root of the mean squared error of the channels.

    Example:
        >>> x, x_sim = np.zeros((1, 3, 2)), np.array([[[0.1, 0.0], [0.0, 30.0], [np.nan, 0.0]]])
        >>> valid_rows(x, x_sim, unit=np.array([1.0, 100.0]), threshold=0.25).tolist()
        [2]
    """
    moving = unit > 0
    with np.errstate(over="ignore", invalid="ignore"):
        error = np.mean(((x_sim[..., moving] - x[..., moving]) / unit[moving]) ** 2, axis=-1)
    # The comparison is false for NaN.
    valid = (error <= threshold**2) & finite(x_sim).all(axis=-1)
    return np.where(valid.all(axis=1), x.shape[1], valid.argmin(axis=1))


def _median_error(times: Float[np.ndarray, " start"]) -> float | None:
    if len(times) < 2:
        return None
    deviation = _NORMAL_MAD * np.median(np.abs(times - np.median(times)))
    # The median of n normal values has standard error sqrt(pi / 2) sigma / sqrt(n).
    return float(np.sqrt(np.pi / 2) * deviation / np.sqrt(len(times)))


def check_observed(x: Float[np.ndarray, "start time obs"]) -> None:
    """Check that no target is missing and that some vary.

    Args:
        x: The targets.

    Raises:
        DataError: D101 for missing targets; D103 if all are constant.
    """
    if not finite(x).all():
        start, row = np.argwhere(~finite(x))[0][:2]
        raise DataError(
            "D101",
            "missing targets",
            where=f"x: start {start}, row {row} (counted from 0)",
            why="without a target it is not known whether the forecast is still valid",
            fix="keep the starts without gaps: whole = np.isfinite(x).all(axis=(1, 2)); x[whole], x_sim[whole]",
        )
    if np.ptp(x, axis=(0, 1)).max() == 0:
        raise DataError(
            "D103",
            "every channel is constant",
            where=f"x: every channel is constant over {x.shape[0]} starts of {x.shape[1]} rows",
            why="errors are measured in units of the standard deviation of the target, which is 0",
            fix="pass longer or more parts of the recording as x",
        )


SPEC = MeasureSpec(
    "valid prediction time",
    ValidPredictionTime,
    name="VPT",
    better="higher",
    meaning="time for which a forecast is valid",
)
