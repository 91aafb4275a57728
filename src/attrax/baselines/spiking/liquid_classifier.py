"""`LiquidClassifier`: tells series apart by the numbers of spikes that they cause in a liquid."""

from collections.abc import Iterator
from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int
from scipy.optimize import minimize

from attrax.baselines.spiking.liquid import Liquid
from attrax.baselines.spiking.plasticity import AstrocytePlasticity

TOGETHER = 50
"""Number of series that are computed at once."""
SHRINKAGE = 1e-3


@dataclass(frozen=True, eq=False)
class LiquidClassifier:
    r"""A liquid with a linear softmax of its spike counts, each over the sum of all.

    Args:
        liquid: The liquid, with the weights from which every series starts.
        plasticity: How its weights change during a series; None if they do not.
        weights: Weights of the softmax, of standardized counts, with offsets in the last row.
        mean: Mean of each count in the training series.
        std: Its standard deviation.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> labels = np.arange(20) % 2
        >>> spikes = (rng.random((20, 60, 4)) < np.where(labels, 0.2, 0.6)[:, None, None]).astype(float)
        >>> found = LiquidClassifier.fit(Liquid.create((3, 3, 3), inputs=4, seed=0), spikes, labels)
        >>> found.predict(spikes).shape
        (20,)

    References:
        Ivanov & Michmizos, Increasing liquid state machine performance with edge-of-chaos dynamics organized by
        astrocyte-modulated plasticity, NeurIPS 2021 [@ivanov2021].
    """

    liquid: Liquid
    plasticity: AstrocytePlasticity | None
    weights: Float[np.ndarray, "feature label"]
    mean: Float[np.ndarray, " neuron"]
    std: Float[np.ndarray, " neuron"]

    @classmethod
    def fit(
        cls,
        liquid: Liquid,
        inputs: Float[np.ndarray, "series time input"],
        labels: Int[np.ndarray, " series"],
        plasticity: AstrocytePlasticity | None = None,
    ) -> "LiquidClassifier":
        """Fit the softmax; the liquid is not trained.

        Args:
            liquid: The liquid, warmed up if there is plasticity (`Liquid.warmed_up`).
            inputs: Spikes of the inputs for each series.
            labels: The label of each series, a number from 0 on.
            plasticity: How the weights of the liquid change during a series.

        Cost: Two updates of all synapses for each ms of each series; half a second for 100 series of 250 ms and 216
            neurons.
        """
        counts = normalized_counts(liquid, inputs, plasticity)
        mean, std = counts.mean(axis=0), counts.std(axis=0) + 1e-9
        return cls(liquid, plasticity, softmax_weights((counts - mean) / std, labels), mean, std)

    def predict(self, inputs: Float[np.ndarray, "series time input"]) -> Int[np.ndarray, " series"]:
        """The most likely label of each series.

        Args:
            inputs: Spikes of the inputs for each series.
        """
        counts = normalized_counts(self.liquid, inputs, self.plasticity)
        return most_likely((counts - self.mean) / self.std, self.weights)


def liquid_spikes(
    liquid: Liquid, inputs: Float[np.ndarray, "series time input"], plasticity: AstrocytePlasticity | None
) -> Iterator[Float[np.ndarray, "part time neuron"]]:
    """The spikes of a liquid for each of many series, in parts of 50, so that they need not be stored all at once.

    Args:
        liquid: The liquid; every series starts from its weights and at rest.
        inputs: Spikes of the inputs.
        plasticity: How weights change during a series.
    """
    for first in range(0, len(inputs), TOGETHER):
        yield np.asarray(_spikes(liquid, jnp.asarray(inputs[first : first + TOGETHER], jnp.float32), plasticity))


def normalized_counts(
    liquid: Liquid, inputs: Float[np.ndarray, "series time input"], plasticity: AstrocytePlasticity | None
) -> Float[np.ndarray, "series neuron"]:
    """The number of spikes of each neuron over that of all neurons, for each series.

    Args:
        liquid: The liquid.
        inputs: Spikes of the inputs.
        plasticity: How weights change during a series.
    """
    counts = np.concatenate([spikes.sum(axis=1) for spikes in liquid_spikes(liquid, inputs, plasticity)])
    return shares(counts)


def shares(counts: Float[np.ndarray, "series source"]) -> Float[np.ndarray, "series source"]:
    """Counts over their sum in each series.

    Args:
        counts: Numbers of spikes.
    """
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0), np.float64)


def softmax_weights(
    features: Float[np.ndarray, "series source"], labels: Int[np.ndarray, " series"], shrinkage: float = SHRINKAGE
) -> Float[np.ndarray, "feature label"]:
    r"""The weights of a softmax: the minimum of the mean of $-\ln P$ plus `shrinkage` times the squared weights.

    Args:
        features: Standardized features.
        labels: The labels, numbers from 0 on.
        shrinkage: Larger values give smaller weights.
    """
    x = np.concatenate([features, np.ones((len(features), 1))], axis=1)
    one_hot = np.eye(int(labels.max()) + 1)[labels]

    def loss(flat: Float[np.ndarray, " weight"]) -> tuple[float, Float[np.ndarray, " weight"]]:
        W = flat.reshape(x.shape[1], -1)
        logits = x @ W
        logits -= logits.max(axis=1, keepdims=True)
        log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        slope = x.T @ (np.exp(log_p) - one_hot) / len(x) + 2 * shrinkage * W
        return float(-(one_hot * log_p).sum() / len(x) + shrinkage * (W**2).sum()), slope.ravel()

    start = np.zeros(x.shape[1] * one_hot.shape[1])
    return minimize(loss, start, jac=True, method="L-BFGS-B").x.reshape(x.shape[1], -1)


def most_likely(
    features: Float[np.ndarray, "series source"], weights: Float[np.ndarray, "feature label"]
) -> Int[np.ndarray, " series"]:
    """The most likely label of each row of features.

    Args:
        features: Standardized features.
        weights: The weights of the softmax.
    """
    return np.argmax(features @ weights[:-1] + weights[-1], axis=1)


@eqx.filter_jit
def _spikes(
    liquid: Liquid, inputs: Float[Array, "series time input"], plasticity: AstrocytePlasticity | None
) -> Float[Array, "series time neuron"]:
    return jax.vmap(lambda u: liquid.run(u, plasticity).spikes)(inputs)
