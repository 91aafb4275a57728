"""N-HiTS: a network of residual blocks with several time resolutions."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.networks.blocks import n_hits
from attrax.baselines.networks.network_training import train_network
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_n_hits(train: Dataset, *, learning_rate: float = 3e-3, seed: int = 0) -> Forecaster:
    """Train N-HiTS, residual blocks with several time resolutions, to forecast the next rows from the last ones.

    Args:
        train: Recordings.
        learning_rate: Largest learning rate. Lower it if training is unstable.
        seed: Seed of the initial weights and of the batches.

    References:
        Challu et al., N-HiTS: neural hierarchical interpolation for time series forecasting, AAAI 2023
            [@challu2023].
    """
    return train_network(n_hits, train, learning_rate=learning_rate, seed=seed)


SPEC = RivalSpec("N-HiTS", fit_n_hits, variants=({}, {"learning_rate": 1e-3}), network=True)
