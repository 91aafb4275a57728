import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.models import AffineObservation, IdentityObservation, LinearStart
from attrax.models.observed_mean import mean_squared_error


@pytest.mark.parametrize(("obs_dim", "latent_dim"), [(5, 3), (3, 3), (2, 5)])
def test_the_affine_inverse_is_the_least_squares_one(obs_dim, latent_dim, key):
    observation = AffineObservation.create(obs_dim, latent_dim, key=key)
    x = np.random.default_rng(0).normal(size=(7, obs_dim)).astype(np.float32)
    expected = np.linalg.lstsq(np.asarray(observation.B, np.float64), x.T.astype(np.float64))[0].T
    np.testing.assert_allclose(observation.invert(jnp.asarray(x)), expected, rtol=1e-3, atol=1e-4)


def test_affine_loadings_start_uniform_by_fan_in(key):
    B = AffineObservation.create(400, 4, key=key).B
    assert B.shape == (400, 4)
    assert 0.49 < jnp.abs(B).max() <= 0.5


def test_identity_shows_the_first_coordinates():
    observation = IdentityObservation(2)
    np.testing.assert_array_equal(observation.observe(jnp.arange(12.0).reshape(3, 4)), [[0, 1], [4, 5], [8, 9]])
    np.testing.assert_array_equal(observation.invert(jnp.array([3.0, 4.0])), [3, 4])


def test_a_start_guesses_the_coordinates_that_are_not_observed():
    start = LinearStart(jnp.array([[1.0, 2.0], [0.0, -1.0]]))
    x = jnp.array([[1.0, 10.0], [3.0, 0.5]])
    np.testing.assert_array_equal(start.infer(IdentityObservation(2), x), [[1, 10, 21, -10], [3, 0.5, 4, -0.5]])


@pytest.mark.parametrize("latent_dim", [2, 5])
def test_a_start_has_a_row_for_each_free_coordinate(latent_dim, key):
    assert LinearStart.create(IdentityObservation(2), latent_dim, key=key).L.shape == (latent_dim - 2, 2)
    assert LinearStart.create(AffineObservation.create(2, latent_dim, key=key), latent_dim, key=key).L.shape == (0, 2)


def test_the_squared_error_in_closed_form():
    x_hat, x = jnp.array([[1.0, 2.0], [3.0, 4.0]]), jnp.array([[1.0, 0.0], [0.0, 0.0]])
    assert mean_squared_error(x_hat, x, None) == (4 + 9 + 16) / 4
    assert mean_squared_error(x_hat, x, jnp.array([[True, True], [False, True]])) == (4 + 16) / 3


def test_what_is_missing_has_no_error_and_no_gradient():
    x = jnp.array([[jnp.nan, 1.0]])
    mask = jnp.array([[False, True]])
    value, gradient = jax.value_and_grad(mean_squared_error)(jnp.array([[5.0, 3.0]]), x, mask)
    assert value == 4
    np.testing.assert_array_equal(gradient, [[0, 4]])
