"""Unit of error: what a squared forecast error is divided by, so that it can be read or compared across recordings."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.core.errors import DataError
from attrax.measures.input_checks import finite


class AbstractErrorUnit(ABC):
    """The size of an error of one, channel by channel.

    For developers: implement `protocol` and `squared`; missing values of `x` are NaN.
    """

    @property
    @abstractmethod
    def protocol(self) -> str:
        """One word, as it appears in the protocol of a measure."""

    @abstractmethod
    def squared(self, x: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, " obs"]:
        """The divisor of the squared error in each channel of the targets `x`."""


@dataclass(frozen=True)
class DataUnit(AbstractErrorUnit):
    """The unit of the recording: errors stay as they are."""

    @property
    def protocol(self) -> str:
        """`raw`."""
        return "raw"

    def squared(self, x: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, " obs"]:
        """One in every channel."""
        return np.ones(x.shape[1])


@dataclass(frozen=True)
class DeviationUnit(AbstractErrorUnit):
    """The standard deviation of each channel of the targets.

    A mean squared error of 1 is then as bad as always predicting the mean; an unrelated orbit of the attractor has 2.
    """

    @property
    def protocol(self) -> str:
        """`relative`."""
        return "relative"

    def squared(self, x: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, " obs"]:
        """The variance of the observed values.

        Raises: DataError D103 for a channel that is constant or never observed.
        """
        return np.array([_variance(channel, column) for channel, column in enumerate(x.T)])


def _variance(channel: int, column: Float[np.ndarray, " time"]) -> float:
    observed = column[finite(column)].astype(np.float64)
    if observed.size == 0 or np.ptp(observed) == 0:
        raise DataError(
            "D103",
            "constant channel",
            where=f"column {channel} of x: {observed.size} observed values, none different from the others",
            why="errors are measured in units of the spread of the target, and it has none",
            fix=f"drop it from both: np.delete(x, {channel}, axis=1), np.delete(x_sim, {channel}, axis=1)",
        )
    return float(observed.var())
