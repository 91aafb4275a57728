"""Recurrent network of gated recurrent units (GRU)."""

import equinox as eqx

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.networks.network_training import train_network
from attrax.baselines.networks.recurrent import recurrent
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_gru(train: Dataset, *, learning_rate: float = 3e-3, seed: int = 0) -> Forecaster:
    """Train a network of gated recurrent units (GRU) to forecast the next rows from the last ones.

    Args:
        train: Recordings.
        learning_rate: Largest learning rate. Lower it if training is unstable.
        seed: Seed of the initial weights and of the batches.

    References:
        Cho et al., Learning phrase representations using RNN encoder-decoder, EMNLP 2014 [@cho2014].
    """
    return train_network(recurrent(eqx.nn.GRUCell), train, learning_rate=learning_rate, seed=seed)


SPEC = RivalSpec("GRU", fit_gru, variants=({}, {"learning_rate": 1e-3}), network=True)
