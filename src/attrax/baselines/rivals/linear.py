"""Linear regression on lagged rows."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.regression import lagged
from attrax.baselines.rival_spec import RivalSpec
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.series import Dataset


def fit_linear(train: Dataset, *, ridge: float = 1e-6, seed: int = 0) -> Forecaster:
    """Fit a linear map from the last rows of all channels to the next row, by ridge regression.

    Args:
        train: Recordings.
        ridge: Penalty on the squared coefficients. Raise it for short or noisy recordings.
        seed: Selects training examples where there are too many.
    """
    RIVAL_LIBRARIES.check("sklearn", place="the method linear")
    from sklearn.linear_model import Ridge

    return lagged(train, Ridge(ridge), relative=False, seed=seed)


SPEC = RivalSpec("linear regression on lags", fit_linear, variants=({}, {"ridge": 1e-1}, {"ridge": 10.0}))
