"""State-space divergence with Gaussian mixtures: whether a simulation visits the same states as a recording.

For many channels, where the cells of `state_space_divergence.py` would be almost empty. Each recorded state becomes the
center of a Gaussian; the two mixtures are compared by sampling from one of them.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from attrax.core.errors import ConfigError
from attrax.measures.input_checks import comparable_pair, require
from attrax.measures.kept_references import of_reference
from attrax.measures.measure_spec import MeasureSpec
from attrax.measures.score import AbstractMeasure, Flag, Score, shortest_text

# The smallest positive number of IEEE single precision.
_SINGLE_PRECISION = 1.4e-45
# Number of distances that are in memory at once: 2 MB, which stay in the cache of a processor.
_BLOCK = 2**18
# Multiplications in one matrix product. OpenBLAS distributes larger ones over threads, but all cores have a simulation
# each: its threads then wait for each other most of the time.
_PRODUCT = 250_000


@dataclass(frozen=True)
class MixtureDivergence(AbstractMeasure):
    r"""Kullback-Leibler divergence between two recordings as Gaussian mixtures, $D_{stsp}$ for many channels.

    $$D = \frac{1}{n} \sum_{i=1}^{n} \log \frac{p(y_i)}{q(y_i)}, \quad y_i \sim p, \qquad
      p(y) = \frac{1}{T} \sum_{t=1}^{T} \mathcal{N}(y; x_t, \sigma^2 I)$$

    with $x_t$ the $T$ recorded states, $\sigma^2$ = `variance`, $n$ = `samples`, and $q$ the mixture of the simulated
    states. Densities are computed as logarithms, so that no sample underflows, unless `underflow` asks for it.

    Args:
        variance: Variance of every Gaussian, in squared units of the data, or of their standard deviations if
            `standardized`. With standardized data, 1 distinguishes 10-dimensional Lorenz-96 best from other systems;
            a smaller variance depends more on single rows.
        samples: Number of samples; the standard error falls with its square root.
        max_points: Only this many rows of each recording, the first ones, are used.
        underflow: Leave out samples where a density is smaller than this, as in published code that computes densities
            without logarithms. It improves the score of a model that misses a part of the data: leave it at 0, except
            to compare with published numbers.
        standardized: Divide every channel by its standard deviation in the recording, so that units do not matter.
            Leave it False for data that were standardized before, as in published work.

    Returns:
        A score in nats with the standard error of the sampling, lower is better. It can be slightly negative.
        `n_dropped` counts samples that were left out, too; if more than 1 % were, the score is flagged `dropped`.

    Raises:
        ConfigError: C520 for an impossible setting; C522 if no `key` is given.
        DataError: D103, D104, D110 or D111 for arrays that cannot be compared.

    Cost: O(samples * max_points * channels), as matrix products; some tens of MB.
    Fails when: `variance` is large for the number of channels; all recordings are then similar (on 20-dimensional
        Lorenz-96 with variance 1, noise has as good a score as the true system).

    Example:
        >>> x = np.random.default_rng(0).normal(size=(500, 20))
        >>> MixtureDivergence(samples=100)(x, x, key=0).value
        0.0

    References:
        Koppe, Toutounji, Kirsch, Lis & Durstewitz, Identifying nonlinear dynamical systems via generative recurrent
        neural networks with applications to fMRI, PLOS Computational Biology 2019 [@koppe2019].
        Brenner, Hess, Mikhaeil, Bereska, Monfared, Kuo & Durstewitz, Tractable Dendritic RNNs for Reconstructing
        Nonlinear Dynamical Systems, ICML 2022 [@brenner2022].
        Hess, Monfared, Brenner & Durstewitz, Generalized Teacher Forcing for Learning Chaotic Dynamics, ICML 2023
        [@hess2023].
    """

    variance: float = 1.0
    samples: int = 1000
    max_points: int = 10_000
    underflow: float = 0.0
    standardized: bool = False

    def __post_init__(self):
        require(self.variance > 0, "variance", self.variance, "greater than 0")
        require(self.samples >= 2, "samples", self.samples, "at least 2")
        require(self.max_points >= 2, "max_points", self.max_points, "at least 2")
        require(self.underflow >= 0, "underflow", self.underflow, "at least 0")

    @classmethod
    def gtf2023(cls) -> "MixtureDivergence":
        """The settings of Hess et al., Generalized Teacher Forcing, ICML 2023: variance 1, 1000 samples, 10 000 rows.

        Their code computed densities in single precision without logarithms, so samples far from the simulation
        underflowed and were left out.
        """
        return cls(underflow=_SINGLE_PRECISION)

    @property
    def name(self) -> str:
        """`D_stsp`."""
        return SPEC.name

    @property
    def protocol(self) -> str:
        """Variance (with `sd` if standardized), samples, rows, and `underflow` if it is not 0."""
        unit, lost = "sd" * self.standardized, f"/underflow{shortest_text(self.underflow)}" if self.underflow else ""
        return f"{self.name}/mixture/{shortest_text(self.variance)}{unit}/{self.samples}/{self.max_points}{lost}"

    def __call__(
        self, x: Float[np.ndarray, "time obs"], x_sim: Float[np.ndarray, "n obs"], *, key: int | None = None
    ) -> Score:
        """Compare the states that `x` and `x_sim` visit, with samples drawn with the seed `key`."""
        if key is None:
            raise ConfigError(
                "C522",
                "no random key",
                where=f"{self.protocol} called without key",
                why="the divergence is estimated from random samples; without a seed it could not be reproduced",
                fix="measure(x, x_sim, key=0)",
            )
        both = comparable_pair(x, x_sim)
        if len(both.x_sim) == 0:
            return both.empty(self.protocol)
        center, unit = both.x.mean(axis=0), both.x.std(axis=0) if self.standardized else 1.0
        states, states_sim = ((part[: self.max_points] - center) / unit for part in (both.x, both.x_sim))
        sampled, log_p = self._reference(states, key)
        log_q = self._log_density(sampled, states_sim)
        log_ratio = (log_p - log_q)[self._kept(np.minimum(log_p, log_q), states.shape[1])]
        n_lost = self.samples - len(log_ratio)
        if len(log_ratio) < 2:
            return both.empty(self.protocol, n_lost)
        return Score(
            value=float(log_ratio.mean()),
            std_error=float(log_ratio.std(ddof=1) / np.sqrt(len(log_ratio))),
            protocol=self.protocol,
            n_used=len(states_sim),
            n_dropped=both.n_dropped + n_lost,
            flags=(*both.flags, Flag.DROPPED) if n_lost > 0.01 * self.samples else both.flags,
        )

    def _kept(self, log_density: Float[np.ndarray, " sample"], obs_dim: int) -> Bool[np.ndarray, " sample"]:
        """Where the density, with its normalization, does not underflow."""
        if self.underflow == 0:
            return np.ones(len(log_density), bool)
        return log_density - obs_dim / 2 * np.log(2 * np.pi * self.variance) >= np.log(self.underflow)

    def _reference(
        self, states: Float[np.ndarray, "time obs"], key: int
    ) -> tuple[Float[np.ndarray, "sample obs"], Float[np.ndarray, " sample"]]:
        """Samples of the density of the recording, and its logarithm there."""

        def compute(
            states: Float[np.ndarray, "time obs"],
        ) -> tuple[Float[np.ndarray, "sample obs"], Float[np.ndarray, " sample"]]:
            sampled = self._draw(states, np.random.default_rng(key))
            return sampled, self._log_density(sampled, states)

        return of_reference((self, key), states, compute)

    def _draw(self, states: Float[np.ndarray, "time obs"], rng: np.random.Generator) -> Float[np.ndarray, "sample obs"]:
        chosen = states[rng.integers(len(states), size=self.samples)]
        return chosen + np.sqrt(self.variance) * rng.standard_normal(chosen.shape)

    def _log_density(
        self, sampled: Float[np.ndarray, "sample obs"], states: Float[np.ndarray, "time obs"]
    ) -> Float[np.ndarray, " sample"]:
        """Logarithm of the density of a mixture, without the normalization, which cancels in the ratio."""
        # |y - x|^2 = |y|^2 - 2 y.x + |x|^2: one matrix product gives the terms with x, if y gets a column of ones and x
        # one of its squares. Centered data keep its precision.
        half_squares = np.einsum("tn,tn->t", states, states) / 2
        centers = np.ascontiguousarray(np.column_stack([states, -half_squares]).T) / self.variance
        points = np.column_stack([sampled, np.ones(len(sampled))])
        n = max(1, _BLOCK // len(states))
        sums = [_log_sum_exp(_product(points[i : i + n], centers)) for i in range(0, len(points), n)]
        return (
            np.concatenate(sums) - np.einsum("tn,tn->t", sampled, sampled) / (2 * self.variance) - np.log(len(states))
        )


def _product(
    points: Float[np.ndarray, "sample column"], centers: Float[np.ndarray, "column time"]
) -> Float[np.ndarray, "sample time"]:
    """The matrix product, in parts that are computed by one thread each."""
    found, n = np.empty((len(points), centers.shape[1])), max(1, _PRODUCT // points.size)
    for i in range(0, centers.shape[1], n):
        np.matmul(points, centers[:, i : i + n], out=found[:, i : i + n])
    return found


def _log_sum_exp(exponents: Float[np.ndarray, "sample time"]) -> Float[np.ndarray, " sample"]:
    """Logarithm of the sum of the exponentials in each row."""
    largest = exponents.max(axis=1, keepdims=True)
    # Terms below e^-80 of the largest change nothing, and single precision takes a fraction of the time and memory.
    terms = np.empty(exponents.shape, np.float32)
    with np.errstate(invalid="ignore", over="ignore"):
        np.subtract(exponents, largest, out=terms, casting="same_kind")
    np.maximum(terms, np.float32(-80.0), out=terms)
    sums = np.exp(terms, out=terms).sum(axis=1, dtype=np.float64)
    return np.where(np.isfinite(largest[:, 0]), np.log(sums) + largest[:, 0], -np.inf)


SPEC = MeasureSpec(
    "state-space divergence of Gaussian mixtures",
    MixtureDivergence,
    name="D_stsp",
    better="lower",
    of_attractor=True,
    meaning="distance in state space: does the free run visit the same states equally often? 0 is perfect",
    presets={"gtf2023": MixtureDivergence.gtf2023},
)
