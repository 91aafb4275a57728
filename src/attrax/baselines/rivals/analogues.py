"""Analogues: what followed the most similar stretches of the past."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.regression import lagged
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_analogues(train: Dataset, *, neighbours: int = 5, seed: int = 0) -> Forecaster:
    """Analogues: the step that followed the most similar stretches of the past, the nearer the more.

    References: [@lorenz1969].
    """
    from sklearn.neighbors import KNeighborsRegressor

    return lagged(train, KNeighborsRegressor(neighbours, weights="distance"), relative=True, seed=seed)


SPEC = RivalSpec("analogues", fit_analogues, variants=({}, {"neighbours": 2}, {"neighbours": 15}))
