"""Scaling: the units a model is trained in, and the way back to those of the recording."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Scaling:
    r"""The affine map $x \mapsto (x - \mu) / \sigma$ of every channel.

    Plain numbers, so that a scaling can be hashed, compared and written down exactly.

    Attributes:
        mean: $\mu$, one for each channel.
        std: $\sigma$, one for each channel.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]

    @classmethod
    def identity(cls, obs_dim: int) -> "Scaling":
        """The scaling that changes nothing."""
        return cls((0.0,) * obs_dim, (1.0,) * obs_dim)

    def apply(self, x: Float[np.ndarray, "*batch obs"]) -> Float[np.ndarray, "*batch obs"]:
        """From the units of the recording to standard deviations; computed in float64, returned as it came."""
        return ((x - np.array(self.mean)) / np.array(self.std)).astype(x.dtype)

    def invert(self, x: Float[np.ndarray, "*batch obs"]) -> Float[np.ndarray, "*batch obs"]:
        """From standard deviations back to the units of the recording."""
        return (x * np.array(self.std) + np.array(self.mean)).astype(x.dtype)
