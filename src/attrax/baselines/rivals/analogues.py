"""Method of analogues: forecasts from the most similar parts of the training recording."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.regression import lagged
from attrax.baselines.rival_spec import RivalSpec
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.series import Dataset


def fit_analogues(train: Dataset, *, neighbours: int = 5, seed: int = 0) -> Forecaster:
    """Fit the method of analogues: the next step is that of the most similar parts of the recording.

    It averages the steps that followed the nearest neighbours, weighted by 1 / distance.

    Args:
        train: Recordings.
        neighbours: Number of neighbours. Raise it for noisy recordings.
        seed: Selects training examples where there are too many.

    References:
        Lorenz, Atmospheric predictability as revealed by naturally occurring analogues, J. Atmos. Sci. 1969
            [@lorenz1969].
    """
    RIVAL_LIBRARIES.check("sklearn", place="the method analogues")
    from sklearn.neighbors import KNeighborsRegressor

    return lagged(train, KNeighborsRegressor(neighbours, weights="distance"), relative=True, seed=seed)


SPEC = RivalSpec("analogues", fit_analogues, variants=({}, {"neighbours": 2}, {"neighbours": 15}))
