import numpy as np
import pytest

from attrax.core.errors import DataError
from attrax.data import cut_windows
from attrax.reading.load import load


def test_every_place_where_a_window_fits_and_no_other():
    lengths = (7, 2, 5, 9)
    dataset = load([np.full(n, float(i)) + np.arange(n) / 100 for i, n in enumerate(lengths)])
    cut = cut_windows(dataset, 5)
    assert cut.starts.tolist() == [0, 1, 2, 9, 14, 15, 16, 17, 18]
    inside = [len(set(np.floor(cut.x[start : start + 5, 0]))) == 1 for start in range(len(cut.x) - 4)]
    assert cut.starts.tolist() == np.flatnonzero(inside).tolist()


def test_the_last_window_ends_with_the_recording():
    x = np.arange(8.0)
    cut = cut_windows(load(x), 3)
    assert cut.x[cut.starts[-1] :, 0].tolist() == [5, 6, 7]
    assert len(cut.starts) == 6


def test_the_arrays_are_ready_for_the_device():
    cut = cut_windows(load([np.random.default_rng(0).normal(size=(9, 3))] * 2, inputs="x1"), 4)
    for array in (cut.x, cut.inputs):
        assert array.dtype == np.float32
        assert array.flags.c_contiguous
    assert cut.starts.dtype == np.int32
    assert cut.mask is None
    assert (cut.x.shape, cut.inputs.shape) == ((18, 2), (18, 1))
    assert cut_windows(load(np.arange(9.0)), 4, np.float64).x.dtype == np.float64


def test_a_mask_in_one_series_is_a_mask_for_all():
    cut = cut_windows(load([np.arange(3.0), np.array([1.0, np.nan, 3.0])]), 2)
    assert cut.mask[:, 0].tolist() == [True, True, True, True, False, True]
    assert cut.x[:, 0].tolist() == [0, 1, 2, 1, 2, 3]
    assert cut.starts.tolist() == [0, 1, 3]


def test_windows_without_any_value_are_left_out():
    x = np.array([1, 2, *[np.nan] * 4, 7, np.nan])
    cut = cut_windows(load(x), 3)
    assert cut.starts.tolist() == [0, 1]
    late = cut_windows(load(np.array([np.nan, np.nan, np.nan, np.nan, 7, 8.0])), 3)
    assert late.starts.tolist() == [2, 3]


def test_windows_begin_where_every_channel_was_observed():
    x = np.tile(np.arange(40.0)[:, None], (1, 2))
    x[::2, 0] = np.nan
    x[1::4, 1] = np.nan
    assert (cut_windows(load(x), 4).starts % 4 == 3).all()


def test_where_channels_are_never_observed_together_windows_begin_in_the_shortest_gaps():
    x = np.tile(np.arange(40.0)[:, None], (1, 2))
    x[1::2, 0] = np.nan
    x[::2, 1] = np.nan
    x[10:20] = np.nan
    assert cut_windows(load(x), 4).starts.tolist() == [*range(9), *range(21, 37)]


def test_nothing_fits():
    with pytest.raises(DataError, match="D104"):
        cut_windows(load(np.arange(4.0)), 5)
    with pytest.raises(DataError, match="no window holds a value"):
        cut_windows(load(np.full(9, np.nan)), 3)


def test_jax_maps_over_them():
    import jax

    cut = jax.tree.map(lambda array: array.shape, cut_windows(load(np.arange(6.0)), 2))
    assert cut.starts == (5,)


def test_values_that_were_filled_in_are_told_from_measured_ones():
    measured = load(np.array([[0.0], [np.nan], [2.0], [3.0]]))
    filled = load(np.arange(4.0)[:, None])
    found = cut_windows(filled, 2, measured=measured)
    np.testing.assert_array_equal(found.counted.ravel(), [True, False, True, True])
    np.testing.assert_array_equal(found.x.ravel(), [0, 1, 2, 3])
    assert cut_windows(filled, 2).counted is None
