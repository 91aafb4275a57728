"""Units of forecast errors: what a squared error is divided by, so that channels and recordings can be compared."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.core.errors import DataError
from attrax.measures.input_checks import finite


class AbstractErrorUnit(ABC):
    """The unit of a forecast error in each channel.

    For developers: implement `protocol` and `squared`; missing values of `x` are NaN.

    Example:
        >>> isinstance(DataUnit(), AbstractErrorUnit), DataUnit().protocol
        (True, 'raw')
    """

    @property
    @abstractmethod
    def protocol(self) -> str:
        """The name of the unit in the protocol of a measure."""

    @abstractmethod
    def squared(self, x: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, " obs"]:
        """The number by which the squared errors of each channel are divided.

        Args:
            x: The targets.
        """


@dataclass(frozen=True)
class DataUnit(AbstractErrorUnit):
    """The unit of the recording: errors are not divided.

    Example:
        >>> DataUnit().squared(np.array([[1.0, 5.0], [3.0, 9.0]]))
        array([1., 1.])
    """

    @property
    def protocol(self) -> str:
        """Always `raw`."""
        return "raw"

    def squared(self, x: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, " obs"]:
        """1 for every channel."""
        return np.ones(x.shape[1])


@dataclass(frozen=True)
class DeviationUnit(AbstractErrorUnit):
    """The standard deviation of each channel of the targets.

    A mean squared error of 1 is then as large as that of a constant forecast of the mean. An unrelated orbit on the
    attractor has an error of 2.

    Example:
        >>> DeviationUnit().squared(np.array([[0.0], [2.0]]))
        array([1.])
    """

    @property
    def protocol(self) -> str:
        """Always `relative`."""
        return "relative"

    def squared(self, x: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, " obs"]:
        """The variance of the observed values of each channel.

        Raises:
            DataError: D103 for a channel that is constant or has no observed value.
        """
        return np.array([_variance(channel, column) for channel, column in enumerate(x.T)])


def _variance(channel: int, column: Float[np.ndarray, " time"]) -> float:
    observed = column[finite(column)].astype(np.float64)
    if observed.size == 0 or np.ptp(observed) == 0:
        raise DataError(
            "D103",
            "constant channel",
            where=f"column {channel} of x: {observed.size} observed values, all the same",
            why="errors are measured in units of the standard deviation of the target, which is 0",
            fix=f"drop it from both: np.delete(x, {channel}, axis=1), np.delete(x_sim, {channel}, axis=1)",
        )
    return float(observed.var())
