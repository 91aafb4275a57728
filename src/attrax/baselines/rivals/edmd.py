"""Extended dynamic mode decomposition (EDMD)."""

import numpy as np

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.operators import koopman
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_edmd(train: Dataset, *, leading: int = 8, seed: int = 0) -> Forecaster:
    """Fit extended DMD: the operator acts on all quadratic functions of the leading principal components.

    Args:
        train: Recordings.
        leading: Number of principal components of the delay vectors. The number of functions grows with its square.
        seed: Selects training examples where there are too many.

    References:
        Williams, Kevrekidis and Rowley, A data-driven approximation of the Koopman operator, J. Nonlinear Sci. 2015
            [@williams2015].
    """
    return koopman(train, leading, largest_residual=np.inf, seed=seed)


SPEC = RivalSpec("extended DMD", fit_edmd, variants=({}, {"leading": 4}, {"leading": 12}))
