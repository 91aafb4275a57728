"""The time to the first wrong value of a forecast, for recordings of symbols."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.measures.input_checks import check_aligned, finite, require
from attrax.measures.measure_spec import MeasureSpec
from attrax.measures.score import AbstractMeasure, Flag, Score, shortest_text
from attrax.measures.valid_time import check_observed


@dataclass(frozen=True)
class TimeToFirstError(AbstractMeasure):
    r"""The number of rows before the first one with a wrong value, mean over many starts.

    A row is right if $|\hat x_{t,i} - x_{t,i}| \le$ `tolerance` in every channel $i$. In a recording of symbols nothing
    is nearly right, so errors are not averaged over channels as for `ValidPredictionTime`, and constant channels count.

    Args:
        tolerance: Largest difference of equal values; 0.5 for symbols, which are whole numbers.

    Returns:
        A score in rows, **higher** is better; the standard error is that of the mean over starts. Flagged `censored` if
        a forecast has no error up to its last row.

    Raises:
        ConfigError: C520 for an impossible setting.
        DataError: D101 for missing targets; D103 if all targets are constant; D110 or D111 if the arrays do not match.

    Example:
        >>> x = np.array([[[0.0, 1.0], [1.0, 1.0], [0.0, 0.0]]])
        >>> TimeToFirstError()(x, np.array([[[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]]])).value
        1.0
    """

    tolerance: float = 0.5

    def __post_init__(self):
        require(self.tolerance > 0, "tolerance", self.tolerance, "greater than 0")

    @property
    def name(self) -> str:
        """`TFE`."""
        return SPEC.name

    @property
    def protocol(self) -> str:
        """The tolerance."""
        return f"{self.name}/{shortest_text(self.tolerance)}"

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
        # The comparison is false for NaN.
        right = (np.abs(x_sim - x) <= self.tolerance).all(axis=-1)
        exact = right.all(axis=-1)
        rows = np.where(exact, x.shape[1], right.argmin(axis=1))
        diverged = () if finite(x_sim).all() else (Flag.DIVERGED,)
        censored = (Flag.CENSORED,) if exact.any() else ()
        return Score(
            value=float(rows.mean()),
            std_error=float(rows.std(ddof=1) / np.sqrt(len(rows))) if len(rows) > 1 else None,
            protocol=self.protocol,
            n_used=len(rows),
            n_dropped=0,
            flags=diverged + censored,
        )


SPEC = MeasureSpec(
    "time to first error",
    TimeToFirstError,
    name="TFE",
    better="higher",
    meaning="number of rows before the first wrong symbol of a forecast",
)
