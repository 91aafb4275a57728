import numpy as np
import pytest

from attrax.diagnosis import cycle_count
from attrax.diagnosis.cycle_count import count_cycles, cycles_seen, enough_cycles, period, rows_per_cycle
from attrax.diagnosis.overlap import find_overlap
from attrax.reading.load import load

X = np.random.default_rng(0).normal(size=(500, 2))


@pytest.mark.parametrize(
    ("train", "test", "told"),
    [
        (X, X, "the same values"),
        (X, X[100:200], "100 rows of the test recording are rows 100 to 199 of the training"),
        (X, X[:3], "rows 0 to 2"),
        (X, X[-7:], "rows 493 to 499"),
        (X[50:60], X, "10 rows of the training recording are rows 50 to 59 of the test"),
        ([X[:100], X[200:]], [X[100:110], X[210:220]], "rows 10 to 19"),
    ],
)
def test_a_part_is_found(train, test, told):
    assert told in find_overlap(load(train), load(test))


def test_what_resembles_is_no_part():
    other = X[100:200].copy()
    other[50] += 1e-12
    assert find_overlap(load(X), load(other)) is None
    assert find_overlap(load(X), load(X[100:200, :1])) is None
    assert find_overlap(load(X), load(X[200:100:-1])) is None


def test_cycles_are_returns():
    t = np.arange(4_000)
    noise = 0.05 * np.random.default_rng(0).normal(size=4_000)
    wave = np.sin(2 * np.pi * t / 200)
    assert count_cycles(wave + noise) == 20
    assert count_cycles(t.astype(float)) == 0
    assert count_cycles(np.zeros(10)) == 0
    assert count_cycles(wave + 20 * t / 4_000) == 20
    assert count_cycles(np.sin(2 * np.pi * t / 4_000) + noise) <= 1
    both = load(np.stack([wave, np.sin(2 * np.pi * t / 50)], 1))
    assert cycles_seen(both) == 80
    assert period(both, 0) == pytest.approx(200, rel=0.06)
    assert period(load(wave[:800]), 0) is None


@pytest.mark.parametrize("rows", [50, 3_000])
def test_cycles_of_a_very_long_recording_are_counted_in_a_part_of_it_that_shows_enough(monkeypatch, rows):
    recording = load(np.sin(2 * np.pi * np.arange(60_000) / rows))
    whole = rows_per_cycle(recording)
    monkeypatch.setattr(cycle_count, "MOST_VALUES", 20_000)
    assert rows_per_cycle(recording) == pytest.approx(whole, rel=0.01)
    assert enough_cycles(recording, 60_000 // rows - 2)
    assert not enough_cycles(recording, 60_000 // rows + 2)
