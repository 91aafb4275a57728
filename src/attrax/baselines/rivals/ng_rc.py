"""Next-generation reservoir computer: regression on quadratic functions of a few lagged rows."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.regression import lagged, lags_of
from attrax.baselines.rival_spec import RivalSpec
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.series import Dataset


def fit_ngrc(train: Dataset, *, ridge: float = 30.0, seed: int = 0) -> Forecaster:
    """Fit a next-generation reservoir computer: the next row is quadratic in a few last rows, by ridge regression.

    Args:
        train: Recordings.
        ridge: Penalty on the squared coefficients. Raise it if forecasts diverge.
        seed: Selects training examples where there are too many.

    References:
        Gauthier et al., Next generation reservoir computing, Nature Communications 2021 [@gauthier2021].
    """
    RIVAL_LIBRARIES.check("sklearn", place="the method ng-rc")
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures

    lags = max(2, 12 // train[0].obs_dim)
    stride = max(1, lags_of(train) // lags)
    estimator = make_pipeline(PolynomialFeatures(2), Ridge(ridge))
    return lagged(train, estimator, relative=False, seed=seed, lags=lags, stride=stride)


SPEC = RivalSpec("next-generation reservoir", fit_ngrc, variants=({}, {"ridge": 1.0}, {"ridge": 1e-2}))
