"""Boxes: the part of state space that is divided into cells. A box depends on the recording only, never on a model."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.measures.input_checks import require
from attrax.measures.score import shortest_text


class AbstractBox(ABC):
    """A rectangular box in state space with sides parallel to the channels.

    For developers: implement `protocol` and `limits`; states outside the limits are not counted.

    Example:
        >>> [box.protocol for box in (RangeBox(), DeviationBox()) if isinstance(box, AbstractBox)]
        ['range+0.1sd', '+-2sd']
    """

    @property
    @abstractmethod
    def protocol(self) -> str:
        """The name of the box in the protocol of a measure."""

    @abstractmethod
    def limits(self, x: Float[np.ndarray, "time obs"]) -> tuple[Float[np.ndarray, " obs"], Float[np.ndarray, " obs"]]:
        """Lower and upper limit of each channel.

        Args:
            x: The recording.
        """


@dataclass(frozen=True)
class RangeBox(AbstractBox):
    r"""The range of the recording, widened on both sides: $[\min x - m \sigma, \max x + m \sigma]$.

    Args:
        margin: $m$ in standard deviations $\sigma$ (with n - 1 degrees of freedom). It includes states just beyond the
            extremes of a finite recording.

    Example:
        >>> RangeBox(margin=0.0).limits(np.array([[0.0], [1.0], [4.0]]))
        (array([0.]), array([4.]))
    """

    margin: float = 0.1

    def __post_init__(self):
        require(self.margin >= 0, "margin", self.margin, "at least 0")

    @property
    def protocol(self) -> str:
        """`range+0.1sd`, or `range` if the margin is 0."""
        return f"range+{shortest_text(self.margin)}sd" if self.margin else "range"

    def limits(self, x: Float[np.ndarray, "time obs"]) -> tuple[Float[np.ndarray, " obs"], Float[np.ndarray, " obs"]]:
        """Smallest and largest value of each channel, with the margin."""
        margin = self.margin * x.std(axis=0, ddof=1)
        low, high = np.array([(column.min(), column.max()) for column in x.T]).T
        return low - margin, high + margin


@dataclass(frozen=True)
class DeviationBox(AbstractBox):
    r"""A fixed number of standard deviations around zero, $[-k \sigma, k \sigma]$, for standardized data.

    It does not depend on single extreme values, but a part of the recording itself lies outside.

    Args:
        extent: $k$ in standard deviations $\sigma$ (with n - 1 degrees of freedom).

    Example:
        >>> low, high = DeviationBox(2.0).limits(np.array([[-1.0], [0.0], [1.0]]))
        >>> low.tolist(), high.tolist()
        ([-2.0], [2.0])
    """

    extent: float = 2.0

    def __post_init__(self):
        require(self.extent > 0, "extent", self.extent, "greater than 0")

    @property
    def protocol(self) -> str:
        """For example `+-2sd`."""
        return f"+-{shortest_text(self.extent)}sd"

    def limits(self, x: Float[np.ndarray, "time obs"]) -> tuple[Float[np.ndarray, " obs"], Float[np.ndarray, " obs"]]:
        """Minus and plus `extent` standard deviations."""
        side = self.extent * x.std(axis=0, ddof=1)
        return -side, side
