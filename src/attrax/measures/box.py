"""Box: the part of state space that is divided into cells, always taken from the reference and never from a model."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.measures.input_checks import require
from attrax.measures.score import digits


class AbstractBox(ABC):
    """A rectangle in state space with sides parallel to the channels.

    For developers: implement `protocol` and `limits`; states outside the limits are not counted.
    """

    @property
    @abstractmethod
    def protocol(self) -> str:
        """The rule in a few characters, as it appears in the protocol of a measure."""

    @abstractmethod
    def limits(self, x: Float[np.ndarray, "time obs"]) -> tuple[Float[np.ndarray, " obs"], Float[np.ndarray, " obs"]]:
        """Lower and upper side for each channel of the reference `x`."""


@dataclass(frozen=True)
class RangeBox(AbstractBox):
    r"""The range of the reference, widened on both sides: $[\min x - m \sigma, \max x + m \sigma]$.

    Args:
        margin: Widening $m$ in standard deviations (of n - 1 degrees of freedom). It catches states just beyond the
            extremes of a finite recording.
    """

    margin: float = 0.1

    def __post_init__(self):
        require(self.margin >= 0, "margin", self.margin, "at least 0")

    @property
    def protocol(self) -> str:
        """`range+0.1sd`, or `range` without a margin."""
        return f"range+{digits(self.margin)}sd" if self.margin else "range"

    def limits(self, x: Float[np.ndarray, "time obs"]) -> tuple[Float[np.ndarray, " obs"], Float[np.ndarray, " obs"]]:
        """Extremes plus margin."""
        margin = self.margin * x.std(axis=0, ddof=1)
        return x.min(axis=0) - margin, x.max(axis=0) + margin


@dataclass(frozen=True)
class DeviationBox(AbstractBox):
    r"""A fixed number of standard deviations on either side of zero, for standardised data: $[-k \sigma, k \sigma]$.

    It does not depend on single extreme values, but leaves out the tails of the reference itself.

    Args:
        extent: Half the side $k$ in standard deviations (of n - 1 degrees of freedom).
    """

    extent: float = 2.0

    def __post_init__(self):
        require(self.extent > 0, "extent", self.extent, "greater than 0")

    @property
    def protocol(self) -> str:
        """`+-2sd`."""
        return f"+-{digits(self.extent)}sd"

    def limits(self, x: Float[np.ndarray, "time obs"]) -> tuple[Float[np.ndarray, " obs"], Float[np.ndarray, " obs"]]:
        """Minus and plus the extent."""
        side = self.extent * x.std(axis=0, ddof=1)
        return -side, side
