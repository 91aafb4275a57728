"""attrax itself in the arena: short trainings of the main job, with delays where there are too few channels."""

import numpy as np
from jaxtyping import Float

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.regression import lags_of
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.diagnosis.cycle_count import rows_per_cycle
from attrax.data.embedding.delay_embedding import copies, embed
from attrax.data.reading.load import load
from attrax.data.series import Dataset
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.console import Console
from attrax.runs.job import learn

ENOUGH_CHANNELS = 3
DELAYS = 5


def fit_attrax(train: Dataset, *, alpha: float | None = None, updates: int = 30_000, seed: int = 0) -> Forecaster:
    """A clipped shallow PLRNN by generalized teacher forcing, of the channels or of their delays.

    References: [@hess2023].
    """
    obs_dim = train[0].obs_dim
    lags = _lags(train) if obs_dim < ENOUGH_CHANNELS else (0,)
    dataset = embed(train, lags)
    given = {} if alpha is None else {"forcing": {"alpha": alpha}}
    window = int(min(50, max(10, len(dataset.longest) // 4)))
    settings = {
        "seed": seed,
        "model": {"dynamics": {"hidden_dim": 50}},
        "train": {"updates": updates, "restarts": 1, "window": window, "candidates": 4} | given,
        "evaluate": {"starts": 2},
    }
    config = configure(overrides=settings).complete(dataset[0].obs_dim, rows_per_cycle(dataset))
    model = learn(config, dataset, Console(quiet=True)).model
    newest = copies(lags, max(lags))

    def path(contexts: Float[np.ndarray, "start reach obs"], n: int) -> Float[np.ndarray, "start n obs"]:
        states = np.stack([embed(load(x)[0], lags).x[-1:] for x in contexts])
        return np.stack([run.x[:, newest] for run in model.simulate_many(states, n)])

    return Forecaster(path, max(lags) + 1)


def _lags(train: Dataset) -> tuple[int, ...]:
    """Delays that reach over a third of a cycle."""
    spacing = max(1, lags_of(train) // (DELAYS + 1))
    return tuple(spacing * k for k in range(DELAYS))


OWN: dict[str, RivalSpec] = {
    "attrax": RivalSpec("attrax, clipped shallow PLRNN", fit_attrax, variants=({}, {"alpha": 0.4})),
}
