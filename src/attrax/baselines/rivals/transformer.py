"""Transformer: a network with self-attention."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.networks.attention import Transformer
from attrax.baselines.networks.network_training import train_network
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_transformer(train: Dataset, *, learning_rate: float = 3e-3, seed: int = 0) -> Forecaster:
    """Train a transformer to forecast the next rows from the last ones.

    Args:
        train: Recordings.
        learning_rate: Largest learning rate. Lower it if training is unstable.
        seed: Seed of the initial weights and of the batches.

    References:
        Vaswani et al., Attention is all you need, NeurIPS 2017 [@vaswani2017].
    """
    return train_network(Transformer.create, train, learning_rate=learning_rate, seed=seed)


SPEC = RivalSpec("transformer", fit_transformer, variants=({}, {"learning_rate": 1e-3}), network=True)
