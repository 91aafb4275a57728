"""`Forecaster`: makes a simulator of a function that continues a recording."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.lib.stride_tricks import sliding_window_view

from attrax.core.missing_values import fill_forward
from attrax.core.result import Result
from attrax.core.simulator import AbstractSimulator, Simulation

Continuation = Callable[[Float[np.ndarray, "start time obs"], int], Float[np.ndarray, "start n obs"]]
"""A function of the last rows of several recordings, without gaps, and a number n; returns the next n rows of each."""

LARGEST = 1e12


@dataclass(frozen=True)
class Forecaster(AbstractSimulator):
    """A deterministic simulator that computes the next rows from the last ones.

    Args:
        path: The function that continues recordings.
        reach: Number of last rows that `path` gets. A shorter recording is extended backwards by its first row. None:
            `path` gets all rows.

    Cost: That of `path`; `forecast` calls it for every row of the recording.

    Example:
        >>> again = Forecaster(lambda contexts, n: np.repeat(contexts[:, -1:], n, axis=1), reach=1)
        >>> again.simulate(np.array([[1.0], [3.0]]), 2).x.ravel()
        array([3., 3.])
    """

    path: Continuation
    reach: int | None

    def simulate(
        self,
        context: Float[np.ndarray, "time obs"],
        n: int,
        s: Float[np.ndarray, "n input"] | None = None,
        *,
        key: Any = None,
    ) -> Simulation:
        """The `n` rows after `context`; inputs and key are ignored."""
        del s
        (run,) = self.simulate_many(context[None], n, key=key)
        return run

    def simulate_many(
        self,
        contexts: Float[np.ndarray, "start time obs"],
        n: int,
        s: Float[np.ndarray, "start n input"] | None = None,
        *,
        key: Any = None,
    ) -> tuple[Simulation, ...]:
        """The `n` rows after each context; inputs and key are ignored."""
        del s, key
        seen = np.stack([self._last_rows(context) for context in contexts])
        with np.errstate(all="ignore"):
            return tuple(map(_cut_at_divergence, np.asarray(self.path(seen, n), np.float64)))

    def forecast(
        self,
        x: Float[np.ndarray, "time obs"],
        horizon: int,
        s: Float[np.ndarray, "time input"] | None = None,
    ) -> Float[np.ndarray, "ahead obs"]:
        """The forecast `horizon` steps ahead from every row; inputs are ignored."""
        del s
        n = max(len(x) - horizon, 0)
        if n == 0:
            return np.empty((0, x.shape[1]))
        x = fill_forward(np.asarray(x, np.float64))
        if self.reach is None:
            return np.stack([self.path(x[None, : t + 1], horizon)[0, -1] for t in range(n)])
        padded = np.pad(x[:n], ((self.reach - 1, 0), (0, 0)), mode="edge")
        windows = sliding_window_view(padded, self.reach, axis=0).transpose(0, 2, 1)
        with np.errstate(all="ignore"):
            return np.asarray(self.path(np.ascontiguousarray(windows), horizon), np.float64)[:, -1]

    def _last_rows(self, context: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, "seen obs"]:
        x = fill_forward(np.asarray(context, np.float64))
        if self.reach is None:
            return x
        x = x[-self.reach :]
        return np.pad(x, ((self.reach - len(x), 0), (0, 0)), mode="edge")


def recursion(
    predict: Callable[[Float[np.ndarray, "start reach obs"]], Float[np.ndarray, "start ahead obs"]],
) -> Continuation:
    """Make the function of a `Forecaster` from a predictor, which is applied repeatedly to its own predictions.

    Args:
        predict: A function from the last rows to the next row, or to several next rows at once.
    """

    def path(window: Float[np.ndarray, "start reach obs"], n: int) -> Float[np.ndarray, "start n obs"]:
        blocks, reach, done = [], window.shape[1], 0
        while done < n:
            block = np.clip(np.nan_to_num(predict(window), nan=np.inf, posinf=np.inf), -LARGEST, LARGEST)
            blocks.append(block)
            done += block.shape[1]
            window = np.concatenate([window, block], axis=1)[:, -reach:]
        return np.concatenate(blocks, axis=1)[:, :n]

    return path


def channelwise(
    extend: Callable[[Float[np.ndarray, " time"], int], Float[np.ndarray, " n"]],
) -> Continuation:
    """Make the function of a `Forecaster` that continues each channel of each recording separately.

    Args:
        extend: A function of one channel and a number n that returns its next n values.
    """

    def path(contexts: Float[np.ndarray, "start time obs"], n: int) -> Float[np.ndarray, "start n obs"]:
        return np.stack([np.stack([extend(channel, n) for channel in x.T], axis=1) for x in contexts])

    return path


def _cut_at_divergence(x: Float[np.ndarray, "n obs"]) -> Simulation:
    """The simulation; rows are NaN after the first value that is not finite or larger than 1e12."""
    finite = np.logical_and.accumulate((np.abs(x) < LARGEST).all(axis=1))
    result = Result.SUCCESSFUL if finite.all() else Result.DIVERGED
    return Simulation(np.where(finite[:, None], x, np.nan), result)
