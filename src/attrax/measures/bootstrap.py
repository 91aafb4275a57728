"""Block bootstrap: how much a score would vary if other parts of the same length had been recorded.

Neighboring rows are similar, so standard errors from single rows drawn at random would be far too small. Instead,
blocks of consecutive rows, longer than the correlation time of the recording, are drawn with replacement and joined to
a recording of the same length.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress

import numpy as np
from jaxtyping import Float, Int

from attrax.core.errors import DataError
from attrax.kernels.threads import in_threads
from attrax.measures.decorrelation import autocovariance
from attrax.measures.kept_references import of_reference
from attrax.measures.score import AbstractMeasure

REPLICATES = 20
"""Number of resampled recordings for a standard error; its own relative error is then about a sixth."""

_CORRELATED = np.exp(-1.0)
_FEWEST_BLOCKS = 8


def block_length(x: Float[np.ndarray, "time obs"]) -> int:
    """Choose the length of the blocks: twice the correlation time, at least $T^{1/3}$ and at most $T / 8$ of $T$ rows.

    The correlation time is the last lag at which the absolute autocorrelation of a channel is above $1/e$. For an
    oscillation this is the time over which its phase stays the same.

    Args:
        x: A recording without missing values.

    Returns:
        The number of rows.

    Example:
        >>> block_length(np.random.default_rng(0).normal(size=(1_000, 2)))
        10
    """
    n = len(x)
    covariance = autocovariance(x, n // _FEWEST_BLOCKS)
    correlated = np.abs(covariance) > _CORRELATED * np.maximum(covariance[0], np.finfo(float).tiny)
    correlation_time = int(np.flatnonzero(correlated.any(axis=1)).max(initial=0))
    return max(1, min(n // _FEWEST_BLOCKS, max(round(n ** (1 / 3)), 2 * correlation_time)))


def resampled_rows(n: int, length: int, rng: np.random.Generator) -> Int[np.ndarray, " n"]:
    """Draw the row numbers of a resampled recording: blocks from random places, until there are `n` rows.

    A block that reaches the end of the recording continues at its beginning.

    Args:
        n: Number of rows.
        length: Number of rows in a block.
        rng: Random numbers.

    Example:
        >>> resampled_rows(5, 5, np.random.default_rng(0))
        array([4, 0, 1, 2, 3])
    """
    return _joined(_first_rows(n, length, rng), n, length)


def _first_rows(n: int, length: int, rng: np.random.Generator) -> Int[np.ndarray, " block"]:
    return rng.integers(n, size=-(-n // length))


def _joined(first: Int[np.ndarray, " block"], n: int, length: int) -> Int[np.ndarray, " n"]:
    return ((first[:, None] + np.arange(length)) % n).ravel()[:n]


def standard_error_of_reference(
    measure: AbstractMeasure,
    x: Float[np.ndarray, "time obs"],
    simulations: Sequence[Float[np.ndarray, "n obs"]],
    values: Sequence[float],
    *,
    key: int,
    replicates: int = REPLICATES,
) -> float:
    """The part of the standard error of a score that is due to the finite length of the recording.

    Args:
        measure: A measure of the attractor, for which the order of the blocks matters little.
        x: The recording.
        simulations: The simulations; resampled recordings are compared with one after the other.
        values: The value of the score of each simulation.
        key: Seed of the blocks.
        replicates: Number of resampled recordings.

    Returns:
        The standard deviation, over resampled recordings, of the change of the score; infinite if a score is not
        finite.

    Cost: `replicates` calls of `measure`.
    """

    def change(i: int, rows: Int[np.ndarray, " n"]) -> float:
        which = i % len(simulations)
        return measure(x[rows], simulations[which], key=key).value - values[which]

    return _deviation(change, x, replicates, key)


def standard_error_of_forecasts(
    measure: AbstractMeasure,
    x: Float[np.ndarray, "time obs"],
    forecasts: Float[np.ndarray, "time obs"],
    *,
    memory: Float[np.ndarray, "time obs"],
    key: int,
    replicates: int = REPLICATES,
) -> float:
    """The standard error of a score of forecasts; targets and forecasts of the same rows are drawn together.

    Args:
        measure: A measure of forecasts, such as `PredictionError`.
        x: The targets, NaN where missing.
        forecasts: The forecast of each row.
        memory: The recording without gaps, from which the length of the blocks is chosen.
        key: Seed of the blocks.
        replicates: Number of resampled recordings.

    Returns:
        The standard deviation of the score over resampled rows; infinite if a score is not finite.

    Cost: `replicates` calls of `measure`.
    """

    def scored(_: int, rows: Int[np.ndarray, " n"]) -> float:
        return measure(x[rows], forecasts[rows]).value

    return _deviation(scored, memory, replicates, key)


def _deviation(
    scored: Callable[[int, Int[np.ndarray, " n"]], float],
    memory: Float[np.ndarray, "time obs"],
    replicates: int,
    key: int,
) -> float:
    rng, n = np.random.default_rng(key), len(memory)
    (length,) = of_reference("block length", memory, lambda x: (block_length(x),))
    blocks = [_first_rows(n, length, rng) for _ in range(replicates)]

    def value(i: int) -> float | None:
        # If a recording is constant most of the time, a few resampled ones are constant and have no score.
        with suppress(DataError):
            return scored(i, _joined(blocks[i], n, length))

    values = [found for found in in_threads(value, range(replicates)) if found is not None]
    return float(np.std(values, ddof=1)) if 2 * len(values) > replicates and np.isfinite(values).all() else np.inf
