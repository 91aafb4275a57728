"""What a seed draws. A change here changes every model of every seed: it must be meant, and stand in the changelog."""

import jax
import numpy as np

from attrax.reading import load
from attrax.reconstruct.learning.build import build_training
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.reconstruct.settings.configuration import configure
from attrax.systems import find, record


def test_the_first_key_of_a_seed_is_for_the_recording_to_train_on():
    config = configure(overrides={"data": {"source": ["henon"], "steps": 300, "noise": 0.0, "seed": 3}})
    expected = [record(find("henon"), 300, key=key) for key in jax.random.split(jax.random.key(3))]
    for made, one in zip(load_recordings(config)[:2], expected, strict=True):
        np.testing.assert_array_equal(made[0].x, one[0].x)


def test_models_and_the_keys_that_train_them():
    config = configure(overrides={"model": {"dynamics": {"hidden_dim": 4}}, "train": {"window": 10}}).complete(2)
    training = build_training(config, load(np.random.default_rng(0).normal(size=(60, 2))), [3, 4])
    drawn = [[-0.34568560123443604, 0.32302236557006836], [0.32697856426239014, 0.17030704021453857]]
    np.testing.assert_allclose(training.models.dynamics.W1[:, 0, :2], drawn, rtol=1e-6)
    keys = [[1946498123, 2217676430], [1483995542, 2640611522]]
    np.testing.assert_array_equal(jax.random.key_data(training.keys), keys)
