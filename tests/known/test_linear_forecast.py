"""A linear map is solved by matrix powers, so the error of every forecast of it is known."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core import AbstractDynamics, Scaling
from attrax.measures import PredictionError
from attrax.models import IdentityObservation, LinearStart, Model

ANGLE, SHRINK = 0.3, 0.98
TRUTH = SHRINK * np.array([[np.cos(ANGLE), -np.sin(ANGLE)], [np.sin(ANGLE), np.cos(ANGLE)]])


class Linear(AbstractDynamics):
    matrix: jax.Array
    dt: float = eqx.field(static=True, default=1.0)
    latent_dim = 2
    input_dim = 0

    def step(self, z, s=None):
        return self.matrix @ z

    def jacobian(self, z, s=None):
        return self.matrix


def model(matrix):
    observation = IdentityObservation(2)
    return Model(
        Linear(jnp.asarray(matrix)), observation, LinearStart(jnp.zeros((0, 2))), Scaling.identity(2), ("a", "b")
    )


def orbit(n):
    return np.stack([np.linalg.matrix_power(TRUTH, t) @ [1.0, 0.0] for t in range(n)])


@pytest.fixture(autouse=True)
def _double_precision():
    with jax.enable_x64(True):
        yield


@pytest.mark.parametrize("horizon", [1, 5, 20])
def test_the_error_of_a_map_that_is_slightly_wrong_in_scale(horizon):
    # Forecast and truth are r ** h and 1 times the same vector of squared length SHRINK ** (2 t) in two channels.
    r, n = 1.01, 60
    x = orbit(n)
    score = PredictionError(horizon)(x[horizon:], model(r * TRUTH).forecast(x, horizon))
    lengths = SHRINK ** (2.0 * np.arange(horizon, n))
    np.testing.assert_allclose(score.value, (r**horizon - 1) ** 2 * lengths.mean() / 2, rtol=1e-9)


@pytest.mark.parametrize("horizon", [1, 20])
def test_the_error_of_a_map_that_is_slightly_wrong_in_angle(horizon):
    # Two vectors of equal length, h * delta apart in angle: the chord is 2 sin(h delta / 2).
    delta, n = 0.01, 60
    turn = np.array([[np.cos(delta), -np.sin(delta)], [np.sin(delta), np.cos(delta)]])
    x = orbit(n)
    score = PredictionError(horizon)(x[horizon:], model(turn @ TRUTH).forecast(x, horizon))
    lengths = SHRINK ** (2.0 * np.arange(horizon, n))
    np.testing.assert_allclose(score.value, (2 * np.sin(horizon * delta / 2)) ** 2 * lengths.mean() / 2, rtol=1e-9)


def test_the_true_map_makes_no_error():
    x = orbit(60)
    assert PredictionError(20)(x[20:], model(TRUTH).forecast(x, 20)).value < 1e-28


def test_a_free_run_is_the_powers_of_the_matrix():
    x = orbit(40)
    np.testing.assert_allclose(model(TRUTH).simulate(x[:10], 30).x, x[10:], atol=1e-13)
