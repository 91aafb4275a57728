"""Forecast errors.

They judge the short run only: in a chaotic system every forecast fails after some time, however good the model is.
"""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from attrax.measures.error_unit import AbstractErrorUnit, DataUnit
from attrax.measures.input_checks import check_aligned, finite, require
from attrax.measures.measure_spec import MeasureSpec
from attrax.measures.score import AbstractMeasure, Flag, Score


@dataclass(frozen=True)
class PredictionError(AbstractMeasure):
    r"""Mean squared error of forecasts `horizon` steps ahead, $PE(n)$.

    $$\mathrm{PE}(n) = \langle (\hat x_{t,i} - x_{t,i})^2 / u_i^2 \rangle_{t,i}$$

    with $\hat x_t$ row $t$ of `x_sim`, the forecast of row $t$ of `x` made $n$ steps earlier, and $u_i$ the `unit` of
    channel $i$. Missing targets (NaN in `x`) and diverged forecasts (NaN in `x_sim`) are left out, value by value.

    Args:
        horizon: Number of steps ahead $n$. It is part of the name only: the forecasts are made by a simulator.
        unit: Unit of the errors. `DeviationUnit()` makes channels and recordings comparable.

    Returns:
        A score, lower is better; infinite and flagged `empty` if there is no value to compare.

    Raises:
        ConfigError: C520 for an impossible setting.
        DataError: D110 or D111 if the arrays do not match; D103 from `DeviationUnit` for a constant channel.

    Cost: O(time * channels).

    Example:
        >>> x = np.array([[0.0], [1.0], [np.nan]])
        >>> score = PredictionError(horizon=20)(x, np.array([[0.5], [1.0], [1.0]]))
        >>> score.value, score.n_used, score.n_dropped, score.protocol
        (0.125, 2, 1, 'PE(20)/mse/raw')

    References:
        Koppe, Toutounji, Kirsch, Lis & Durstewitz, Identifying nonlinear dynamical systems via generative recurrent
        neural networks with applications to fMRI, PLOS Computational Biology 2019 [@koppe2019].
        Hess, Monfared, Brenner & Durstewitz, Generalized Teacher Forcing for Learning Chaotic Dynamics, ICML 2023
        [@hess2023].
    """

    horizon: int
    unit: AbstractErrorUnit = field(default_factory=DataUnit)

    def __post_init__(self):
        require(self.horizon >= 1, "horizon", self.horizon, "at least 1")

    @property
    def name(self) -> str:
        """`PE(n)` with n the horizon."""
        return f"{SPEC.name}({self.horizon})"

    @property
    def protocol(self) -> str:
        """Horizon and unit of the mean squared error."""
        return f"{self.name}/mse/{self.unit.protocol}"

    def __call__(
        self,
        x: Float[np.ndarray, "time obs"],
        x_sim: Float[np.ndarray, "n obs"],
        *,
        key: int | None = None,  # noqa: ARG002
    ) -> Score:
        """Compare forecasts with targets row by row; `key` is ignored."""
        check_aligned(x, x_sim, ("time", "obs"))
        target, forecast = finite(x), finite(x_sim)
        both = target & forecast
        n_used = int(np.count_nonzero(both))
        n_dropped = both.size - n_used
        diverged = () if forecast.all() else (Flag.DIVERGED,)
        missing = () if target.all() else (Flag.MISSING,)
        flags = diverged + missing
        if n_used == 0:
            return Score(np.inf, None, self.protocol, 0, n_dropped, (*flags, Flag.EMPTY))
        error = np.subtract(x_sim, x, dtype=np.float64, where=both, out=np.zeros(x.shape))
        value = np.sum(error**2 / self.unit.squared(x)) / n_used
        return Score(float(value), None, self.protocol, n_used, n_dropped, flags)


SPEC = MeasureSpec(
    "forecast error",
    PredictionError,
    name="PE",
    better="lower",
    meaning="forecast error that many steps ahead; relative to the variance, 1 is no better than forecasting the mean",
)
