"""Dynamic mode decomposition (DMD)."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.operators import decomposed
from attrax.baselines.rival_spec import RivalSpec
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.series import Dataset

RANK = 20


def fit_dmd(train: Dataset, *, rank: int = RANK, seed: int = 0) -> Forecaster:
    """Fit dynamic mode decomposition to delay vectors.

    Args:
        train: Recordings.
        rank: Number of modes. Raise it for recordings with many frequencies.
        seed: Not used.

    Raises: ConfigError C640 if pydmd is not installed.

    References:
        Schmid, Dynamic mode decomposition of numerical and experimental data, J. Fluid Mech. 2010 [@schmid2010].
        Demo et al., PyDMD, J. Open Source Software 2018 [@demo2018].
    """
    del seed
    decompose = RIVAL_LIBRARIES.load("pydmd", place="dmd")[0].DMD
    return decomposed(train, lambda snapshots: decompose(svd_rank=rank, exact=True).fit(snapshots))


SPEC = RivalSpec("DMD", fit_dmd, variants=({}, {"rank": 10}, {"rank": 40}), needs="pydmd")
