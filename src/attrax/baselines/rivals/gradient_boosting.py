"""Gradient-boosted regression trees."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.regression import lagged
from attrax.baselines.rival_spec import RivalSpec
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.series import Dataset


def fit_gradient_boosting(train: Dataset, *, learning_rate: float = 0.1, seed: int = 0) -> Forecaster:
    """Fit gradient-boosted regression trees to the difference between the next row and the last one.

    Args:
        train: Recordings.
        learning_rate: Weight of each new tree. Lower it for noisy recordings.
        seed: Seed of the estimator.

    References:
        Friedman, Greedy function approximation: a gradient boosting machine, Ann. Stat. 2001 [@friedman2001].
    """
    RIVAL_LIBRARIES.check("sklearn", place="the method gradient-boosting")
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.multioutput import MultiOutputRegressor

    estimator = HistGradientBoostingRegressor(learning_rate=learning_rate, random_state=seed)
    several = train[0].obs_dim > 1
    return lagged(train, MultiOutputRegressor(estimator) if several else estimator, relative=True, seed=seed)


SPEC = RivalSpec(
    "gradient boosting", fit_gradient_boosting, variants=({}, {"learning_rate": 0.05}, {"learning_rate": 0.3})
)
