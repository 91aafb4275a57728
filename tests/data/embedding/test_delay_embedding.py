import numpy as np
import pytest

from attrax.core.errors import ConfigError, DataError
from attrax.data import embed
from attrax.data.embedding.delay_embedding import newest
from attrax.reading.load import load

LAGS = (0, 20, 68, 55, 10)


def test_columns_run_channel_by_channel():
    (series,) = embed(load(np.stack([np.arange(6.0), 10 * np.arange(6.0)], axis=1)), (0, 1, 3))
    assert series.channels == ("x0@0", "x0@1", "x0@3", "x1@0", "x1@1", "x1@3")
    np.testing.assert_array_equal(series.x, [[0, 1, 3, 0, 10, 30], [1, 2, 4, 10, 20, 40], [2, 3, 5, 20, 30, 50]])


def test_mask_and_inputs_follow():
    x = np.arange(10.0).reshape(5, 2)
    x[2, 0] = np.nan
    (series,) = embed(load(x, inputs="x1", dt=0.5), (2, 0))
    np.testing.assert_array_equal(series.mask, [[False, True], [True, True], [True, False]])
    np.testing.assert_array_equal(series.inputs[:, 0], [1, 3, 5])
    assert series.dt == 0.5


def test_one_series_as_well_as_a_dataset():
    dataset = load([np.arange(6.0), np.arange(9.0)])
    assert [len(series) for series in embed(dataset, (0, 4))] == [2, 5]
    np.testing.assert_array_equal(embed(dataset[1], (0, 4)).x, embed(dataset, (0, 4))[1].x)


def test_lag_zero_changes_only_the_name():
    dataset = load(np.random.default_rng(0).normal(size=(30, 3)))
    assert embed(dataset, (0,)).sha256 == dataset.sha256


def test_the_newest_copy_is_the_channel_itself():
    dataset = load(np.random.default_rng(0).normal(size=(30, 2)), channels=["x1", "x0"])
    lags = (0, 7, 3)
    channel = newest(embed(dataset, lags)[0], lags)
    assert channel.channels == ("x1", "x0")
    np.testing.assert_array_equal(channel.x, dataset[0].x[7:])


def test_too_short():
    with pytest.raises(DataError, match="D104"):
        embed(load(np.arange(5.0)), (0, 5))


@pytest.mark.parametrize("lags", [(), (0, -1), (2, 2)])
def test_impossible_lags(lags):
    with pytest.raises(ConfigError, match="C543"):
        embed(load(np.arange(5.0)), lags)


@pytest.mark.parametrize("part", ["train", "test"])
def test_the_published_ecg_is_such_an_embedding(recordings, part):
    published = load(recordings / f"ECG_pecuzal_5d_{part}.npy")
    (rebuilt,) = embed(load(recordings / f"ECG_pecuzal_5d_{part}.npy", channels="x0"), LAGS)
    np.testing.assert_array_equal(rebuilt.x, published[0].x[: len(rebuilt)])
    assert len(rebuilt) == len(published[0]) - 68
