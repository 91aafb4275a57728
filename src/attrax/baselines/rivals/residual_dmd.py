"""Extended dynamic mode decomposition without its spurious modes."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.operators import koopman
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset

TRUSTED = 0.1
"""Eigenpairs of which more than this share is no eigenpair at all are left out."""


def fit_residual_dmd(train: Dataset, *, leading: int = 8, seed: int = 0) -> Forecaster:
    """Extended DMD without the spurious part of its spectrum: eigenpairs with a large residual are left out.

    References: [@colbrook2024].
    """
    return koopman(train, leading, trusted=TRUSTED, seed=seed)


SPEC = RivalSpec("residual DMD", fit_residual_dmd, variants=({}, {"leading": 4}, {"leading": 12}))
