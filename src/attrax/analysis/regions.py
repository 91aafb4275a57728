"""Linear regions: the pieces of a piecewise-linear map that an orbit visits, and the order in which it does.

Inside a region the map is affine. An orbit thus writes a sequence of symbols, one for each region, which can be read
for its grammar and its entropy.
"""

from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray
from scipy.sparse import csr_array

from attrax.analysis.checked_settings import as_starts, require_count
from attrax.analysis.symbolic_dynamics import Entropies, entropies, forbidden_words, words
from attrax.core.dynamics import AbstractPiecewiseLinear
from attrax.core.has_dynamics import HasDynamics, dynamics_of
from attrax.core.precision import in_float64
from attrax.core.result import Result
from attrax.core.rollout import rollout


@dataclass(frozen=True, eq=False)
class Regions:
    """The linear regions that an orbit visits, the most visited first.

    Attributes:
        bits: The bits that name each region, as in `dynamics.region`.
        occupation: Share of the orbit spent in each; they sum to 1.
        volume: Share of the orbit's bounding box that each fills, by Monte Carlo.
        volume_error: Standard error of `volume`.
        sequence: The region of every state of the orbit, as a row of `bits`.
        transitions: How often a step leads from region i (row) to region j (column).
        entropies: Block entropies of `sequence` and the entropy rate they approach, in nats and nats a step.
        forbidden: For lengths 2, 3, ...: words that never occur although expected at least ten times.
        dt: Time step of the map.
        result: `SUCCESSFUL`, or `DIVERGED`: then only the finite part of the orbit is described.
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
        """Best estimate of the entropy of the symbols, nats per unit of time; NaN without an orbit.

        The longest words whose correction for bias is below a tenth of the rate decide.
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
    r"""Visited linear regions, their transitions, and the grammar of the orbit's symbols.

    With $r_t$ the region of $z_t$: occupation $p_i$ is the share of times with $r_t = i$, transitions are the counts of
    $(r_t, r_{t+1}) = (i, j)$, and the volume of a region is the share of the orbit's bounding box, axis by axis, in
    which it lies; regions that the orbit does not visit fill the rest of the box.

    Args:
        dynamics: A piecewise-linear map.
        z0: A state in the basin of the attractor.
        n: States described, after the transient. Rare regions need long orbits.
        transient: Steps left out before.
        longest_word: Longest words counted for entropies and forbidden words. Raise it while `entropies.rate` still
            falls and `entropies.rate_bias` stays small.
        samples: Points drawn for the volumes; the error is at most $1 / (2 \sqrt{\text{samples}})$.
        s: External inputs, `transient + n` rows; 0 if not given.
        key: Random key for these points.

    Returns: `Regions`.
    Result codes: `DIVERGED` if the orbit leaves every bound; what is said is of its finite part.
    Raises: `ConfigError` C531, C561 and C562.
    Cost: O((n + samples) * latent * hidden) and O(n log n) for each length of words.
    Fails when: the latent space has many dimensions: the box is then almost empty of the attractor, and volumes come
        out as 0 with an error that says how little that means.

    Example:
        >>> from attrax.models import ClippedShallowPLRNN
        >>> network = ClippedShallowPLRNN.create(3, 50, key=jax.random.key(0))
        >>> found = regions(network, jnp.ones(3), 100, key=jax.random.key(1))
        >>> float(found.occupation.sum())
        1.0

    References: [@brenner2024].
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
        box = np.asarray(jax.random.uniform(key, (samples, orbit.shape[1]), jnp.float64))
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
    """What the bits along an orbit and at random points of its box say.

    Args:
        at_orbit: Bits of the finite states of the orbit, in order.
        in_box: Bits of points drawn evenly from the orbit's bounding box.
        n: States that there should be.
        longest_word: Longest words counted.
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
    """One comparable value for each row of bits."""
    packed = np.ascontiguousarray(np.packbits(bits, axis=1))
    return packed.view(np.dtype((np.void, packed.shape[1])))[:, 0]


def _number(
    bits: Bool[np.ndarray, "n bits"],
) -> tuple[Bool[np.ndarray, "region bits"], Int[np.ndarray, " n"], Int[np.ndarray, " region"]]:
    """Distinct rows, most frequent first; the number of each row; how often each occurs."""
    _, first, inverse, counts = np.unique(_keys(bits), return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -counts))
    rank = np.empty(len(order), int)
    rank[order] = np.arange(len(order))
    return bits[first[order]], rank[inverse], counts[order]


def _shares(
    names: Bool[np.ndarray, "region bits"], in_box: Bool[np.ndarray, "sample bits"]
) -> Float[np.ndarray, " region"]:
    """The share of the points in the box that lie in each region of the orbit."""
    found, counts = np.unique(_keys(in_box), return_counts=True)
    share = dict(zip((k.tobytes() for k in found), counts / len(in_box), strict=True))
    return np.array([share.get(k.tobytes(), 0.0) for k in _keys(names)], float).reshape(len(names))
