import numpy as np
import pytest

from attrax.core.errors import ConfigError, DataError
from attrax.data import split
from attrax.reading.load import load


def rows(dataset):
    return [series.x[:, 0].tolist() for series in dataset]


def test_the_tail_is_held_out():
    train, test = split(load(np.arange(10.0)))
    assert rows(train) == [[0, 1, 2, 3, 4, 5, 6, 7]]
    assert rows(test) == [[8, 9]]


def test_the_gap_is_dropped():
    train, test = split(load(np.arange(10.0)), 0.3, gap=2)
    assert rows(train) == [[0, 1, 2, 3, 4]]
    assert rows(test) == [[7, 8, 9]]


def test_every_series_gives_its_tail_and_short_ones_stay_whole():
    train, test = split(load([np.arange(10.0), np.arange(4.0), 100 + np.arange(20.0)]), 0.2)
    assert [len(series) for series in train] == [8, 4, 16]
    assert rows(test) == [[8, 9], [116, 117, 118, 119]]


def test_mask_and_inputs_follow():
    x = np.arange(20.0).reshape(10, 2)
    x[9, 0] = np.nan
    train, test = split(load(x, inputs="x1"))
    np.testing.assert_array_equal(test[0].mask[:, 0], [True, False])
    np.testing.assert_array_equal(test[0].inputs[:, 0], [17, 19])
    assert train[0].mask.all()
    assert (test.name, test[0].input_channels) == ("data", ("x1",))


@pytest.mark.parametrize(("n", "fraction", "gap"), [(3, 0.2, 0), (10, 0.2, 7), (10, 0.01, 0), (10, 0.99, 0)])
def test_nothing_left(n, fraction, gap):
    with pytest.raises(DataError, match="D104"):
        split(load(np.arange(float(n))), fraction, gap=gap)


@pytest.mark.parametrize(("fraction", "gap"), [(0.0, 0), (1.0, 0), (0.2, -1)])
def test_impossible_settings(fraction, gap):
    with pytest.raises(ConfigError, match="C542"):
        split(load(np.arange(10.0)), fraction, gap=gap)
