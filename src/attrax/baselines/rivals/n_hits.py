"""N-HiTS: residual blocks at several rates."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.networks.blocks import n_hits
from attrax.baselines.networks.network_training import train_network
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_n_hits(train: Dataset, *, learning_rate: float = 3e-3, seed: int = 0) -> Forecaster:
    """N-HiTS: residual blocks at several rates, trained to say the next rows from the last ones [@challu2023]."""
    return train_network(n_hits, train, learning_rate=learning_rate, seed=seed)


SPEC = RivalSpec("N-HiTS", fit_n_hits, variants=({}, {"learning_rate": 1e-3}), network=True)
