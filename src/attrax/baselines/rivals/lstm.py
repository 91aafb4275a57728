"""Recurrent network with long short-term memory (LSTM)."""

import equinox as eqx

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.networks.network_training import train_network
from attrax.baselines.networks.recurrent import recurrent
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_lstm(train: Dataset, *, learning_rate: float = 3e-3, seed: int = 0) -> Forecaster:
    """Train a network with long short-term memory (LSTM) to forecast the next rows from the last ones.

    Args:
        train: Recordings.
        learning_rate: Largest learning rate. Lower it if training is unstable.
        seed: Seed of the initial weights and of the batches.

    References:
        Hochreiter and Schmidhuber, Long short-term memory, Neural Computation 1997 [@hochreiter1997].
    """
    return train_network(recurrent(eqx.nn.LSTMCell, gates_state=True), train, learning_rate=learning_rate, seed=seed)


SPEC = RivalSpec("LSTM", fit_lstm, variants=({}, {"learning_rate": 1e-3}), network=True)
