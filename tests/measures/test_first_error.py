"""The time to the first error: the first row with a wrong symbol in any channel."""

import numpy as np
import pytest

from attrax import ConfigError, DataError
from attrax.measures import TimeToFirstError


@pytest.fixture
def x():
    return np.random.default_rng(0).integers(3, size=(4, 10, 5)).astype(float)


def test_one_wrong_symbol_ends_a_forecast(x):
    wrong = x.copy()
    for start, row in enumerate((0, 3, 9)):
        wrong[start, row, start] += 1
    score = TimeToFirstError()(x, wrong)
    assert score.value == np.mean([0, 3, 9, 10])
    assert score.std_error == pytest.approx(np.std([0, 3, 9, 10], ddof=1) / 2)
    assert score.flags == ("censored",)
    assert score.n_used == 4


def test_a_constant_channel_counts(x):
    x[:, :, 2] = 1.0
    wrong = x.copy()
    wrong[:, 5:, 2] = 0.0
    assert TimeToFirstError()(x, wrong).value == 5.0


def test_what_is_no_number_is_wrong(x):
    lost = x.copy()
    lost[:, 2] = np.nan
    score = TimeToFirstError()(x, lost)
    assert (score.value, score.flags) == (2.0, ("diverged",))


def test_impossible_settings_and_arrays_are_told(x):
    with pytest.raises(ConfigError, match="C520"):
        TimeToFirstError(tolerance=0.0)
    with pytest.raises(DataError, match="D101"):
        TimeToFirstError()(np.where(x == 0, np.nan, x), x)
