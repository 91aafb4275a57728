"""Neural ordinary differential equation (neural ODE)."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.networks.network_training import train_network
from attrax.baselines.networks.ode import NeuralODE
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_neural_ode(train: Dataset, *, learning_rate: float = 3e-3, seed: int = 0) -> Forecaster:
    """Train a neural ordinary differential equation to forecast the next rows from the last ones.

    Args:
        train: Recordings.
        learning_rate: Largest learning rate. Lower it if training is unstable.
        seed: Seed of the initial weights and of the batches.

    References:
        Chen et al., Neural ordinary differential equations, NeurIPS 2018 [@chen2018].
    """
    return train_network(NeuralODE.create, train, learning_rate=learning_rate, seed=seed)


SPEC = RivalSpec("neural ODE", fit_neural_ode, variants=({}, {"learning_rate": 1e-3}), network=True)
