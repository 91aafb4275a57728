import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats
from scipy.special import expit, softmax

from attrax.models import (
    CategoricalObservation,
    GaussianObservation,
    OffsetObservation,
    OrdinalObservation,
    PoissonObservation,
    ProductObservation,
    ZeroInflatedPoissonObservation,
)

MANY = 20_000


@pytest.fixture
def z():
    return jnp.asarray(np.random.default_rng(0).normal(size=(7, 2)), jnp.float32)


@pytest.fixture
def rng():
    return np.random.default_rng(1)


@pytest.fixture
def poisson(key):
    return PoissonObservation.create(jnp.array([0.4, 3.0, 20.0]), 2, key=key)


@pytest.fixture
def inflated(poisson):
    return ZeroInflatedPoissonObservation(poisson, jnp.array([-1.0, 0.0, 2.0]))


@pytest.fixture
def ordinal(key):
    fresh = OrdinalObservation.create(3, 2, 4, key=key)
    return OrdinalObservation(fresh.B, jnp.array([-1.0, 0.0, -2.0]), jnp.array([[0.0, 0.5], [-1.0, 0.2], [0.3, 0.3]]))


@pytest.fixture
def categorical(key):
    return CategoricalObservation(
        CategoricalObservation.create(2, 2, 3, key=key).B, jnp.array([[0.0, 1.0, -1.0], [0.5, 0.0, 0.0]])
    )


def drawn(observation, z):
    """Many observations in one state."""
    return np.asarray(observation.sample(jnp.broadcast_to(z, (MANY, len(z))), key=jax.random.key(2)))


def test_the_gaussian_nll_is_that_of_scipy(z, rng, key):
    B = OffsetObservation.create(3, 2, key=key).B
    observation = GaussianObservation(B, jnp.array([1.0, 0.0, -2.0]), jnp.log(jnp.array([0.1, 1.0, 3.0])))
    x = jnp.asarray(rng.normal(size=(7, 3)), jnp.float32)
    expected = -stats.norm(np.asarray(z) @ np.asarray(B).T + [1, 0, -2], [0.11, 1.01, 3.01]).logpdf(x).mean()
    assert observation.nll(z, x, None) == pytest.approx(expected, rel=1e-5)
    assert drawn(observation, z[0]).std(axis=0) == pytest.approx([0.11, 1.01, 3.01], rel=0.03)


def test_noisy_channels_count_less_in_the_inverse(rng):
    B = rng.normal(size=(5, 2)).astype(np.float32)
    sigma = np.array([0.1, 0.1, 2.0, 2.0, 2.0])
    observation = GaussianObservation(jnp.asarray(B), jnp.ones(5), jnp.asarray(np.log(sigma - 0.01), jnp.float32))
    x = rng.normal(size=5).astype(np.float32)
    expected = np.linalg.lstsq(B / sigma[:, None], (x - 1) / sigma)[0]
    np.testing.assert_allclose(observation.invert(jnp.asarray(x)), expected, rtol=1e-3)


def test_an_offset_is_taken_off_before_the_inversion(key):
    B = OffsetObservation.create(3, 2, key=key).B
    observation = OffsetObservation(B, jnp.array([5.0, 6.0, 7.0]))
    np.testing.assert_allclose(observation.observe(jnp.zeros(2)), [5, 6, 7])
    np.testing.assert_allclose(observation.invert(observation.observe(jnp.array([1.0, -2.0]))), [1, -2], rtol=1e-4)


def test_the_poisson_nll_is_that_of_scipy(poisson, z, rng):
    rate = np.exp(np.asarray(z) @ np.asarray(poisson.B).T) * [0.4, 3, 20]
    x = jnp.asarray(rng.poisson(rate), jnp.float32)
    np.testing.assert_allclose(poisson.observe(z), rate, rtol=1e-4)
    assert poisson.nll(z, x, None) == pytest.approx(-stats.poisson(rate).logpmf(x).mean(), rel=1e-5)
    assert drawn(poisson, z[0]).mean(axis=0) == pytest.approx(rate[0], rel=0.05)


def test_a_rate_beyond_all_counts_stays_finite(poisson):
    value, slope = jax.value_and_grad(poisson.nll)(jnp.full((1, 2), 1e6), jnp.ones((1, 3)), None)
    assert jnp.isfinite(value)
    assert jnp.isfinite(slope).all()


def test_the_zero_inflated_nll_is_a_mixture(inflated, z):
    rate, silent = np.asarray(inflated.counts.observe(z)), expit([-1.0, 0.0, 2.0])
    x = np.arange(21).reshape(7, 3) % 4
    likelihood = silent * (x == 0) + (1 - silent) * stats.poisson(rate).pmf(x)
    assert inflated.nll(z, jnp.asarray(x, jnp.float32), None) == pytest.approx(-np.log(likelihood).mean(), rel=1e-4)
    np.testing.assert_allclose(inflated.observe(z), (1 - silent) * rate, rtol=1e-4)
    assert drawn(inflated, z[0]).mean(axis=0) == pytest.approx((1 - silent) * rate[0], rel=0.06)


def test_the_ordinal_nll_cuts_a_logistic_variable(ordinal, z, rng):
    cuts = np.cumsum(np.c_[[-1.0, 0, -2], np.exp([[0, 0.5], [-1, 0.2], [0.3, 0.3]])], axis=1)
    below = stats.logistic.cdf(cuts - (np.asarray(z) @ np.asarray(ordinal.B).T)[..., None])
    p = np.diff(np.concatenate([np.zeros((7, 3, 1)), below, np.ones((7, 3, 1))], axis=-1), axis=-1)
    x = rng.integers(0, 4, size=(7, 3))
    expected = -np.log(np.take_along_axis(p, x[..., None], -1)).mean()
    assert ordinal.levels == 4
    assert ordinal.nll(z, jnp.asarray(x, jnp.float32), None) == pytest.approx(expected, rel=1e-4)
    np.testing.assert_allclose(ordinal.observe(z), p @ np.arange(4), rtol=1e-4)
    assert drawn(ordinal, z[0]).mean(axis=0) == pytest.approx(p[0] @ np.arange(4), abs=0.05)


def test_the_categorical_nll_is_a_softmax(categorical, z, rng):
    p = softmax(np.einsum("ikm,tm->tik", categorical.B, z) + np.asarray(categorical.b), axis=-1)
    x = rng.integers(0, 3, size=(7, 2))
    expected = -np.log(np.take_along_axis(p, x[..., None], -1)).mean()
    assert categorical.nll(z, jnp.asarray(x, jnp.float32), None) == pytest.approx(expected, rel=1e-4)
    np.testing.assert_array_equal(categorical.observe(z), p.argmax(axis=-1))
    shares = [(drawn(categorical, z[0])[:, 0] == k).mean() for k in range(3)]
    assert shares == pytest.approx(p[0, 0], abs=0.02)


def test_labels_are_read_one_number_a_category(categorical):
    np.testing.assert_array_equal(categorical.features(jnp.array([2.0, 0.0])), [0, 0, 1, 1, 0, 0])


def test_a_product_puts_columns_where_they_belong(poisson, categorical, z):
    product = ProductObservation((poisson, categorical), ((0, 2, 4), (3, 1)))
    x = product.sample(z, key=jax.random.key(0))
    counts, labels = x[:, jnp.array([0, 2, 4])], x[:, jnp.array([3, 1])]
    expected = (21 * poisson.nll(z, counts, None) + 14 * categorical.nll(z, labels, None)) / 35
    assert product.nll(z, x, None) == pytest.approx(float(expected), rel=1e-5)
    np.testing.assert_array_equal(product.observe(z)[:, [3, 1]], categorical.observe(z))
    np.testing.assert_array_equal(product.features(x), np.c_[poisson.features(counts), categorical.features(labels)])
