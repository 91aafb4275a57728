import jax
import jax.numpy as jnp
import pytest

from attrax.models import AbstractStochastic, PredictiveCodingRNN
from attrax.models.stochastic import Innovations, stochastic
from attrax.registries import DYNAMICS
from attrax.systems import Henon

KEY = jax.random.key(3)
NETWORK = PredictiveCodingRNN.create(5, 2, input_dim=1, key=KEY)
MAPS = {"random units": NETWORK, "innovations": Innovations(Henon(), 0.3)}
Z = {name: 0.3 * jax.random.normal(KEY, (f.latent_dim,)) for name, f in MAPS.items()}
VECTOR = {name: 0.4 * jax.random.normal(KEY, (f.vector_dim,)) for name, f in MAPS.items()}


@pytest.fixture(params=MAPS)
def name(request):
    return request.param


def test_without_vector_and_noise_a_step_is_the_map(name):
    f = MAPS[name]
    s = jnp.ones(f.input_dim) if f.input_dim else None
    calm = f.inferred_step(Z[name], jnp.zeros(f.vector_dim), jnp.zeros(f.noise_dim), s)
    assert jnp.allclose(calm, f.step(Z[name], s), atol=1e-6)


def test_the_divergence_is_zero_at_the_prior_and_positive_elsewhere(name):
    f = MAPS[name]
    assert f.divergence(Z[name], jnp.zeros(f.vector_dim)) == 0
    assert f.divergence(Z[name], VECTOR[name]) > 0


def _normal(f, z, vector):
    """Mean and standard deviation of the random variable of a step, from its definition."""
    if isinstance(f, Innovations):
        return f.sigma * vector, jnp.full(f.latent_dim, f.sigma)
    to_mean, to_sigma = vector[:2], vector[2:]
    return jnp.tanh(f.W_mu @ z + to_mean), jnp.exp(f.W_sigma @ z + to_sigma)


def test_the_divergence_is_that_of_two_normal_distributions(name):
    f = MAPS[name]
    mean, sigma = _normal(f, Z[name], VECTOR[name])
    prior_mean, prior_sigma = _normal(f, Z[name], jnp.zeros(f.vector_dim))
    terms = jnp.log(prior_sigma / sigma) + (sigma**2 + (mean - prior_mean) ** 2) / (2 * prior_sigma**2) - 0.5
    assert jnp.isclose(f.divergence(Z[name], VECTOR[name]), terms.sum(), rtol=1e-4)


def test_the_random_units_act_through_their_weights():
    f, z, noise = NETWORK, Z["random units"], jnp.array([0.5, -1.0])
    mean, sigma = f.prior(z)
    drive = f.W_d @ z + f.W_u @ (mean + sigma * noise) + f.b
    rate = 1 / jnp.geomspace(1.0, 4.0, 5)
    expected = (1 - rate) * z + rate * jnp.tanh(drive)
    assert jnp.allclose(f.inferred_step(z, jnp.zeros(4), noise), expected, atol=1e-6)


def test_units_with_a_large_time_constant_are_slow():
    f = PredictiveCodingRNN.create(6, 2, fast=1.0, slow=100.0, key=KEY)
    z = jnp.full(6, 0.9)
    moved = jnp.abs(f.step(z) - z)
    assert moved[-1] < 0.02 < moved[0]


def test_any_dynamics_becomes_stochastic_and_one_with_random_variables_stays():
    assert stochastic(NETWORK, 0.1) is NETWORK
    noisy = stochastic(Henon(), 0.1)
    assert isinstance(noisy, AbstractStochastic)
    assert noisy.sigma == 0.1


def test_time_constants_in_the_wrong_order_are_refused():
    spec = DYNAMICS.spec("pv-rnn")
    assert spec.conflict(6, spec.settings(fast=2.0, slow=2.0)) is None
    assert spec.conflict(6, spec.settings(fast=5.0, slow=2.0)).code == "C648"
