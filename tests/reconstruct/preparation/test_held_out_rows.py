"""Training data, and everything that is computed for training, depend on training rows only."""

import numpy as np
import pytest

from attrax.core.errors import DataError
from attrax.data import fit_scaling
from attrax.reading import load, load_raw
from attrax.reconstruct.preparation.preparation import completed, prepare
from attrax.reconstruct.settings.configuration import configure

ROWS, WINDOW = 1_000, 10
OPTIONS = {
    "plain": {},
    "detrend": {"detrend": ["all"]},
    "decimated": {"every": 3},
    "resampled": {"resample": "2.5"},
    "finer": {"resample": "0.4"},
    "components": {"pca": "2"},
    "lags": {"lags": [0, 7, 30]},
    "chosen lags": {"embed": "auto", "channels": ["x0"]},
    "constant": {"drop": ["constant"]},
    "lines": {"missing": "interpolate"},
    "masks": {"missing": "mask", "every": 2},
    "pieces": {"missing": "split", "lags": [0, 5]},
    "hidden": {"hide": 0.2},
    "all": {"detrend": ["x0"], "every": 2, "pca": "2", "missing": "interpolate", "lags": [0, 3], "drop": ["constant"]},
}

QUICK = ("chosen lags", "all")
CHOICES = [
    pytest.param(options, id=name, marks=() if name in QUICK else pytest.mark.slow) for name, options in OPTIONS.items()
]


def config(**data):
    # The other test rows are no recording of the same drive, which would be an error of its own.
    return configure(overrides={"data": {"force": True, "phases": ["none"], **data}, "train": {"window": WINDOW}})


@pytest.fixture
def waves():
    """Three oscillations with noise and a trend, and a channel that changes only in the rows held out."""
    rng, t = np.random.default_rng(0), np.arange(ROWS)[:, None]
    x = np.sin(t * [0.21, 0.34, 0.55]) + 0.002 * t + 0.05 * rng.normal(size=(ROWS, 3))
    return np.column_stack([x, np.where(np.arange(ROWS) < 800, 1.0, np.arange(ROWS))])


def with_other_end(x):
    """The recording with other values in the rows that are held out, and with a gap at their beginning."""
    other = x.copy()
    other[800:, :3] = np.random.default_rng(1).permutation(x[800:, :3])[::-1] ** 3 + 5
    other[800:806, :3] = np.nan
    return other


def trained_on(x, options):
    """All that training takes from a recording."""
    chosen = config(**options)
    x = x if "constant" in options.get("drop", ()) else x[:, :3]
    x = x.copy()
    x[300:304, 0] = np.nan
    recordings = prepare(chosen, load_raw(x))
    train = recordings.train
    return train, fit_scaling(train), completed(chosen, recordings), recordings.preparation.projection


@pytest.mark.parametrize("options", CHOICES)
def test_training_does_not_depend_on_the_values_of_test_rows(waves, options):
    one, other = (trained_on(x, options) for x in (waves, with_other_end(waves)))
    assert one[0].sha256 == other[0].sha256
    assert (one[0][0].channels, one[0][0].dt, len(one[0])) == (other[0][0].channels, other[0][0].dt, len(other[0]))
    assert one[1:3] == other[1:3]
    if one[3] is not None:
        np.testing.assert_array_equal(one[3].components, other[3].components)


@pytest.mark.parametrize(
    "options", [{}, {"lags": [0, 40, 414]}, {"lags": [414, 0]}, {"embed": "auto"}, {"every": 2, "lags": [0, 100]}]
)
def test_no_raw_row_is_in_both_parts_and_the_gap_is_a_window_and_the_largest_lag(options):
    rows = 4_000
    # The rows of a channel can be told from its values: it is its row number, and a wave that is smaller than a row.
    x = np.arange(rows) + 0.4 * np.sin(np.arange(rows) / 7) if "embed" not in options else _chaos(rows)
    recordings = prepare(config(**options), load_raw(x))
    seen, judged = (_raw_rows(x, part) for part in (recordings.train, recordings.test))
    every, lag = options.get("every", 1), max(recordings.preparation.lags, default=0)
    if every == 1:
        assert not set(seen.ravel()) & set(judged.ravel())
    assert lag == max(options.get("lags", [0])) or (lag > 0 and "embed" in options)
    assert judged.min() - seen.max() - 1 >= every * WINDOW
    assert judged.min() - seen[:, 0].max() - 1 >= every * (WINDOW + min(lag, seen[0].max() - seen[0, 0]))


def _chaos(rows):
    """A coordinate of Roessler at coarse steps; every value occurs once."""
    x, z = np.empty(rows), np.array([1.0, 1.0, 0.0])
    for i in range(rows):
        for _ in range(4):
            z = z + 0.05 * np.array([-z[1] - z[2], z[0] + 0.2 * z[1], 0.2 + z[2] * (z[0] - 5.7)])
        x[i] = z[0]
    return x


def _raw_rows(x, part):
    """For each row and copy the nearest row of the recording."""
    order = np.argsort(x)
    values = part[0].x
    right = np.clip(np.searchsorted(x[order], values), 1, len(x) - 1)
    nearer = np.abs(x[order][right] - values) < np.abs(x[order][right - 1] - values)
    return order[np.where(nearer, right, right - 1)]


def test_the_line_of_the_training_rows_goes_on_through_the_test_rows():
    t = np.arange(500.0)
    wave = np.sin(2 * np.pi * t / 20)
    x = 2 * t + wave
    x[420:] += 30
    train, test, _ = prepare(config(detrend=["all"], embed="none"), load_raw(x))
    slope, level = np.polyfit(t[:390], x[:390], 1)
    mean = x[:390].mean()
    np.testing.assert_allclose(train[0].x[:, 0], (x - level - slope * t + mean)[:390])
    np.testing.assert_allclose(test[0].x[:, 0], (x - level - slope * t + mean)[400:])


def test_pieces_that_are_too_short_for_lags_and_a_test_part_are_trained_on_as_a_whole(henon):
    recordings = [henon(400)[:, :1], henon(80, 0.2)[:, :1]]
    train, test, _ = prepare(config(lags=[0, 20]), load([*recordings]))
    assert [len(series) for series in train] == [400 - 80 - WINDOW - 20, 60]
    assert [len(series) for series in test] == [60]


@pytest.mark.parametrize(
    ("value", "state"), [(3.0, "the same value 3 in all 200 rows"), (np.nan, "no value in any row")]
)
def test_a_channel_that_does_not_change_in_the_test_rows_is_refused_before_training(waves, value, state):
    x = waves[:, :3].copy()
    x[780:, 1] = value
    with pytest.raises(DataError) as caught:
        prepare(config(missing="mask"), load_raw(x))
    assert caught.value.code == "D103"
    assert f"'x1' (2 of 3) in the rows held out for testing: {state}" in caught.value.where


@pytest.mark.parametrize("unit", [1e60, 1e200, 1e-200])
def test_values_whose_powers_a_computer_cannot_hold_are_refused_before_training(waves, unit):
    with pytest.raises(DataError, match=r"D145[\s\S]*'x0'[\s\S]*another unit"):
        prepare(config(), load_raw(waves[:, :3] * unit))
    prepare(config(), load_raw(waves[:, :3] * unit**0.2))
