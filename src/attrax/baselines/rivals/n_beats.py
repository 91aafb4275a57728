"""N-BEATS: a network of residual blocks."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.networks.blocks import n_beats
from attrax.baselines.networks.network_training import train_network
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_n_beats(train: Dataset, *, learning_rate: float = 3e-3, seed: int = 0) -> Forecaster:
    """Train N-BEATS, a network of residual blocks, to forecast the next rows from the last ones.

    Args:
        train: Recordings.
        learning_rate: Largest learning rate. Lower it if training is unstable.
        seed: Seed of the initial weights and of the batches.

    References:
        Oreshkin et al., N-BEATS: neural basis expansion analysis for time series forecasting, ICLR 2020
            [@oreshkin2020].
    """
    return train_network(n_beats, train, learning_rate=learning_rate, seed=seed)


SPEC = RivalSpec("N-BEATS", fit_n_beats, variants=({}, {"learning_rate": 1e-3}), network=True)
