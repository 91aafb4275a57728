"""A network of long short-term memories."""

import equinox as eqx

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.networks.network_training import train_network
from attrax.baselines.networks.recurrent import recurrent
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_lstm(train: Dataset, *, learning_rate: float = 3e-3, seed: int = 0) -> Forecaster:
    """A network of long short-term memories, trained to say the next rows from the last ones [@hochreiter1997]."""
    return train_network(recurrent(eqx.nn.LSTMCell, gates_state=True), train, learning_rate=learning_rate, seed=seed)


SPEC = RivalSpec("LSTM", fit_lstm, variants=({}, {"learning_rate": 1e-3}), network=True)
