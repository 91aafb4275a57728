"""Diagonal linear state-space model (S4D)."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.networks.diagonal_state_space import StateSpaceModel
from attrax.baselines.networks.network_training import train_network
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_state_space(train: Dataset, *, learning_rate: float = 3e-3, seed: int = 0) -> Forecaster:
    """Train a diagonal state-space model (S4D) to forecast the next rows from the last ones.

    Args:
        train: Recordings.
        learning_rate: Largest learning rate. Lower it if training is unstable.
        seed: Seed of the initial weights and of the batches.

    References:
        Gu et al., On the parameterization and initialization of diagonal state space models, NeurIPS 2022
            [@gu2022].
    """
    return train_network(StateSpaceModel.create, train, learning_rate=learning_rate, seed=seed)


SPEC = RivalSpec("diagonal state-space model", fit_state_space, variants=({}, {"learning_rate": 1e-3}), network=True)
