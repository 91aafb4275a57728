"""Scaling of the channels to the units in which a model is trained, and back."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Scaling:
    r"""The affine map $x \mapsto (x - \mu) / \sigma$ of every channel.

    It holds Python numbers, so that it can be hashed, compared and saved exactly.

    Attributes:
        mean: $\mu$ of each channel.
        std: $\sigma$ of each channel.

    Example:
        >>> Scaling((1.0,), (2.0,)).apply(np.array([[5.0]]))
        array([[2.]])
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]

    @classmethod
    def identity(cls, obs_dim: int) -> "Scaling":
        """The scaling that changes nothing.

        Args:
            obs_dim: Number of channels.
        """
        return cls((0.0,) * obs_dim, (1.0,) * obs_dim)

    def apply(self, x: Float[np.ndarray, "*batch obs"]) -> Float[np.ndarray, "*batch obs"]:
        """Convert from the units of the recording to standard deviations, in float64; the type of `x` is kept.

        Args:
            x: Values in the units of the recording.
        """
        return ((x - np.array(self.mean)) / np.array(self.std)).astype(x.dtype)

    def invert(self, x: Float[np.ndarray, "*batch obs"]) -> Float[np.ndarray, "*batch obs"]:
        """Convert from standard deviations to the units of the recording.

        Args:
            x: Values in standard deviations.
        """
        return (x * np.array(self.std) + np.array(self.mean)).astype(x.dtype)
