"""Trains all networks in the same way: mean squared error of the rows after a window, with Adam."""

from collections.abc import Callable
from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.baselines.forecaster import Forecaster, recursion
from attrax.baselines.regression import examples, lags_of
from attrax.data.series import Dataset
from attrax.optimise import AbstractObjective, Minibatches, Plan, fit
from attrax.optimise.objective import Facts

UPDATES = 600
BATCH = 32
AHEAD = 20
WARM_UP = 0.1
CLIP = 1.0
CHUNK = 200

Network = Callable[[Float[Array, "reach obs"]], Float[Array, "ahead obs"]]
Make = Callable[..., Network]
"""A function from `reach`, `ahead`, `obs_dim` and `key` to a network with random weights."""


class NextRows(AbstractObjective):
    """Objective: the mean squared error of the rows that a network forecasts after a window."""

    def init(self) -> None:
        """The objective has no state."""

    def __call__(
        self,
        model: Network,
        batch: tuple[Float[Array, "example reach obs"], Float[Array, "example ahead obs"]],
        state: None,
        key: PRNGKeyArray,
    ) -> tuple[Float[Array, ""], tuple[None, Facts]]:
        """The mean over examples, rows and channels."""
        del key
        windows, after = batch
        return jnp.mean((jax.vmap(_relative(model))(windows) - after) ** 2), (state, {})


def train_network(make: Make, train: Dataset, *, learning_rate: float, seed: int) -> Forecaster:
    """Train a network to forecast the next rows from the last ones, all relative to the last row.

    Args:
        make: Function that makes the network.
        train: The recordings.
        learning_rate: Largest learning rate; it rises during a tenth of the updates and then falls to 0 as a cosine.
        seed: Seed of the initial weights and of the batches.

    Cost: 600 updates with 32 windows each.
    """
    reach = 2 * lags_of(train)
    ahead = min(reach, AHEAD)
    windows, after = examples(train, reach, ahead, seed=seed)
    mean, std = windows.mean(axis=(0, 1)), windows.std(axis=(0, 1)) + 1e-12
    k_make, k_train = jax.random.split(jax.random.key(seed))
    network = make(reach=reach, ahead=ahead, obs_dim=windows.shape[2], key=k_make)
    inputs, targets = (jnp.asarray((array - mean) / std, jnp.float32) for array in (windows, after))
    batches = Minibatches((inputs, targets), BATCH)
    network = fit(network, NextRows(), batches, _plan(learning_rate), key=k_train).model
    apply = eqx.filter_jit(jax.vmap(_relative(network)))

    def predict(rows: Float[np.ndarray, "start reach obs"]) -> Float[np.ndarray, "start ahead obs"]:
        return np.asarray(apply(jnp.asarray((rows - mean) / std, jnp.float32)), np.float64) * std + mean

    return Forecaster(recursion(predict), reach)


def _relative(network: Network) -> Network:
    """The network on rows relative to the last one, so that it need not learn the level of a window."""
    return lambda window: window[-1] + network(window - window[-1])


@cache
def _plan(learning_rate: float) -> Plan:
    """The updates: Adam with clipped gradients, and a rate that rises and falls."""
    schedule = optax.warmup_cosine_decay_schedule(0.0, learning_rate, int(WARM_UP * UPDATES), UPDATES)
    return Plan(UPDATES, schedule, optax.chain(optax.clip_by_global_norm(CLIP), optax.scale_by_adam()), CHUNK)
