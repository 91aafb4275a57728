r"""Bootstrap: how far a score would move had another stretch of the same system been recorded.

Neighbouring rows resemble each other, so rows drawn one by one would promise far too much. Blocks of consecutive rows,
longer than the memory of the recording, are drawn with replacement instead and joined to a recording of equal length.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress

import numpy as np
from jaxtyping import Float, Int

from attrax.core.errors import DataError
from attrax.measures.score import AbstractMeasure

REPLICATES = 20
"""Resampled recordings behind a standard error, which is then itself known to about a sixth."""

_MEMORY = np.exp(-1.0)
_FEWEST_BLOCKS = 8


def block_length(x: Float[np.ndarray, "time obs"]) -> int:
    r"""The length of the blocks: twice the memory of the slowest channel, at least $T^{1/3}$, at most an eighth of $T$.

    The memory is the last lag at which the autocorrelation $\rho$ is above $1/e$ or below $-1/e$, so an oscillation is
    remembered as long as its phase is.

    Args:
        x: A recording without missing values.

    Example:
        >>> block_length(np.random.default_rng(0).normal(size=(1_000, 2)))
        10
    """
    n = len(x)
    centred = x - x.mean(axis=0)
    power = np.abs(np.fft.rfft(centred, 2 * n, axis=0)) ** 2
    covariance = np.fft.irfft(power, axis=0)[: n // _FEWEST_BLOCKS + 1]
    remembered = np.abs(covariance) > _MEMORY * np.maximum(covariance[0], np.finfo(float).tiny)
    memory = int(np.flatnonzero(remembered.any(axis=1)).max(initial=0))
    return max(1, min(n // _FEWEST_BLOCKS, max(round(n ** (1 / 3)), 2 * memory)))


def resampled_rows(n: int, length: int, rng: np.random.Generator) -> Int[np.ndarray, " n"]:
    """The rows of one resampled recording: whole blocks from random places of a circle of `n` rows, the last one cut.

    Example:
        >>> resampled_rows(5, 5, np.random.default_rng(0))
        array([4, 0, 1, 2, 3])
    """
    first = rng.integers(n, size=-(-n // length))
    return ((first[:, None] + np.arange(length)) % n).ravel()[:n]


def error_of_reference(
    measure: AbstractMeasure,
    x: Float[np.ndarray, "time obs"],
    simulations: Sequence[Float[np.ndarray, "n obs"]],
    values: Sequence[float],
    *,
    key: int,
    replicates: int = REPLICATES,
) -> float:
    """The part of a score's standard error that comes from the recording `x` being one of many that might have been.

    Args:
        measure: A measure of the attractor; the order of the blocks must mean little to it.
        x: The recording.
        simulations: What was compared with it; replicates take them in turn.
        values: What each was scored.
        key: Seed of the blocks.
        replicates: Number of resampled recordings.

    Returns: Standard deviation over replicates of how far they move a score; infinite if one cannot be scored.
    Cost: `replicates` calls of `measure`.
    """

    def moved(i: int, rows: Int[np.ndarray, " n"]) -> float:
        which = i % len(simulations)
        return measure(x[rows], simulations[which], key=key).value - values[which]

    return _spread(moved, x, replicates, key)


def error_of_pairs(
    measure: AbstractMeasure,
    x: Float[np.ndarray, "time obs"],
    forecasts: Float[np.ndarray, "time obs"],
    *,
    memory: Float[np.ndarray, "time obs"],
    key: int,
    replicates: int = REPLICATES,
) -> float:
    """The standard error of a score that compares row with row: targets and forecasts are drawn together.

    Args:
        measure: A measure of aligned forecasts, such as `PredictionError`.
        x: Targets, NaN where missing.
        forecasts: The forecast of each row.
        memory: The recording behind the targets without gaps, for the length of the blocks.
        key: Seed of the blocks.
        replicates: Number of resampled recordings.
    """

    def scored(_: int, rows: Int[np.ndarray, " n"]) -> float:
        return measure(x[rows], forecasts[rows]).value

    return _spread(scored, memory, replicates, key)


def _spread(
    scored: Callable[[int, Int[np.ndarray, " n"]], float],
    memory: Float[np.ndarray, "time obs"],
    replicates: int,
    key: int,
) -> float:
    rng, length = np.random.default_rng(key), block_length(memory)
    values = []
    for i in range(replicates):
        # Of a recording that moves rarely, a few replicates stand still and have no score.
        with suppress(DataError):
            values.append(scored(i, resampled_rows(len(memory), length, rng)))
    return float(np.std(values, ddof=1)) if 2 * len(values) > replicates and np.isfinite(values).all() else np.inf
