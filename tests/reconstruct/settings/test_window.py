"""The training window and the batch size that are chosen if none is given."""

import numpy as np
import pytest

from attrax.data import Dataset, Series
from attrax.reconstruct.preparation.preparation import completed, prepare
from attrax.reconstruct.settings.configuration import configure

OPEN = {"data": {"phases": ["none"], "embed": "none", "force": True}}


def sizes(rows, cycle=100.0, **train):
    chosen = configure(overrides={"train": train}).train.of_length(rows, cycle)
    return chosen.window, chosen.batch_size


@pytest.mark.parametrize(
    ("rows", "chosen"), [(100, (75, 16)), (1_500, (75, 16)), (2_000, (100, 16)), (4_000, (200, 8)), (10**6, (200, 8))]
)
def test_short_recordings_have_shorter_windows_and_more_of_them(rows, chosen):
    assert sizes(rows) == chosen


@pytest.mark.parametrize(("cycle", "window"), [(7.5, 75), (37.0, 75), (60.3, 120), (100.0, 200), (np.inf, 200)])
def test_a_window_has_two_cycles(cycle, window):
    assert sizes(10**6, cycle)[0] == window


def test_what_is_given_stays():
    assert sizes(10**6, window=30) == (30, 48)
    assert sizes(10**6, batch_size=5) == (200, 5)
    assert sizes(10**6, window=500) == (500, 8)


@pytest.mark.parametrize(("rows", "window"), [(900, 75), (2_500, 100), (9_000, 125)])
def test_a_fit_uses_the_window_that_its_rows_allow(rows, window):
    config, recording = configure(overrides=OPEN), wave(rows)
    recordings = prepare(config, recording)
    complete = completed(config, recordings)
    assert (recordings.preparation.window, complete.train.window) == (window, window)
    assert rows - len(recordings.train[0]) - len(recordings.test[0]) == window


def test_rows_are_counted_after_repairs():
    config = configure(overrides={**OPEN, "data": {**OPEN["data"], "every": 4}})
    assert prepare(config, wave(10_000, cycle=400)).preparation.window == 100


def wave(rows, cycle=62.8):
    turns = 2 * np.pi * np.arange(rows) / cycle
    return Dataset((Series(np.stack([np.sin(turns), np.sin(0.7 * turns), np.cos(turns)], 1), dt=1.0),))
