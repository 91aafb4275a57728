import numpy as np
import pytest

from attrax.measures import PredictionError
from attrax.testing import check_measure


@pytest.fixture
def x():
    t = np.arange(2000) * 0.1
    return np.stack([np.sin(t), np.cos(1.3 * t) + 0.3 * np.sin(0.7 * t)], axis=1)


def test_distances_keep_the_contract(distance, request, x, tables):
    name = request.node.callspec.params["distance"]
    check_measure(distance(), x, symmetric=name in tables.SYMMETRIC)


def test_an_asymmetric_measure_is_found(tables):
    skewed = np.random.default_rng(0).gamma(1.0, size=(500, 2))
    with pytest.raises(AssertionError, match="not symmetric"):
        check_measure(tables.DISTANCES["binned"](), skewed, symmetric=True)


def test_a_measure_that_is_never_zero_is_found(x):
    class ShiftedError(PredictionError):
        def __call__(self, x, x_sim, *, key=None):
            return super().__call__(x, x_sim + 1, key=key)

    with pytest.raises(AssertionError, match="from itself is not 0"):
        check_measure(ShiftedError(horizon=1), x)


def test_times_are_longer_for_better_forecasts_and_tell_divergence(time, x):
    measure = time()
    targets = np.stack([x[i : i + 100] for i in range(0, 1000, 100)])
    growth = np.exp(0.05 * np.arange(100))[:, None]
    near, far, lost = (measure(targets, targets + error * growth) for error in (0.02, 0.1, np.nan))
    assert near.protocol == measure.protocol
    assert near.protocol.startswith(measure.name)
    assert near.value > far.value > 0
    assert "diverged" in lost.flags
