"""Partitions: numbers of cells, missing values, and the fair coin of the logistic map."""

import jax
import numpy as np
import pytest

from attrax import ConfigError
from attrax.data import Dataset, Partition, Series
from attrax.systems import find, record


def entropy(symbols, length):
    """Entropy of the words of a length, in nats."""
    words = np.stack([symbols[i : len(symbols) - length + 1 + i] for i in range(length)], axis=1)
    _, counts = np.unique(words, axis=0, return_counts=True)
    p = counts / counts.sum()
    return -np.sum(p * np.log(p))


def test_the_logistic_map_cut_at_its_middle_is_a_fair_coin():
    logistic = record(find("logistic"), 50_000, key=jax.random.key(0))
    symbols = Partition(((0.5,),)).recording(logistic)[0].x[:, 0]
    for length in (1, 2, 5):
        assert entropy(symbols, length) == pytest.approx(length * np.log(2), abs=0.002)


def test_cells_of_several_channels_are_numbered_in_the_order_of_the_channels():
    partition = Partition(((0.0,), (-1.0, 1.0), ()))
    x = np.array([[a, b, 9.0] for a in (-1.0, 0.0) for b in (-2.0, -1.0, 1.0)])
    np.testing.assert_array_equal(partition.symbols(x), np.arange(6.0))
    assert partition.levels == 6


def test_equal_shares_hold_equal_shares():
    x = np.random.default_rng(0).gamma(1.0, size=(9_000, 2))
    partition = Partition.equal_shares(x, 3)
    counts = np.bincount(partition.symbols(x).astype(int) // 3)
    np.testing.assert_array_equal(counts, [3_000] * 3)
    assert partition.levels == 9


def test_missing_values_stay_missing():
    series = Series(np.array([[0.0, 5.0], [1.0, 5.0], [1.0, 7.0]]), dt=0.5, mask=np.array([[1, 1], [1, 0], [1, 1]]) > 0)
    (symbolic,) = Partition(((0.5,), (6.0,))).recording(Dataset((series,)))
    assert (symbolic.channels, symbolic.dt) == (("symbol",), 0.5)
    np.testing.assert_array_equal(symbolic.mask[:, 0], [True, False, True])
    np.testing.assert_array_equal(symbolic.x[:, 0], [0.0, 0.0, 3.0])


def test_a_partition_that_does_not_fit_is_told():
    with pytest.raises(ConfigError, match="C693"):
        Partition(((1.0, 0.0),))
    with pytest.raises(ConfigError, match="C693"):
        Partition(((0.0,),)).symbols(np.zeros((3, 2)))
