"""Optimized dynamic mode decomposition (BOP-DMD)."""

from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.operators import decomposed
from attrax.baselines.rival_spec import RivalSpec
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.series import Dataset


def fit_bop_dmd(train: Dataset, *, rank: int = 10, seed: int = 0) -> Forecaster:
    """Fit optimized DMD: exponentials in time, fitted to all delay vectors at once, so that noise adds no false decay.

    Args:
        train: Recordings.
        rank: Number of modes.
        seed: Not used.

    Raises: ConfigError C640 if pydmd is not installed.

    References:
        Sashidhar and Kutz, Bagging, optimized dynamic mode decomposition, Phil. Trans. R. Soc. A 2022
            [@sashidhar2022].
        Demo et al., PyDMD, J. Open Source Software 2018 [@demo2018].
    """
    del seed
    decompose = RIVAL_LIBRARIES.load("pydmd", place="bop-dmd")[0].BOPDMD

    def fitted(snapshots: Float[np.ndarray, "feature time"]) -> Any:
        model = decompose(svd_rank=rank, num_trials=0, eig_constraints={"stable"})
        return model.fit(snapshots, np.arange(snapshots.shape[1]))

    return decomposed(train, fitted, logarithms=True)


SPEC = RivalSpec("BOP-DMD", fit_bop_dmd, variants=({}, {"rank": 6}, {"rank": 16}), needs="pydmd")
