"""The influence of channels: it adds up, finds the wiring of a known map, and its control has none."""

from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.analysis.attribution.influence import channel_influence, shuffled
from attrax.core import AbstractDynamics
from attrax.models import GRU, IdentityObservation, LinearStart

KEY = jax.random.key(0)
SEEN = IdentityObservation(3)
START = LinearStart.create(SEEN, 3, key=KEY)


class Driven(AbstractDynamics):
    """Channel 0 drives channel 1, curved; channel 2 stands alone."""

    W: jax.Array
    dt: float = eqx.field(static=True, default=1.0)
    latent_dim = 3
    input_dim = 0

    def step(self, z, s=None):
        return jnp.tanh(self.W @ z) + jnp.array([0.1, 0.0, 0.2])

    def jacobian(self, z, s=None):
        return jax.jacfwd(self.step)(z)


@pytest.fixture(scope="module")
def found():
    W = jnp.array([[0.9, 0.0, 0.0], [0.7, 0.5, 0.0], [0.0, 0.0, 0.8]])
    x = np.random.default_rng(0).normal(size=(200, 1, 3))
    return cache(lambda horizon: channel_influence(Driven(W), SEEN, START, x, horizon, key=KEY))


@pytest.mark.parametrize("horizon", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_the_wiring_of_a_map_is_found(found, horizon):
    influence = found(horizon)
    wired = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1]], bool)
    assert (influence.matrix[~wired] < 1e-14).all()
    assert (influence.matrix[wired] > 0.1).all()
    assert (influence.std_error[wired] < 0.2 * influence.matrix[wired]).all()
    assert influence.control_high[~wired].max() > 0.05
    assert not influence.beyond_control[~wired].any()


def test_the_parts_of_a_pair_add_up_to_the_difference_of_its_forecasts(found):
    assert found(1).gap < 0.02
    assert found(1).n == 200
    assert found(1).n_dropped == 0


def test_groups_of_columns_count_together():
    W = jnp.array([[0.9, 0.4, -0.4], [0.7, 0.5, 0.0], [0.0, 0.0, 0.8]])
    x = np.random.default_rng(0).normal(size=(200, 1, 3))
    x[..., 2] = x[..., 1]  # equal columns, whose parts cancel
    alone = channel_influence(Driven(W), SEEN, START, x, 1, shuffles=1, key=KEY)
    together = channel_influence(Driven(W), SEEN, START, x, 1, groups=np.array([0, 1, 1]), shuffles=1, key=KEY)
    assert together.matrix.shape == (3, 2)
    assert alone.matrix[0, 1] > 0.2
    assert together.matrix[0, 1] < 1e-14


def test_a_shuffled_map_has_the_same_weights_and_offsets():
    cell = GRU.create(4, key=KEY)
    mixed = shuffled(cell, key=jax.random.key(1))
    np.testing.assert_array_equal(jnp.sort(mixed.W.ravel()), jnp.sort(cell.W.ravel()))
    assert not jnp.array_equal(mixed.W, cell.W)
    np.testing.assert_array_equal(mixed.b, cell.b)
