"""Equal noise: a noisy training recording and a clean test recording are compared as noisy as each other."""

import numpy as np
import pytest

from attrax import evaluate
from attrax.core import Result, Simulation
from attrax.data import Series
from attrax.reconstruct.judging.equal_noise import equal_noise
from attrax.reconstruct.judging.free_runs import FreeRuns
from tests.verdict.recordings import chaotic
from tests.verdict.simulators import henon

ROWS = 3_000


@pytest.fixture(scope="module")
def recordings():
    """Two parts of one orbit of the Hénon map, and noise of a tenth of a standard deviation."""
    x = chaotic("henon", 2 * ROWS, 0.0, 0)
    return x[:ROWS], x[ROWS:], 0.1 * x.std(axis=0) * np.random.default_rng(1).standard_normal((ROWS, 2))


def row(evaluation, name="D_stsp"):
    return next(row for row in evaluation.verdict.rows if row.name == name)


def test_the_floor_of_a_noisy_training_recording_is_that_of_two_noisy_recordings(recordings):
    train, test, noise = recordings
    mixed = evaluate(henon(), test, train + noise)
    assert mixed.added == pytest.approx(0.1 * train.std(axis=0), rel=0.15)
    again = np.random.default_rng(2).permutation(noise)
    both = evaluate(henon(), test + again, train + noise)
    assert max(both.added) == 0.0
    assert row(mixed).floor.value == pytest.approx(row(both).floor.value, rel=0.25)
    assert row(mixed).model.value < 2 * row(mixed).floor.value


def test_a_noisy_test_recording_is_compared_with_a_noisy_training_recording(recordings):
    train, test, noise = recordings
    found = evaluate(henon(), test + noise, train)
    assert max(found.added) == 0.0
    assert row(found).model.value < 2 * row(found).floor.value


@pytest.mark.parametrize(("ours", "theirs", "noise"), [(0.3, 0.5, 0.5), (0.5, 0.3, 0.5), (0.3, 0.32, 0.3)])
def test_the_recording_with_less_noise_gets_the_difference(ours, theirs, noise):
    x = np.random.default_rng(0).standard_normal((20_000, 1))
    found = FreeRuns(Series(x), (Simulation(x, Result.SUCCESSFUL),))
    equal = equal_noise(found, x, np.array([ours]), np.array([theirs]), seed=0)
    assert equal.noise == pytest.approx(noise)
    to_test, to_known = (equal.found.reference.x - x).std(), (equal.known - x).std()
    wanted = np.sqrt(abs(theirs**2 - ours**2)) if abs(theirs - ours) > 0.1 else 0.0
    assert to_test == pytest.approx(wanted if theirs > ours else 0.0, rel=0.02)
    assert to_known == pytest.approx(wanted if ours > theirs else 0.0, rel=0.02)


def test_nothing_changes_without_a_training_recording():
    found = FreeRuns(Series(np.zeros((9, 1))), (Simulation(np.zeros((9, 1)), Result.SUCCESSFUL),))
    equal = equal_noise(found, None, np.array([0.2]), np.array([0.5]), seed=0)
    assert (equal.found, equal.known, equal.noise, equal.added) == (found, None, 0.2, 0.0)
