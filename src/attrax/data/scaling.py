"""Scaling: every channel to mean 0 and standard deviation 1, and back."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from attrax.data.checks import check_variation
from attrax.data.series import Dataset, Series


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
    def fit(cls, dataset: Dataset) -> "Scaling":
        """The scaling that standardises all observed values of a dataset, its series taken together.

        The standard deviation is that of the population (divided by the number of values).

        Raises: DataError D103 for a channel that never changes.
        """
        check_variation(dataset)
        x = np.concatenate([series.x for series in dataset]).astype(np.float64)
        masks = [np.ones(s.x.shape, bool) if s.mask is None else s.mask for s in dataset]
        observed = np.concatenate(masks)
        mean = x.mean(axis=0, where=observed)
        std = x.std(axis=0, where=observed)
        return cls(tuple(mean.tolist()), tuple(std.tolist()))

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

    def apply_to(self, dataset: Dataset) -> Dataset:
        """The dataset in standard deviations; what was missing stays missing."""
        return dataset.map(self._scaled)

    def _scaled(self, series: Series) -> Series:
        x = self.apply(series.x)
        return replace(series, x=x if series.mask is None else np.where(series.mask, x, x.dtype.type(0)))
