r"""Averages along recordings and free runs, with the errors that a perfect model would have.

The average of a quantity over $T$ rows has the variance $v / T$, with $v$ the long-run variance of the recording:
neighbouring rows are similar, so $v$ is larger than the variance of single rows. It is $v = L \operatorname{Var}_b m_b$
with $m_b$ the averages over blocks of $L$ rows; the larger of the values for 24 and for 12 blocks is taken. A block has
at least four decorrelation times; with fewer than eight such blocks nothing can be said, and no test fails.

The free runs of a perfect model vary in the same way as the recording does, and so give a second estimate of $v$. The
mean of both is used where it is larger. If the free runs vary far more than
the recording, that is a fault of its own, which `Averages.scatters` tests.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy import stats

from attrax.measures.gates.compared import Compared

UNLIKELY = 1e-4
"""Probability with which the free runs of a perfect model fail a gate; each of its tests gets an equal part of it."""

MOST_BLOCKS, FEWEST_BLOCKS = 24, 8
BLOCK_TIMES = 4

Quantities = Callable[[Float[np.ndarray, "time coordinate"]], Float[np.ndarray, "row quantity"]]
"""A function from coordinates to quantities, one value for each row."""


@dataclass(frozen=True, eq=False)
class Averages:
    """The averages of several quantities.

    Attributes:
        recorded: Averages over the recordings.
        variance: Long-run variance of the recordings, for one row.
        rows: Number of rows of the recordings.
        blocks: Number of blocks.
        halves: Averages over the first and the second half of each free run.
        run_rows: Number of rows of a free run.
    """

    recorded: Float[np.ndarray, " quantity"]
    variance: Float[np.ndarray, " quantity"]
    rows: int
    blocks: int
    halves: Float[np.ndarray, "run half quantity"]
    run_rows: int

    @property
    def simulated(self) -> Float[np.ndarray, " quantity"]:
        """Averages over all free runs."""
        return self.halves.mean(axis=(0, 1))

    @property
    def recorded_error(self) -> Float[np.ndarray, " quantity"]:
        """Standard error of the averages over the recordings."""
        return np.sqrt(self.variance / self.rows)

    @property
    def shared_variance(self) -> Float[np.ndarray, " quantity"]:
        """Long-run variance of recordings and free runs together, and at least that of the recordings."""
        others = len(self.halves) - 1
        if others < 1:
            return self.variance
        runs = self.run_rows * self.halves.mean(axis=1).var(axis=0, ddof=1)
        freedom = self.blocks - 1
        return np.maximum(self.variance, (freedom * self.variance + others * runs) / (freedom + others))

    def differs(
        self, tolerance: Float[np.ndarray, " quantity"] | float, unlikely: float = UNLIKELY
    ) -> Bool[np.ndarray, " quantity"]:
        r"""Whether free runs and recordings differ: by more than the tolerance, and by more than chance.

        $$|\bar y - \bar x| > t \sqrt{v / T + v / (K n)}$$

        with $K$ free runs of $n$ rows and $t$ the quantile of Student's distribution, beyond which chance alone leads
        with the probability `unlikely` in any of the quantities.
        """
        rows = len(self.halves) * self.run_rows
        error = np.sqrt(self.shared_variance * (1 / self.rows + 1 / rows))
        return self._beyond(self.simulated - self.recorded, error, tolerance, unlikely)

    def drifts(self, tolerance: Float[np.ndarray, " quantity"] | float) -> Bool[np.ndarray, " quantity"]:
        r"""Whether the second halves of the free runs differ from the first ones.

        $$|\langle d \rangle| > t \sqrt{4 v / (K n)} \quad\text{or}\quad \langle d^2 \rangle > F \cdot 4 v / n$$

        with $d$ the difference between the halves of a run: all runs drift in one direction, or each in its own.
        """
        change, variance = np.diff(self.halves, axis=1)[:, 0], 4 * self.variance / self.run_rows
        error = np.sqrt(4 * self.shared_variance / self.run_rows / len(change))
        together = self._beyond(change.mean(axis=0), error, tolerance)
        return together | self._scattered(np.mean(change**2, axis=0), variance, len(change), tolerance)

    def scatters(self, tolerance: Float[np.ndarray, " quantity"] | float) -> Bool[np.ndarray, " quantity"]:
        r"""Whether the free runs differ more from each other than stretches of the recording do.

        $$\operatorname{Var}_i \bar y_i > F \cdot v / n$$
        """
        runs = self.halves.mean(axis=1)
        if len(runs) < 2:
            return np.zeros(runs.shape[1], bool)
        return self._scattered(runs.var(axis=0, ddof=1), self.variance / self.run_rows, len(runs) - 1, tolerance)

    def _beyond(
        self, difference: np.ndarray, error: np.ndarray, tolerance: np.ndarray | float, unlikely: float = UNLIKELY
    ) -> np.ndarray:
        limit = stats.t.isf(unlikely / len(error) / 2, self.blocks + len(self.halves) - 2)
        return np.abs(difference) > np.maximum(limit * error, tolerance)

    def _scattered(
        self, found: np.ndarray, expected: np.ndarray, freedom: int, tolerance: np.ndarray | float
    ) -> np.ndarray:
        limit = stats.f.isf(UNLIKELY / len(expected), freedom, self.blocks - 1)
        return found > np.maximum(limit * expected, np.square(tolerance))


def averages(compared: Compared, quantities: Quantities) -> Averages:
    """Average quantities over the recordings and over both halves of every free run.

    Args:
        compared: Recordings and free runs.
        quantities: The function that computes the quantities.
    """
    recorded, runs = (list(map(quantities, part)) for part in (compared.recorded_coordinates, compared.run_coordinates))
    return averages_of(recorded, runs, longest=max(compared.lags))


def averages_of(
    recorded: Sequence[Float[np.ndarray, "_ quantity"]],
    runs: Sequence[Float[np.ndarray, "n quantity"]],
    *,
    longest: int,
) -> Averages:
    """Average quantities that have been computed: over the recordings, and over both halves of every free run.

    Args:
        recorded: The quantities along each recording.
        runs: The same along each free run.
        longest: The decorrelation time, in rows.
    """
    rows = sum(map(len, recorded))
    blocks = min(MOST_BLOCKS, rows // (BLOCK_TIMES * longest))
    if blocks < FEWEST_BLOCKS:
        blocks, variance = FEWEST_BLOCKS, np.full(recorded[0].shape[1], np.inf)
    else:
        variance = np.max([_long_run_variance(recorded, rows // b) for b in (blocks, blocks // 2)], axis=0)
    middle = len(runs[0]) // 2
    halves = [(values[:middle].mean(axis=0), values[middle : 2 * middle].mean(axis=0)) for values in runs]
    mean = np.concatenate(recorded).mean(axis=0)
    return Averages(mean, variance, rows, blocks, np.array(halves), len(runs[0]))


def _long_run_variance(
    recorded: Sequence[Float[np.ndarray, "_ quantity"]], length: int
) -> Float[np.ndarray, " quantity"]:
    length = max(1, length)
    blocks = [x[: len(x) // length * length].reshape(-1, length, x.shape[1]).mean(axis=1) for x in recorded]
    return length * np.concatenate(blocks).var(axis=0, ddof=1)
