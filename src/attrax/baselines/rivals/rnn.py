"""Recurrent neural network (Elman network)."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.networks.network_training import train_network
from attrax.baselines.networks.recurrent import ElmanCell, recurrent
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_rnn(train: Dataset, *, learning_rate: float = 3e-3, seed: int = 0) -> Forecaster:
    """Train a recurrent neural network (Elman network) to forecast the next rows from the last ones.

    Args:
        train: Recordings.
        learning_rate: Largest learning rate. Lower it if training is unstable.
        seed: Seed of the initial weights and of the batches.

    References:
        Elman, Finding structure in time, Cognitive Science 1990 [@elman1990].
    """
    return train_network(recurrent(ElmanCell), train, learning_rate=learning_rate, seed=seed)


SPEC = RivalSpec("recurrent network", fit_rnn, variants=({}, {"learning_rate": 1e-3}), network=True)
