"""Boosted regression trees."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.regression import lagged
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_gradient_boosting(train: Dataset, *, learning_rate: float = 0.1, seed: int = 0) -> Forecaster:
    """The step to the next row by boosted regression trees.

    References: [@friedman2001].
    """
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.multioutput import MultiOutputRegressor

    estimator = HistGradientBoostingRegressor(learning_rate=learning_rate, random_state=seed)
    several = train[0].obs_dim > 1
    return lagged(train, MultiOutputRegressor(estimator) if several else estimator, relative=True, seed=seed)


SPEC = RivalSpec(
    "gradient boosting",
    fit_gradient_boosting,
    variants=({}, {"learning_rate": 0.05}, {"learning_rate": 0.3}),
)
