"""Dynamic mode decomposition."""

from attrax.baselines.extra import required
from attrax.baselines.forecaster import Forecaster
from attrax.baselines.operators import decomposed
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_dmd(train: Dataset, *, rank: int = 20, seed: int = 0) -> Forecaster:
    """Dynamic mode decomposition of delay vectors.

    References: [@schmid2010], [@demo2018].
    """
    del seed
    decompose = required("pydmd", "DMD")
    return decomposed(train, lambda snapshots: decompose(svd_rank=rank, exact=True).fit(snapshots))


SPEC = RivalSpec("DMD", fit_dmd, variants=({}, {"rank": 10}, {"rank": 40}), needs="pydmd")
