"""attrax as a method in its own benchmark: short trainings, with delay embedding if there are few channels."""

from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.regression import lags_of
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.embedding.delay_embedding import embed, newest_columns
from attrax.data.series import Dataset
from attrax.models.model import Model
from attrax.reading.load import load
from attrax.reconstruct.settings.configuration import Config, configure
from attrax.runs.job import learn_all

ENOUGH_CHANNELS = 3
DELAYS = 5
SHORTEST_WINDOW, LONGEST_WINDOW = 10, 50


def own_settings(train: Dataset, *, alpha: float | None = None, updates: int = 30_000, seed: int = 0) -> dict[str, Any]:
    """The settings of attrax in the benchmark: those of `attrax.fit`, except for what follows from the contest.

    - `data.in_sample`: all rows of `train` are used for training, because the benchmark has separate test data.
    - `data.force`: short recordings are used, where `attrax.fit` would ask for more rows.
    - `data.lags`: one channel is seldom a full state, and no user chooses delays.
    - `hidden_dim`, `updates`, `restarts`, `window`: ten seconds on one core for a fit, where the defaults take minutes.
      The window is also shorter if there are few rows.
    - `tune.settings`: no probes, for the same reason.

    Args:
        train: Training recordings; they may be short.
        alpha: Forcing strength; the default one if not given.
        updates: Number of parameter updates.
        seed: Seed of the training.
    """
    window = min(LONGEST_WINDOW, max(SHORTEST_WINDOW, len(train.longest) // 4))
    given = {} if alpha is None else {"forcing": {"alpha": alpha}}
    return {
        "seed": seed,
        "data": {"in_sample": True, "force": True, "lags": _lags(train), "embed": "none"},
        "model": {"dynamics": {"hidden_dim": 50}},
        "train": {"updates": updates, "restarts": 1, "window": window} | given,
        "tune": {"settings": []},
    }


def learn_own(
    train: Dataset, *, alpha: float | None = None, updates: int = 30_000, seed: int = 0
) -> tuple[Config, Model]:
    """The complete configuration and the model of the entry: the recipe of `attrax.fit` with `own_settings`.

    Arguments are those of `own_settings`.
    """
    config = configure(overrides=own_settings(train, alpha=alpha, updates=updates, seed=seed))
    config, learned, _ = learn_all(config, train)
    return config, learned.model


def fit_attrax(train: Dataset, *, alpha: float | None = None, updates: int = 30_000, seed: int = 0) -> Forecaster:
    """Train a clipped shallow PLRNN by generalized teacher forcing, on the channels or on their delay embedding.

    Training is that of `attrax.fit` with `own_settings`; the arguments are those of `own_settings`.

    References:
        Hess et al., Generalized teacher forcing for learning chaotic dynamics, ICML 2023 [@hess2023].
    """
    return forecaster_of(*learn_own(train, alpha=alpha, updates=updates, seed=seed))


def forecaster_of(config: Config, model: Model) -> Forecaster:
    """A model of channels or of their delays as one that continues the channels."""
    lags = config.data.lags or (0,)
    newest = newest_columns(lags)

    def path(contexts: Float[np.ndarray, "start reach obs"], n: int) -> Float[np.ndarray, "start n obs"]:
        states = np.stack([embed(load(x)[0], lags).x[-1:] for x in contexts])
        return np.stack([run.x[:, newest] for run in model.simulate_many(states, n)])

    return Forecaster(path, max(lags) + 1)


def _lags(train: Dataset) -> tuple[int, ...]:
    """Delays over a third of a cycle, if there are fewer than three channels; else none."""
    if train[0].obs_dim >= ENOUGH_CHANNELS:
        return ()
    spacing = max(1, lags_of(train) // (DELAYS + 1))
    return tuple(spacing * k for k in range(DELAYS))


OWN: dict[str, RivalSpec] = {
    "attrax": RivalSpec("attrax, clipped shallow PLRNN", fit_attrax, variants=({}, {"alpha": 0.4})),
}
