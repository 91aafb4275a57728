"""Scaling: the units a model is trained in, and the way back to those of the recording."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Scaling:
    r"""$x \mapsto (x - \mu) / \sigma$, channel by channel.

    Plain numbers rather than arrays, so that it can be compared, hashed, and written to JSON without loss.

    Args:
        mean: Mean $\mu$ of each channel.
        std: Standard deviation $\sigma$ of each channel.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]

    @classmethod
    def identity(cls, obs_dim: int) -> "Scaling":
        """The scaling that changes nothing."""
        return cls((0.0,) * obs_dim, (1.0,) * obs_dim)

    def apply(self, x: Float[np.ndarray, "*batch obs"]) -> Float[np.ndarray, "*batch obs"]:
        """From the units of the recording to standardised ones."""
        return (x - np.asarray(self.mean)) / np.asarray(self.std)

    def invert(self, x: Float[np.ndarray, "*batch obs"]) -> Float[np.ndarray, "*batch obs"]:
        """From standardised units back to those of the recording."""
        return x * np.asarray(self.std) + np.asarray(self.mean)
