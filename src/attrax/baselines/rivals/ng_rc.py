"""The next-generation reservoir: quadratic in a few lagged rows."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.regression import lagged, lags_of
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_ngrc(train: Dataset, *, ridge: float = 30.0, seed: int = 0) -> Forecaster:
    """Next-generation reservoir: the next row, quadratic in a few lagged rows, by ridge regression.

    References: [@gauthier2021].
    """
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures

    lags = max(2, 12 // train[0].obs_dim)
    stride = max(1, lags_of(train) // lags)
    estimator = make_pipeline(PolynomialFeatures(2), Ridge(ridge))
    return lagged(train, estimator, relative=False, seed=seed, lags=lags, stride=stride)


SPEC = RivalSpec("next-generation reservoir", fit_ngrc, variants=({}, {"ridge": 1.0}, {"ridge": 1e-2}))
