"""Extended dynamic mode decomposition."""

import numpy as np

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.operators import koopman
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_edmd(train: Dataset, *, leading: int = 8, seed: int = 0) -> Forecaster:
    """Extended DMD: the matrix acts on all quadratic functions of the leading delay coordinates.

    References: [@williams2015].
    """
    return koopman(train, leading, trusted=np.inf, seed=seed)


SPEC = RivalSpec("extended DMD", fit_edmd, variants=({}, {"leading": 4}, {"leading": 12}))
