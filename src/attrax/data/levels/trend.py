"""`Trend`: straight lines through the channels of one series, and how well they are known."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float

LAGS_AT_MOST = 2_000


@dataclass(frozen=True)
class Trend:
    r"""The straight line $\mu + b (r - c)$ of each of some channels, with rows $r$ from the first row of a series on.

    It holds Python numbers, so that settings can hold it exactly.

    Attributes:
        subject: The subject of the series.
        start: The time of its first row.
        epoch: The date at which time is 0, as text; empty if times are not dates.
        rows: Number of its rows.
        channels: Names of the channels.
        slope: $b$ of each channel, per row.
        centre: $c$, the mean of the rows with an observed value.
        mean: $\mu$, the mean of the observed values.
        spread: Standard deviation around the line.
        slope_error: Standard error of the slope, for residuals that are correlated in time.
        mean_error: Standard error of the mean, likewise.
    """

    subject: str = ""
    start: float = 0.0
    epoch: str = ""
    rows: int = 0
    channels: tuple[str, ...] = ()
    slope: tuple[float, ...] = ()
    centre: tuple[float, ...] = ()
    mean: tuple[float, ...] = ()
    spread: tuple[float, ...] = ()
    slope_error: tuple[float, ...] = field(default=())
    mean_error: tuple[float, ...] = field(default=())

    def rise(self, rows: Float[np.ndarray, " n"]) -> Float[np.ndarray, "n channel"]:
        """How far the lines are above their means in some rows."""
        return (rows[:, None] - np.array(self.centre)) * np.array(self.slope)

    def error(self, rows: Float[np.ndarray, " n"]) -> Float[np.ndarray, "n channel"]:
        """Standard errors of the lines in some rows: they grow with the distance from the rows of the fit."""
        return np.hypot(np.array(self.mean_error), (rows[:, None] - np.array(self.centre)) * np.array(self.slope_error))


def fit_trend(
    x: Float[np.ndarray, "time channel"],
    seen: Bool[np.ndarray, "time channel"],
    channels: tuple[str, ...],
    *,
    subject: str = "",
    start: float = 0.0,
    epoch: str = "",
) -> Trend:
    """The lines of least squares through the observed values.

    Args:
        x: Values.
        seen: Where they were observed.
        channels: Names of the columns.
        subject: The subject of the series.
        start: The time of the first row.
        epoch: The date at which time is 0, as text.

    Example:
        >>> x = 3.0 + 2.0 * np.arange(5.0)[:, None]
        >>> fit_trend(x, np.ones((5, 1), bool), ("x",)).slope
        (2.0,)
    """
    x = np.where(seen, x, 0.0).astype(np.float64)
    # In units of the largest value, so that no square overflows.
    unit = np.maximum(np.abs(x).max(axis=0, initial=0.0), np.finfo(np.float64).tiny)
    x = x / unit
    n = np.maximum(seen.sum(axis=0), 1)
    rows = np.arange(len(x))[:, None]
    centre = np.where(seen, rows, 0).sum(axis=0) / n
    mean = x.sum(axis=0) / n
    t = np.where(seen, rows - centre, 0.0)
    squares = (t**2).sum(axis=0)
    moving = np.where(squares > 0, squares, 1.0)
    slope = (t * np.where(seen, x - mean, 0.0)).sum(axis=0) / moving
    residual = np.where(seen, x - mean - t * slope, 0.0)
    spread = np.sqrt((residual**2).sum(axis=0) / n)
    repeats = _repeats(residual)
    numbers = {
        "slope": slope * unit,
        "centre": centre,
        "mean": mean * unit,
        "spread": spread * unit,
        "slope_error": spread * np.sqrt(repeats / moving) * unit,
        "mean_error": spread * np.sqrt(repeats / n) * unit,
    }
    told = {name: tuple(map(float, values)) for name, values in numbers.items()}
    return Trend(subject, start, epoch, len(x), channels, **told)


def _repeats(residual: Float[np.ndarray, "time channel"]) -> Float[np.ndarray, " channel"]:
    r"""How many rows are worth one independent row: $1 + 2 \sum \rho_k$, up to the first negative correlation."""
    n = len(residual)
    size = 2 ** int(np.ceil(np.log2(2 * n)))
    power = np.abs(np.fft.rfft(residual, size, axis=0)) ** 2
    rho = np.fft.irfft(power, size, axis=0)[: min(n, LAGS_AT_MOST)]
    rho = rho / np.where(rho[0] > 0, rho[0], 1.0)
    positive = np.logical_and.accumulate(rho > 0, axis=0)
    return np.maximum(2 * np.where(positive, rho, 0.0).sum(axis=0) - 1, 1.0)
