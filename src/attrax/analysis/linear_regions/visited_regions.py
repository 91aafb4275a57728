"""The linear regions of a piecewise-linear map that an orbit visits, and the sequence in which it visits them.

The map is affine in each region. If each region is a symbol, the orbit becomes a sequence of symbols, and the methods
of symbolic dynamics apply.
"""

from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray
from scipy.sparse import csr_array

from attrax.analysis.argument_checks import as_starts, require_count
from attrax.analysis.linear_regions.symbolic_dynamics import Entropies, entropies, forbidden_words, words
from attrax.core.dynamics import AbstractPiecewiseLinear
from attrax.core.generator import generator_of
from attrax.core.has_dynamics import HasDynamics, dynamics_of
from attrax.core.precision import in_float64
from attrax.core.result import Result
from attrax.core.rollout import rollout


@dataclass(frozen=True, eq=False)
class Regions:
    """The linear regions that an orbit visits, the most visited first.

    Attributes:
        bits: The bits that identify each region, as in `dynamics.region`.
        occupation: Share of the states of the orbit that lie in each region; the shares sum to 1.
        volume: Share of the bounding box of the orbit that each region fills, estimated by Monte Carlo.
        volume_error: Standard error of `volume`.
        sequence: The region of every state of the orbit, as an index into `bits`.
        transitions: Number of steps from region i (row) to region j (column).
        entropies: Block entropies of `sequence`, in nats, and estimates of the entropy rate, in nats a step.
        forbidden: For each word length 2, 3, ...: words that do not occur although at least ten are expected.
        dt: Time step of the map.
        result: `SUCCESSFUL`; `DIVERGED` if the orbit diverged, and then only its finite part is described.

    Example:
        >>> from attrax.models import ClippedShallowPLRNN
        >>> network = ClippedShallowPLRNN.create(3, 50, key=jax.random.key(0))
        >>> found = regions(network, jnp.ones(3), 100, key=jax.random.key(1))
        >>> found.sequence.shape, found.bits.shape[1]
        ((100,), 100)
    """

    bits: Bool[np.ndarray, "region bits"]
    occupation: Float[np.ndarray, " region"]
    volume: Float[np.ndarray, " region"]
    volume_error: Float[np.ndarray, " region"]
    sequence: Int[np.ndarray, " n"]
    transitions: csr_array
    entropies: Entropies
    forbidden: tuple[Int[np.ndarray, "_ _"], ...]
    dt: float
    result: Result

    @property
    def entropy_rate(self) -> float:
        """Best estimate of the entropy rate of the symbols, in nats per unit of time; NaN without an orbit.

        It is taken from the longest words for which the bias correction is less than a tenth of the rate.
        """
        trusted = np.flatnonzero(np.abs(self.entropies.rate_bias) <= 0.1 * np.abs(self.entropies.rate))
        return float(self.entropies.rate[trusted[-1]]) / self.dt if len(trusted) else float("nan")


def regions(
    dynamics: AbstractPiecewiseLinear | HasDynamics[AbstractPiecewiseLinear],
    z0: Float[Array, " latent"],
    n: int,
    *,
    transient: int = 1000,
    longest_word: int = 6,
    samples: int = 100_000,
    s: Float[Array, "time input"] | None = None,
    key: PRNGKeyArray,
) -> Regions:
    r"""Find the linear regions that an orbit visits, the transitions between them and their symbolic dynamics.

    With $r_t$ the region of state $z_t$: the occupation of region $i$ is the share of times with $r_t = i$, the
    transitions are the counts of $(r_t, r_{t+1}) = (i, j)$, and the volume is the share of the bounding box of the
    orbit that lies in region $i$. Regions that are not visited fill the rest of the box.

    Args:
        dynamics: A piecewise-linear map.
        z0: Initial state, in the basin of the attractor.
        n: Number of states that are described, after the transient. Raise it to find rarely visited regions.
        transient: Number of steps before that. Raise it if the orbit approaches the attractor slowly.
        longest_word: Length of the longest words that are counted. Raise it as long as `entropies.rate` falls and
            `entropies.rate_bias` is small.
        samples: Number of random points for the volumes, whose standard error is at most $1 / (2 \sqrt{samples})$.
        s: External inputs, `transient + n` rows; 0 if None.
        key: Random key of these points.

    Returns:
        The `Regions`. Result code `DIVERGED` if the orbit diverges; then its finite part is described.

    Raises:
        ConfigError: C531 for impossible numbers; C561 and C562 for arrays of the wrong shape.

    Cost: O((n + samples) * latent * hidden), and O(n log n) for each word length.
    Fails when: there are many state variables. The attractor is then a tiny part of its bounding box, and volumes are
        estimated as 0 with a standard error of the size of one sample.

    Example:
        >>> from attrax.models import ClippedShallowPLRNN
        >>> network = ClippedShallowPLRNN.create(3, 50, key=jax.random.key(0))
        >>> found = regions(network, jnp.ones(3), 100, key=jax.random.key(1))
        >>> float(found.occupation.sum())
        1.0

    References:
        Brenner, Hemmer, Monfared & Durstewitz, Almost-Linear RNNs Yield Highly Interpretable Symbolic Codes in
        Dynamical Systems Reconstruction, NeurIPS 2024 [@brenner2024].
    """
    dynamics = dynamics_of(dynamics)
    require_count("n", n, 1)
    require_count("transient", transient, 0)
    require_count("longest_word", longest_word, 1)
    require_count("samples", samples, 1)
    with jax.enable_x64(True):
        double = in_float64(dynamics)
        start = as_starts(dynamics, z0, s, transient + n)[0]
        inputs = None if s is None else jnp.asarray(s, jnp.float64)
        orbit = np.asarray(rollout(double, start, transient + n, inputs).z)[transient:]
        orbit = orbit[np.isfinite(orbit).all(axis=1)]
        box = generator_of(key).random((samples, orbit.shape[1]))
        if len(orbit):
            low, high = orbit.min(axis=0), orbit.max(axis=0)
            box = low + (high - low) * box
        at_orbit, in_box = (np.asarray(_region(double, jnp.asarray(z))) for z in (orbit, box))
    return describe_regions(at_orbit, in_box, n=n, longest_word=longest_word, dt=dynamics.dt)


@eqx.filter_jit
def _region(dynamics: AbstractPiecewiseLinear, z: Float[Array, "n latent"]) -> Bool[Array, "n bits"]:
    return jax.vmap(dynamics.region)(z)


def describe_regions(
    at_orbit: Bool[np.ndarray, "time bits"],
    in_box: Bool[np.ndarray, "sample bits"],
    *,
    n: int,
    longest_word: int,
    dt: float,
) -> Regions:
    """Describe the regions, given the bits along an orbit and at random points of its bounding box.

    Args:
        at_orbit: Bits of the finite states of the orbit, in order.
        in_box: Bits of points drawn evenly from the bounding box.
        n: Number of states that the orbit should have; it has fewer if it diverged.
        longest_word: Length of the longest words that are counted.
        dt: Time step of the map.
    """
    names, sequence, counts = _number(at_orbit)
    volume = _shares(names, in_box)
    error = np.sqrt(np.maximum(volume * (1 - volume), 1 / len(in_box)) / len(in_box))
    size = len(counts)
    steps = (np.ones(max(len(sequence) - 1, 0), int), (sequence[:-1], sequence[1:]))
    found = words(sequence, longest_word)
    return Regions(
        bits=names,
        occupation=counts / max(len(sequence), 1),
        volume=volume,
        volume_error=error,
        sequence=sequence,
        transitions=csr_array(steps, shape=(size, size)),
        entropies=entropies(found) if len(sequence) else Entropies(*(np.empty(0),) * 4),
        forbidden=tuple(forbidden_words(found, length) for length in range(2, longest_word + 1)),
        dt=dt,
        result=Result.SUCCESSFUL if len(at_orbit) == n else Result.DIVERGED,
    )


def _keys(bits: Bool[np.ndarray, "n bits"]) -> np.ndarray:
    """One value for each row of bits, so that rows can be compared and sorted."""
    packed = np.ascontiguousarray(np.packbits(bits, axis=1))
    return packed.view(np.dtype((np.void, packed.shape[1])))[:, 0]


def _number(
    bits: Bool[np.ndarray, "n bits"],
) -> tuple[Bool[np.ndarray, "region bits"], Int[np.ndarray, " n"], Int[np.ndarray, " region"]]:
    """The distinct rows, most frequent first; the index of each row; how often each occurs."""
    _, first, inverse, counts = np.unique(_keys(bits), return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -counts))
    rank = np.empty(len(order), int)
    rank[order] = np.arange(len(order))
    return bits[first[order]], rank[inverse], counts[order]


def _shares(
    names: Bool[np.ndarray, "region bits"], in_box: Bool[np.ndarray, "sample bits"]
) -> Float[np.ndarray, " region"]:
    """The share of the points in the box that lies in each region of the orbit."""
    found, counts = np.unique(_keys(in_box), return_counts=True)
    share = dict(zip((k.tobytes() for k in found), counts / len(in_box), strict=True))
    return np.array([share.get(k.tobytes(), 0.0) for k in _keys(names)], float).reshape(len(names))
