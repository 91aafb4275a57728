import numpy as np
import pytest

from attrax.core.missing_values import fill_forward

NAN = np.nan


@pytest.mark.parametrize(
    ("x", "filled"),
    [
        ([1, NAN, NAN, 4], [1, 1, 1, 4]),
        ([NAN, NAN, 2, 4], [3, 3, 2, 4]),
        ([1, 2, NAN], [1, 2, 2]),
        ([NAN, 5, NAN, 7, NAN], [6, 5, 5, 7, 7]),
        ([NAN, NAN], [0, 0]),
    ],
)
def test_a_gap_takes_the_last_value_or_the_mean_where_there_is_none(x, filled):
    np.testing.assert_array_equal(fill_forward(np.array(x, float)[:, None])[:, 0], filled)


def test_channels_are_filled_on_their_own():
    x = np.array([[1.0, NAN], [NAN, 3.0], [5.0, NAN]])
    np.testing.assert_array_equal(fill_forward(x), [[1, 3], [1, 3], [5, 3]])


def test_the_recording_is_left_as_it_was():
    x = np.array([[1.0], [NAN]])
    fill_forward(x)
    assert np.isnan(x[1, 0])


def test_a_complete_recording_is_returned_as_it_is():
    x = np.random.default_rng(0).normal(size=(5, 2))
    np.testing.assert_array_equal(fill_forward(x), x)
