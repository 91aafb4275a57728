"""Optimised dynamic mode decomposition."""

from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.baselines.extra import required
from attrax.baselines.forecaster import Forecaster
from attrax.baselines.operators import decomposed
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_bop_dmd(train: Dataset, *, rank: int = 10, seed: int = 0) -> Forecaster:
    """Optimised DMD: exponentials fitted to the delay vectors as a whole, so that noise does not bias their decay.

    References: [@sashidhar2022], [@demo2018].
    """
    del seed
    decompose = required("pydmd", "BOPDMD")

    def fitted(snapshots: Float[np.ndarray, "feature time"]) -> Any:
        model = decompose(svd_rank=rank, num_trials=0, eig_constraints={"stable"})
        return model.fit(snapshots, np.arange(snapshots.shape[1]))

    return decomposed(train, fitted, logarithms=True)


SPEC = RivalSpec("BOP-DMD", fit_bop_dmd, variants=({}, {"rank": 6}, {"rank": 16}), needs="pydmd")
