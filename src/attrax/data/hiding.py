"""Hiding: values are removed on purpose, to measure the effect of missing values."""

import math

import numpy as np
from jaxtyping import Bool

from attrax.data.series import Dataset, Series


def hide(dataset: Dataset, share: float, *, length: int = 1, rows: bool = False, seed: int) -> Dataset:
    """The recordings with a share of their values missing.

    Each channel is divided into pieces of `length` rows, and a random choice of the pieces is hidden. Neighbouring
    pieces may make longer gaps.

    Args:
        dataset: The recordings. Missing values stay missing.
        share: Share of the pieces that is hidden, from 0 to 1.
        length: Rows in a piece. 1 hides single values; use more for gaps like those of a loose sensor.
        rows: Hide the same rows in all channels, like a recorder that stopped.
        seed: Seed of the random choice.

    Example:
        >>> from attrax.reading.load import load
        >>> hide(load(np.arange(8.0)), 0.5, length=2, seed=0)[0].values.ravel()
        array([ 0.,  1., nan, nan, nan, nan,  6.,  7.])
    """
    rng = np.random.default_rng(seed)
    return dataset.map(lambda series: _with_gaps(series, _pieces(series, share, length, rows, rng)))


def _pieces(
    series: Series, share: float, length: int, rows: bool, rng: np.random.Generator
) -> Bool[np.ndarray, "time channel"]:
    n = math.ceil(len(series) / length)
    ranks = rng.permuted(np.tile(np.arange(n)[:, None], 1 if rows else series.obs_dim), axis=0)
    return np.repeat(ranks < round(share * n), length, axis=0)[: len(series)]


def _with_gaps(series: Series, hidden: Bool[np.ndarray, "time channel"]) -> Series:
    mask = ~np.broadcast_to(hidden, series.x.shape)
    if series.mask is not None:
        mask = mask & series.mask
    return series.replace(x=np.where(mask, series.x, 0), inputs=series.inputs, mask=mask)
