"""`Partition`: symbols in place of values, by borders between cells of the state space (symbolic dynamics)."""

from dataclasses import dataclass, replace
from math import prod

import numpy as np
from jaxtyping import Float

from attrax.core.errors import ConfigError
from attrax.data.series import Dataset

CHANNEL = "symbol"
"""The channel of a symbolic recording."""


@dataclass(frozen=True)
class Partition:
    r"""Borders that cut each channel into intervals; the cells of all channels together are numbered from 0.

    The symbol of a row is $\sum_i k_i \prod_{j > i} K_j$, with $k_i$ the number of borders of channel i that its value
    reaches or exceeds, and $K_i$ one more than the number of its borders.

    A recording of symbols is one channel of labels: `attrax fit` learns it with `--kinds symbol=categorical`, and
    `attrax.models.TokenModel` as tokens. Recordings that hold labels already need no partition.

    Args:
        edges: The borders of each channel, ascending.

    Raises: `ConfigError` C693 if borders do not ascend.

    Example:
        >>> halves = Partition(((0.5,), (0.0, 1.0)))
        >>> halves.levels, halves.symbols(np.array([[0.2, -1.0], [0.5, 0.0], [0.9, 7.0]])).tolist()
        (6, [0.0, 4.0, 5.0])

    References:
        Lind & Marcus, An introduction to symbolic dynamics and coding, Cambridge University Press 1995 [@lind1995].
    """

    edges: tuple[tuple[float, ...], ...]

    def __post_init__(self):
        if any(list(edges) != sorted(set(edges)) for edges in self.edges):
            raise _misfit(f"edges = {self.edges}", "the borders of a channel ascend")

    @classmethod
    def equal_shares(cls, x: Float[np.ndarray, "time obs"], cells: int) -> "Partition":
        """The partition whose intervals hold equal shares of the rows of each channel.

        Args:
            x: A recording; missing values are NaN.
            cells: Number of intervals of each channel.

        Example:
            >>> Partition.equal_shares(np.arange(10.0)[:, None], 2).edges
            ((4.5,),)
        """
        inner = np.arange(1, cells) / cells
        return cls(tuple(tuple(np.nanquantile(column, inner).tolist()) for column in x.T))

    @property
    def levels(self) -> int:
        """Number of symbols."""
        return prod(len(edges) + 1 for edges in self.edges)

    def symbols(self, x: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, " time"]:
        """The symbol of each row; NaN where a value is missing.

        Args:
            x: The recording.

        Raises: `ConfigError` C693 if there are not as many channels as lists of borders.
        """
        if x.shape[1] != len(self.edges):
            raise _misfit(f"{x.shape[1]} channels, borders of {len(self.edges)}", "every channel has borders")
        symbols = np.zeros(len(x))
        for column, edges in zip(x.T, self.edges, strict=True):
            symbols = symbols * (len(edges) + 1) + np.searchsorted(edges, column, side="right")
        return np.where(np.isfinite(x).all(axis=1), symbols, np.nan)

    def recording(self, data: Dataset) -> Dataset:
        """The recordings as one channel of symbols each.

        Args:
            data: The recordings.
        """
        made = []
        for series in data:
            x = series.x if series.mask is None else np.where(series.mask, series.x, np.nan)
            symbols = self.symbols(x)[:, None]
            known = np.isfinite(symbols)
            mask = None if known.all() else known
            values = np.where(known, symbols, 0.0)
            made.append(replace(series, x=values, channels=(CHANNEL,), mask=mask, channel_units={}, labels={}))
        return replace(data, series=tuple(made))


def _misfit(where: str, why: str) -> ConfigError:
    return ConfigError(
        "C693",
        "a partition that does not fit the channels",
        where=where,
        why=why,
        fix="Partition(((0.0,), (-1.0, 1.0))) for two channels with two and three intervals",
    )
