"""`Components`: converts principal components back to the channels that they replace."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class Components:
    r"""The map $y \mapsto \mu + \sigma V y$ from principal components to channels.

    Attributes:
        mean: $\mu$, the mean of every channel.
        scale: $\sigma$, the unit of every channel in which components are computed.
        directions: $V$, a direction in each column.
        channels: Names of the channels.
    """

    mean: Float[np.ndarray, " obs"]
    scale: Float[np.ndarray, " obs"]
    directions: Float[np.ndarray, "obs component"]
    channels: tuple[str, ...]

    def undo(self, y: Float[np.ndarray, "n component"]) -> Float[np.ndarray, "n obs"]:
        """Convert components to channels, without the part of the channels that the omitted components describe."""
        return self.mean + self.scale * (y @ self.directions.T)

    def reach(self, half: Float[np.ndarray, "n component"]) -> Float[np.ndarray, "n obs"]:
        """Half widths of intervals of the channels, if the errors of components are independent."""
        return self.scale * np.sqrt(half**2 @ (self.directions**2).T)
