r"""Projection: many channels are replaced by a few principal components, the directions of largest variance."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from attrax.core.errors import ConfigError, DataError
from attrax.data.levels.components import Components
from attrax.data.matching import matched
from attrax.data.repair.complete_stretches import complete_rows
from attrax.data.series import Dataset, Series

AUTO = "auto"
EXPLAINED = 0.99


@dataclass(frozen=True, eq=False)
class Projection:
    r"""The map $x \mapsto V^\top (x - \mu) / \sigma$ from channels to principal components.

    Attributes:
        mean: $\mu$, the mean of every channel.
        scale: $\sigma$, its standard deviation, so that units do not matter; over the root of its weight if it has one.
        components: $V$, a direction in each column, in the order of falling variance.
        explained: Share of the total variance in these components.
        channels: The names of the channels.
    """

    mean: Float[np.ndarray, " obs"]
    scale: Float[np.ndarray, " obs"]
    components: Float[np.ndarray, "obs component"]
    explained: float
    channels: tuple[str, ...]

    def apply(self, dataset: Dataset) -> Dataset:
        """The dataset in components `pc1`, `pc2` and so on; a row with a missing value is missing as a whole.

        Raises: DataError D110 if the dataset has other channels.
        """
        return matched(dataset, self.channels).map(self._projected)

    def _projected(self, series: Series) -> Series:
        n = self.components.shape[1]
        back = Components(self.mean, self.scale, self.components, self.channels)
        whole = complete_rows(series)
        x = (series.x - self.mean) / self.scale @ self.components
        projected = series.replace(
            x=np.where(whole[:, None], x, 0.0),
            inputs=series.inputs,
            mask=None if whole.all() else np.repeat(whole[:, None], n, axis=1),
            channels=tuple(f"pc{k + 1}" for k in range(n)),
        )
        return replace(projected, components=back)


def fit_projection(dataset: Dataset, wanted: str = AUTO) -> Projection:
    """The principal components of the standardised channels.

    Args:
        dataset: The recordings, without constant channels. Rows with missing values are left out.
        wanted: Number of components, or `auto` for 99 % of the variance. Take fewer if the last ones are noise.

    Raises: DataError D102 if fewer than two rows are complete; ConfigError C554 for more components than there can be.
    Cost: Eigenvectors of a square matrix of the size `min(channels, rows)`.

    Example:
        >>> from attrax.reading.load import load
        >>> t = np.arange(100) / 5
        >>> x = np.stack([np.sin(t), 2 * np.sin(t), np.cos(t)], axis=1)
        >>> fit_projection(load(x)).apply(load(x))[0].channels
        ('pc1', 'pc2')

    References:
        Hotelling, Analysis of a complex of statistical variables into principal components, J. Educational Psychology
        1933 [@hotelling1933].
    """
    x = np.concatenate([series.x[complete_rows(series)] for series in dataset])
    if len(x) < 2:
        raise DataError(
            "D102",
            "too many missing values",
            where=f"{dataset.source}: {len(x)} rows have a value in every channel",
            why="principal components are computed from complete rows",
            fix="--missing interpolate  # or train on the channels without --pca",
        )
    weights = dict(dataset[0].weights)
    roots = np.sqrt([weights.get(name, 1.0) for name in dataset[0].channels])
    mean, scale = x.mean(axis=0), x.std(axis=0) / roots
    variances, directions = _principal((x - mean) / scale)
    shares = np.cumsum(variances) / variances.sum()
    n = int(np.searchsorted(shares, EXPLAINED)) + 1 if wanted == AUTO else int(wanted)
    if n > len(variances):
        raise ConfigError(
            "C554",
            "too many components",
            where=f"--pca {wanted}; {len(x):,} complete rows of {x.shape[1]} channels have {len(variances)}",
            why="there are at most as many components as channels or rows",
            fix=f"--pca {min(20, len(variances))}",
        )
    return Projection(mean, scale, directions[:, :n], float(shares[n - 1]), dataset[0].channels)


def _principal(
    x: Float[np.ndarray, "time obs"],
) -> tuple[Float[np.ndarray, " component"], Float[np.ndarray, "obs component"]]:
    """Variances in falling order, and unit directions, from the smaller of the two Gram matrices."""
    wide = x.shape[1] > x.shape[0]
    gram = x @ x.T if wide else x.T @ x
    variances, vectors = np.linalg.eigh(gram)
    kept = variances > len(gram) * np.finfo(np.float64).eps * variances[-1]
    variances, vectors = variances[kept][::-1], vectors[:, kept][:, ::-1]
    directions = x.T @ vectors / np.sqrt(variances) if wide else vectors
    # The sign of an eigenvector is arbitrary; the largest component is made positive.
    largest = np.take_along_axis(directions, np.abs(directions).argmax(axis=0)[None], axis=0)
    return variances, directions * np.sign(largest)
