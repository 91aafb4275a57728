"""Echo-state network, with reservoirpy: a random recurrent network; only its linear output is trained."""

import numpy as np
from jaxtyping import Float

from attrax.baselines.forecaster import LARGEST, Forecaster
from attrax.baselines.regression import lags_of
from attrax.baselines.rival_spec import RivalSpec
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.repair.interpolation import interpolated_values
from attrax.data.series import Dataset

UNITS = 500
MOST_ROWS = 20_000


def fit_echo_state(train: Dataset, *, radius: float = 0.9, leak: float = 0.5, seed: int = 0) -> Forecaster:
    """Fit an echo-state network of 500 leaky units; ridge regression gives the next row from their states.

    For forecasts of several steps the network gets its own predictions as input.

    Args:
        train: Recordings.
        radius: Spectral radius of the random connections. Below 1, past inputs fade.
        leak: Share by which a state changes in one step, from 0 to 1. Lower it for slow recordings.
        seed: Seed of the random connections.

    Raises: ConfigError C640 if reservoirpy is not installed.

    References:
        Jaeger and Haas, Harnessing nonlinearity, Science 2004 [@jaeger2004].
        Trouvain et al., ReservoirPy, ICANN 2020 [@trouvain2020].
    """
    washout = min(4 * lags_of(train), len(train.longest) // 4)
    orbits = [interpolated_values(series)[:MOST_ROWS] for series in train if len(series) > washout + 1]
    mean = np.concatenate(orbits).mean(axis=0)
    std = np.concatenate(orbits).std(axis=0) + 1e-12
    [nodes] = RIVAL_LIBRARIES.load("reservoirpy.nodes", place="echo-state")
    reservoir = nodes.Reservoir(units=UNITS, sr=radius, lr=leak, input_scaling=0.5, rc_connectivity=0.1, seed=seed)
    network = reservoir >> nodes.Ridge(ridge=1e-5)
    standardised = [(x - mean) / std for x in orbits]
    network.fit([z[:-1] for z in standardised], [z[1:] for z in standardised], warmup=washout)

    def go_on(z: Float[np.ndarray, "reach obs"], n: int) -> Float[np.ndarray, "n obs"]:
        network.reset()
        last, rows = network.run(z)[-1], []
        for _ in range(n):
            last = np.clip(last, -LARGEST, LARGEST)
            rows.append(last)
            last = network.step(last)
        return np.stack(rows)

    def path(contexts: Float[np.ndarray, "start reach obs"], n: int) -> Float[np.ndarray, "start n obs"]:
        return np.stack([go_on((x - mean) / std, n) for x in contexts]) * std + mean

    return Forecaster(path, max(washout, 1))


SPEC = RivalSpec(
    "echo-state network",
    fit_echo_state,
    variants=({}, {"radius": 1.2, "leak": 0.3}, {"radius": 0.5, "leak": 0.9}),
    needs="reservoirpy",
)
