"""Temporal convolutional network (TCN)."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.networks.convolution import TemporalConvolution
from attrax.baselines.networks.network_training import train_network
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_tcn(train: Dataset, *, learning_rate: float = 3e-3, seed: int = 0) -> Forecaster:
    """Train a temporal convolutional network (TCN) to forecast the next rows from the last ones.

    Args:
        train: Recordings.
        learning_rate: Largest learning rate. Lower it if training is unstable.
        seed: Seed of the initial weights and of the batches.

    References:
        Bai, Kolter and Koltun, An empirical evaluation of generic convolutional and recurrent networks, 2018
            [@bai2018].
    """
    return train_network(TemporalConvolution.create, train, learning_rate=learning_rate, seed=seed)


SPEC = RivalSpec("temporal convolution", fit_tcn, variants=({}, {"learning_rate": 1e-3}), network=True)
