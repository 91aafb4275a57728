r"""Pointwise metrics of forecasts, as defined in the benchmark of chaotic systems by Gilpin.

$y_t$ are the true values of a channel and $\hat y_t$ the forecasts; the metrics of several channels are averaged.
These metrics describe forecasts; some of them are larger for better forecasts, as their specs in `METRICS` say.

References:
    Gilpin, Model scale versus domain knowledge in statistical forecasting of chaotic systems, Physical Review Research
    2023 [@gilpin2023].
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.measures.measure_spec import MeasureSpec, worst

Channel = Float[np.ndarray, " time"]

_NEIGHBOURS = 3


def mse(y: Channel, y_hat: Channel) -> float:
    r"""Mean squared error $\langle (y - \hat y)^2 \rangle$."""
    return float(np.mean((y - y_hat) ** 2))


def mae(y: Channel, y_hat: Channel) -> float:
    r"""Mean absolute error $\langle |y - \hat y| \rangle$."""
    return float(np.mean(np.abs(y - y_hat)))


def rmse(y: Channel, y_hat: Channel) -> float:
    """Root mean squared error."""
    return float(np.sqrt(mse(y, y_hat)))


def nrmse(y: Channel, y_hat: Channel) -> float:
    """Root mean squared error, in standard deviations of the true values."""
    return _ratio(rmse(y, y_hat), float(y.std()))


def marre(y: Channel, y_hat: Channel) -> float:
    r"""Mean absolute error in percent of the range, $100 \langle |y - \hat y| \rangle / (\max y - \min y)$."""
    return 100 * _ratio(mae(y, y_hat), float(np.ptp(y)))


def r2(y: Channel, y_hat: Channel) -> float:
    """Coefficient of determination: 1 minus the mean squared error divided by the variance; 1 is perfect."""
    return 1 - _ratio(mse(y, y_hat), float(y.var()))


def rmsle(y: Channel, y_hat: Channel) -> float:
    r"""Root mean squared error of $\log(1 + y - m)$, with $m$ the smallest of all true values and forecasts."""
    low = min(y.min(), y_hat.min())
    return rmse(np.log1p(y - low), np.log1p(y_hat - low))


def smape(y: Channel, y_hat: Channel) -> float:
    r"""Symmetric percentage error $200 \langle |y - \hat y| / (|y| + |\hat y|) \rangle$, at most 200."""
    size = np.abs(y) + np.abs(y_hat)
    return float(200 * np.mean(np.divide(np.abs(y - y_hat), size, out=np.zeros_like(size), where=size > 0)))


def mape(y: Channel, y_hat: Channel) -> float:
    r"""Percentage error $100 \langle |(y - \hat y) / y| \rangle$; infinite where a value is 0."""
    return float(100 * np.mean([_ratio(abs(e), abs(size)) for e, size in zip(y - y_hat, y, strict=True)]))


def wape(y: Channel, y_hat: Channel) -> float:
    r"""Weighted percentage error $100 \sum |y - \hat y| / \sum |y|$."""
    return 100 * _ratio(float(np.abs(y - y_hat).sum()), float(np.abs(y).sum()))


def coefficient_of_variation(y: Channel, y_hat: Channel) -> float:
    r"""$100\, \mathrm{RMSE} / \langle y \rangle$, with the sign of the mean."""
    return 100 * _ratio(rmse(y, y_hat), float(y.mean()))


def pearson(y: Channel, y_hat: Channel) -> float:
    """Pearson correlation; 0 if one of the two is constant."""
    from scipy.stats import pearsonr

    return _correlation(pearsonr, y, y_hat)


def spearman(y: Channel, y_hat: Channel) -> float:
    """Spearman correlation of the ranks; 0 if one of the two is constant."""
    from scipy.stats import spearmanr

    return _correlation(spearmanr, y, y_hat)


def kendall(y: Channel, y_hat: Channel) -> float:
    r"""Kendall's $\tau$: the share of pairs in the same order minus that in opposite order; 0 if one is constant."""
    from scipy.stats import kendalltau

    return _correlation(kendalltau, y, y_hat)


def mutual_information(y: Channel, y_hat: Channel) -> float:
    """Mutual information of true values and forecasts, in nats, estimated from three nearest neighbors."""
    RIVAL_LIBRARIES.check("sklearn", place="mutual information")
    from sklearn.feature_selection import mutual_info_regression

    if len(y) <= _NEIGHBOURS or np.ptp(y) == 0 or np.ptp(y_hat) == 0:
        return 0.0
    return float(mutual_info_regression(y_hat[:, None], y, n_neighbors=_NEIGHBOURS, random_state=0)[0])


METRICS: dict[str, MeasureSpec] = {
    metric.name: metric
    for metric in (
        MeasureSpec(
            "symmetric percentage error",
            smape,
            name="smape",
            better="lower",
            meaning="error in percent of the size of the values; 0 is perfect, 200 the worst",
        ),
        MeasureSpec(
            "mean squared error",
            mse,
            name="mse",
            better="lower",
            meaning="squared error in the units of the data; 0 is perfect",
        ),
        MeasureSpec(
            "root mean squared error",
            rmse,
            name="rmse",
            better="lower",
            meaning="error in the units of the data; 0 is perfect",
        ),
        MeasureSpec(
            "normalised error",
            nrmse,
            name="nrmse",
            better="lower",
            meaning="error in standard deviations; 0 is perfect, 1 is no better than forecasting the mean",
        ),
        MeasureSpec(
            "mean absolute error",
            mae,
            name="mae",
            better="lower",
            meaning="error in the units of the data; 0 is perfect",
        ),
        MeasureSpec(
            "percentage error",
            mape,
            name="mape",
            better="lower",
            meaning="error in percent of the true values; infinite where one is 0",
        ),
        MeasureSpec(
            "weighted percentage error",
            wape,
            name="wape",
            better="lower",
            meaning="sum of the errors in percent of the sum of the true values",
        ),
        MeasureSpec(
            "error in percent of the range",
            marre,
            name="marre",
            better="lower",
            meaning="error in percent of the range of the true values; 0 is perfect",
        ),
        MeasureSpec(
            "error of the logarithms",
            rmsle,
            name="rmsle",
            better="lower",
            meaning="error of the logarithms, which counts ratios; 0 is perfect",
        ),
        MeasureSpec(
            "coefficient of determination",
            r2,
            name="r2",
            better="higher",
            meaning="share of the variance that is explained; 1 is perfect, 0 is no better than forecasting the mean",
        ),
        MeasureSpec(
            "coefficient of variation",
            coefficient_of_variation,
            name="coefficient_of_variation",
            better="lower",
            meaning="error in percent of the mean; 0 is perfect",
        ),
        MeasureSpec(
            "Pearson correlation",
            pearson,
            name="pearson",
            better="higher",
            meaning="correlation of forecast and truth; 1 is perfect",
        ),
        MeasureSpec(
            "Spearman correlation",
            spearman,
            name="spearman",
            better="higher",
            meaning="correlation of the ranks; 1 is perfect",
        ),
        MeasureSpec(
            "Kendall's tau",
            kendall,
            name="kendall",
            better="higher",
            meaning="share of pairs in the right order minus that in the wrong one; 1 is perfect",
        ),
        MeasureSpec(
            "mutual information",
            mutual_information,
            name="mutual_information",
            better="higher",
            meaning="information of the forecasts about the true values, in nats",
        ),
    )
}


def forecast_metrics(y: Float[np.ndarray, "time obs"], y_hat: Float[np.ndarray, "time obs"]) -> dict[str, float]:
    """Compute all pointwise metrics of a forecast, averaged over channels.

    Args:
        y: The true values.
        y_hat: The forecasts. If one of them is not finite, all metrics have their worst value.

    Returns:
        The value of each metric, by its name in `METRICS`.

    Example:
        >>> y = np.array([[1.0], [2.0], [3.0]])
        >>> found = forecast_metrics(y, y + 1)
        >>> found["mse"], found["marre"], round(found["smape"], 1), round(found["pearson"], 6)
        (1.0, 50.0, 45.1, 1.0)
    """
    if not np.isfinite(y_hat).all():
        return {name: worst(metric.better) for name, metric in METRICS.items()} | {"smape": 200.0}
    y, y_hat = np.asarray(y, np.float64), np.asarray(y_hat, np.float64)
    return {
        name: float(np.mean([metric.implementation(a, b) for a, b in zip(y.T, y_hat.T, strict=True)]))
        for name, metric in METRICS.items()
    }


def _ratio(numerator: float, denominator: float) -> float:
    if denominator != 0:
        return numerator / denominator
    return 0.0 if numerator == 0 else np.inf


def _correlation(measure: Callable[..., tuple[float, float]], y: Channel, y_hat: Channel) -> float:
    if np.ptp(y) == 0 or np.ptp(y_hat) == 0:
        return 0.0
    return float(measure(y, y_hat)[0])
