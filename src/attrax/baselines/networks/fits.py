"""The networks as rivals."""

import equinox as eqx

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.networks.attention import Transformer
from attrax.baselines.networks.blocks import n_beats, n_hits
from attrax.baselines.networks.convolution import TemporalConvolution
from attrax.baselines.networks.diagonal_state_space import StateSpaceModel
from attrax.baselines.networks.network_training import train_network
from attrax.baselines.networks.ode import NeuralODE
from attrax.baselines.networks.recurrent import Elman, recurrent
from attrax.data.series import Dataset

NETWORKS = {
    "rnn": recurrent(Elman),
    "lstm": recurrent(eqx.nn.LSTMCell, gates_state=True),
    "gru": recurrent(eqx.nn.GRUCell),
    "tcn": TemporalConvolution.create,
    "transformer": Transformer.create,
    "n-beats": n_beats,
    "n-hits": n_hits,
    "state-space": StateSpaceModel.create,
    "neural-ode": NeuralODE.create,
}


def fit_network(train: Dataset, *, name: str, learning_rate: float = 3e-3, seed: int = 0) -> Forecaster:
    """The network of that name, trained."""
    return train_network(NETWORKS[name], train, learning_rate=learning_rate, seed=seed)
