"""Residual DMD: extended dynamic mode decomposition without spurious modes."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.operators import koopman
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset

LARGEST_RESIDUAL = 0.1
"""Eigenpairs with a larger relative residual than this are left out."""


def fit_residual_dmd(train: Dataset, *, leading: int = 8, seed: int = 0) -> Forecaster:
    """Fit residual DMD: extended DMD without eigenpairs that have a large residual and are therefore spurious.

    Args:
        train: Recordings.
        leading: Number of principal components of the delay vectors that are used.
        seed: Selects training examples where there are too many.

    References:
        Colbrook and Townsend, Rigorous data-driven computation of spectral properties of Koopman operators, Comm. Pure
            Appl. Math. 2024 [@colbrook2024].
    """
    return koopman(train, leading, largest_residual=LARGEST_RESIDUAL, seed=seed)


SPEC = RivalSpec("residual DMD", fit_residual_dmd, variants=({}, {"leading": 4}, {"leading": 12}))
