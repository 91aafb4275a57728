"""Echo-state network: a random recurrent network of which only the read-out is learned; thin over reservoirpy."""

import numpy as np
from jaxtyping import Float

from attrax.baselines.forecaster import LARGEST, Forecaster
from attrax.baselines.regression import lags_of
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.repair.interpolation import interpolated_values
from attrax.data.series import Dataset

UNITS = 500
MOST_ROWS = 20_000


def fit_echo_state(train: Dataset, *, radius: float = 0.9, leak: float = 0.5, seed: int = 0) -> Forecaster:
    """A leaky reservoir of 500 units with a ridge read-out of the next row, fed with its own predictions.

    References: [@jaeger2004], [@trouvain2020].
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
