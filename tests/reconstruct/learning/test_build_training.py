"""Which rows train, which rows choose, and what the scaling has seen."""

import numpy as np
import pytest

from attrax.reading import load
from attrax.reconstruct.learning.build import build_training
from attrax.reconstruct.settings.configuration import configure

WINDOW = 10


@pytest.fixture
def drifting(henon):
    """A map whose second half lies far from the first."""
    return henon(200) + 100.0 * (np.arange(200) >= 100)[:, None]


def training_of(x, **train):
    settings = {"model": {"dynamics": {"hidden_dim": 4}}, "train": {"window": WINDOW, **train}}
    return build_training(configure(overrides=settings).complete(2), load(x), [0])


def test_the_scaling_has_seen_only_the_rows_that_train(drifting):
    (seen,) = training_of(drifting, validation_fraction=0.5).data
    np.testing.assert_allclose(seen.x.mean(axis=0), 0.0, atol=1e-5)
    np.testing.assert_allclose(seen.x.std(axis=0), 1.0, atol=1e-5)


def test_a_window_lies_between_the_rows_that_train_and_those_that_choose(drifting):
    training = training_of(drifting, validation_fraction=0.5)
    assert len(training.data[0]) == 100 - WINDOW
    np.testing.assert_allclose(training.judges[0].x, drifting[100:])


def test_without_a_validation_part_the_same_rows_train_and_choose(drifting):
    training = training_of(drifting)
    assert len(training.data[0]) == 200
    np.testing.assert_allclose(training.judges[0].x, drifting)
