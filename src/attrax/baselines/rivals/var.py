"""Vector autoregression (VAR) with an order selected from the data."""

from attrax.baselines.rival_spec import RivalSpec
from attrax.baselines.var import VectorAutoregression
from attrax.baselines.var_fit import fit_var
from attrax.data.series import Dataset


def fit_autoregression(train: Dataset, *, seed: int = 0) -> VectorAutoregression:
    """Fit a vector autoregression: the next row is a linear function of the last rows of all channels, plus noise.

    Args:
        train: Recordings.
        seed: Not used.

    References:
        Lütkepohl, New introduction to multiple time series analysis, Springer 2005 [@lutkepohl2005].
    """
    del seed
    return fit_var(train)


SPEC = RivalSpec("vector autoregression", fit_autoregression)
