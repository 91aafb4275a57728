"""Time scales: those of waves agree; those of rare events are far apart, with and without noise."""

import numpy as np
import pytest

from attrax.diagnosis.period import dominant_period
from attrax.diagnosis.time_scales import event_activity, time_scales

T = np.arange(6_000)


def scales(x):
    return time_scales(x, dominant_period(x))


def spikes(width):
    return np.exp(-(((T % 400) - 200) ** 2) / (2 * width**2))


def bursts():
    return np.sin(2 * np.pi * T / 20) * (T % 500 < 120)


def standard(x):
    return ((x - x.mean()) / x.std())[:, None]


@pytest.mark.parametrize("noise", [0.0, 0.03])
@pytest.mark.parametrize("x", [spikes(5), bursts()], ids=["spikes", "bursts"])
def test_rare_events_are_far_apart(x, noise):
    found = scales(standard(x + noise * x.std() * np.random.default_rng(0).normal(size=len(x))))
    assert found.far_apart
    assert found.fast < 40 < 390 < found.slow
    assert "time scales far apart" in found.sentence()


@pytest.mark.parametrize("noise", [0.0, 0.03])
@pytest.mark.parametrize("x", [np.sin(T / 9), np.sin(T / 9) + np.sin(T / 23)], ids=["one wave", "two waves"])
def test_waves_are_not(x, noise):
    found = scales(standard(x + noise * x.std() * np.random.default_rng(0).normal(size=len(x))))
    assert not found.far_apart
    assert found.sentence() == ""


def test_noise_and_constants_are_not():
    rng = np.random.default_rng(0)
    assert not scales(rng.normal(size=(2_000, 2))).far_apart
    assert not scales(standard(rng.normal(size=2_000).cumsum())).far_apart
    assert scales(np.ones((5, 1))).ratio == 1.0


def test_activity_is_large_where_events_are():
    x = spikes(5)
    activity = event_activity(x, 40)
    assert activity[200] > 100 * activity[20]
    assert activity.mean() == pytest.approx((np.diff(x) ** 2).sum() / len(x), rel=0.1)
