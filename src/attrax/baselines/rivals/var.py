"""Vector autoregression, whose order the recording decides."""

from attrax.baselines.rival_spec import RivalSpec
from attrax.baselines.var import VectorAutoregression
from attrax.baselines.var_fit import fit_var
from attrax.data.series import Dataset


def fit_autoregression(train: Dataset, *, seed: int = 0) -> VectorAutoregression:
    """The next row, linear in the last rows of all channels, with noise as it was found."""
    del seed
    return fit_var(train)


SPEC = RivalSpec("vector autoregression", fit_autoregression)
