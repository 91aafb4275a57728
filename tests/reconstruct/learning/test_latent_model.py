from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import attrax
from attrax.core import Scaling
from attrax.data import Dataset, Series
from attrax.models import ClippedShallowPLRNN, Model, PoissonObservation, WindowEncoder
from attrax.reconstruct.learning.latent_model import latent_model, read_series
from attrax.reconstruct.learning.selection import nearness_to
from attrax.reconstruct.settings.configuration import configure


@pytest.fixture
def counting():
    keys = jax.random.split(jax.random.key(3), 3)
    observation = PoissonObservation.create(jnp.ones(4), 2, key=keys[0])
    start = WindowEncoder.create(observation, 2, reach=3, hidden_dim=4, key=keys[1])
    dynamics = ClippedShallowPLRNN.create(2, 6, key=keys[2])
    return Model(dynamics, observation, start, Scaling.identity(4), tuple("abcd"))


@pytest.fixture
def counts():
    phase = np.arange(400)[:, None] / 8 + np.arange(4)
    return Series(np.random.default_rng(0).poisson(np.exp(0.5 + np.sin(phase))).astype(float), dt=0.1)


def test_states_are_read_from_whole_windows_only(counting, counts):
    z = read_series(counting, counts)
    np.testing.assert_array_equal(z.x, counting.states(counts.x)[2:])
    assert z.channels == ("z1", "z2")
    assert z.dt == counts.dt


def test_a_latent_model_records_its_states(counting, counts):
    z = read_series(counting, counts).x
    run = latent_model(counting).simulate(z, 20)
    expected = attrax.rollout(counting.dynamics, jnp.asarray(z[-1], jnp.float32), 20).z
    np.testing.assert_allclose(run.x, expected, rtol=1e-4, atol=1e-6)


def test_models_of_counts_are_compared_by_their_states(counting, counts):
    kinds = [f"x{i}=poisson" for i in range(4)]
    config = configure(overrides={"model": {"kinds": kinds, "latent_dim": 2}})
    near = nearness_to(Dataset((counts,)), config)
    rates = replace(counting.observation, b=counting.observation.b + 3)
    assert near(replace(counting, observation=rates)) == near(counting)
    turned = replace(counting.dynamics, W1=-counting.dynamics.W1)
    assert near(replace(counting, dynamics=turned)) != near(counting)
