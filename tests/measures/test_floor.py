import numpy as np
import pytest

from attrax.measures import Flag, MixtureDivergence, SpectrumDistance, StateSpaceDivergence, floor


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(1001, 2))


def test_halves_of_one_recording(x):
    measure = StateSpaceDivergence(bins=5)
    score = floor(measure, x)
    assert score.value == measure(x[:500], x[500:1000]).value
    assert score.protocol == f"{measure.protocol}/halves"
    assert score.flags == (Flag.HALVES,)


def test_a_second_recording_is_compared_at_equal_length(x):
    measure = StateSpaceDivergence(bins=5)
    other = np.random.default_rng(1).normal(size=(3000, 2))
    score = floor(measure, x, other)
    stretches = [measure(x, other[i : i + 1001]).value for i in (0, 1001)]
    assert score.value == pytest.approx(np.mean(stretches))
    assert score.std_error > abs(stretches[0] - stretches[1]) / 2
    short = floor(measure, x, other[:700])
    assert short.value == measure(x[:700], other[:700]).value
    assert (short.protocol, short.flags) == (measure.protocol, (Flag.SHORTER,))


def test_the_floor_falls_with_the_length(x):
    other = np.random.default_rng(1).normal(size=(1001, 2))
    assert floor(StateSpaceDivergence(), x, other).value < floor(StateSpaceDivergence(), x).value


def test_the_seed_is_handed_on(x):
    measure = MixtureDivergence(samples=50)
    assert floor(measure, x, key=3).value == measure(x[:500], x[500:1000], key=3).value


def test_gaps_of_a_recording_are_missing_not_diverged(x):
    other = x[::-1].copy()
    other[10] = np.nan
    score = floor(StateSpaceDivergence(bins=5), x, other)
    assert (score.flags, score.n_dropped) == ((Flag.MISSING,), 1)


def test_ecg_as_published(recording):
    x, other = recording("ECG_pecuzal_5d_test.npy"), recording("ECG_pecuzal_5d_train.npy")
    assert floor(StateSpaceDivergence(), x, other).value == pytest.approx(0.294, abs=5e-4)
    assert floor(SpectrumDistance(), x, other).value == pytest.approx(0.060, abs=5e-4)
