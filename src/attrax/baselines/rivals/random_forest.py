"""Random forest of regression trees."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.regression import lagged
from attrax.baselines.rival_spec import RivalSpec
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.series import Dataset


def fit_random_forest(train: Dataset, *, max_features: float = 0.5, seed: int = 0) -> Forecaster:
    """Fit a random forest to the difference between the next row and the last one.

    Args:
        train: Recordings.
        max_features: Share of the features that each split of a tree may use.
        seed: Seed of the forest.

    References:
        Breiman, Random forests, Machine Learning 2001 [@breiman2001].
    """
    RIVAL_LIBRARIES.check("sklearn", place="the method random-forest")
    from sklearn.ensemble import RandomForestRegressor

    estimator = RandomForestRegressor(100, min_samples_leaf=2, max_features=max_features, random_state=seed)
    return lagged(train, estimator, relative=True, seed=seed)


SPEC = RivalSpec("random forest", fit_random_forest, variants=({}, {"max_features": 0.2}, {"max_features": 1.0}))
