"""Channels of another recording are found by their names, and by their numbers only where there are no names."""

import numpy as np
import pytest

from attrax.core.errors import DataError
from attrax.data.matching import aligned, matched
from attrax.data.series import Dataset, Series

X = np.array([[1.0, 2.0], [3.0, 4.0]])


def recording(*names, inputs=()):
    drives = X * 10 if inputs else None
    return Dataset((Series(X, channels=names, inputs=drives, input_channels=inputs),))


def test_channels_and_inputs_are_put_in_order():
    found = matched(recording("b", "a", inputs=("v", "u")), ("a", "b"), ("u", "v"))[0]
    np.testing.assert_array_equal(found.x, X[:, ::-1])
    np.testing.assert_array_equal(found.inputs, 10 * X[:, ::-1])
    assert (found.channels, found.input_channels) == (("a", "b"), ("u", "v"))


@pytest.mark.parametrize(
    ("given", "wanted", "fits"),
    [
        (("x0", "x1"), ("ecg", "resp"), True),
        (("ecg", "resp"), ("x0", "x1"), True),
        (("x1", "x2"), ("y1", "y2"), False),
        (("ecg", "resp"), ("ecg", "spo2"), False),
        (("x1", "x0"), ("x0", "x1"), True),
    ],
)
def test_numbers_are_no_names_only_if_they_count_from_zero(given, wanted, fits):
    if fits:
        assert matched(recording(*given), wanted)[0].obs_dim == 2
    else:
        with pytest.raises(DataError, match="D110"):
            matched(recording(*given), wanted)


def test_a_recording_is_aligned_if_it_has_the_same_names():
    like = recording("a", "b")[0]
    np.testing.assert_array_equal(aligned(recording("b", "a"), like)[0].x, X[:, ::-1])
    assert aligned(recording("b", "c"), like)[0].channels == ("b", "c")
