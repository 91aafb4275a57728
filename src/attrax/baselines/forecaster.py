"""Forecaster: any way to go on from the rows before, as a simulator."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.lib.stride_tricks import sliding_window_view

from attrax.core.missing_values import fill_forward
from attrax.core.result import Result
from attrax.core.simulator import AbstractSimulator, Simulation

Path = Callable[[Float[np.ndarray, "start time obs"], int], Float[np.ndarray, "start n obs"]]
"""From the last rows of several recordings, without gaps, to the rows that follow each."""

LARGEST = 1e12


@dataclass(frozen=True)
class Forecaster(AbstractSimulator):
    """A deterministic simulator that needs nothing but the rows before.

    Args:
        path: How a recording goes on.
        reach: Rows that it looks back; a shorter recording is taken to have stood still before. None hands it all rows.

    Cost: What `path` costs; a forecast from every row costs a path for each.

    Example:
        >>> again = Forecaster(lambda contexts, n: np.repeat(contexts[:, -1:], n, axis=1), reach=1)
        >>> again.simulate(np.array([[1.0], [3.0]]), 2).x.ravel()
        array([3., 3.])
    """

    path: Path
    reach: int | None

    def simulate(
        self,
        context: Float[np.ndarray, "time obs"],
        n: int,
        s: Float[np.ndarray, "n input"] | None = None,
        *,
        key: Any = None,
    ) -> Simulation:
        """The path after `context`; inputs and key are ignored."""
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
        """The path after each context."""
        del s, key
        seen = np.stack([self._seen(context) for context in contexts])
        with np.errstate(all="ignore"):
            return tuple(map(_finished, np.asarray(self.path(seen, n), np.float64)))

    def forecast(
        self,
        x: Float[np.ndarray, "time obs"],
        horizon: int,
        s: Float[np.ndarray, "time input"] | None = None,
    ) -> Float[np.ndarray, "ahead obs"]:
        """The end of the path from every row."""
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

    def _seen(self, context: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, "seen obs"]:
        x = fill_forward(np.asarray(context, np.float64))
        if self.reach is None:
            return x
        x = x[-self.reach :]
        return np.pad(x, ((self.reach - len(x), 0), (0, 0)), mode="edge")


def recursion(
    predict: Callable[[Float[np.ndarray, "start reach obs"]], Float[np.ndarray, "start ahead obs"]],
) -> Path:
    """The path of a predictor that is fed with its own predictions.

    Args:
        predict: From the last rows to those that follow, one or several at a time.
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
) -> Path:
    """The path of a method that knows one channel of one recording at a time."""

    def path(contexts: Float[np.ndarray, "start time obs"], n: int) -> Float[np.ndarray, "start n obs"]:
        return np.stack([np.stack([extend(channel, n) for channel in x.T], axis=1) for x in contexts])

    return path


def _finished(x: Float[np.ndarray, "n obs"]) -> Simulation:
    """NaN from the first row on that is not finite, or beyond any bound."""
    finite = np.logical_and.accumulate((np.abs(x) < LARGEST).all(axis=1))
    result = Result.SUCCESSFUL if finite.all() else Result.DIVERGED
    return Simulation(np.where(finite[:, None], x, np.nan), result)
