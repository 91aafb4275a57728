import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.models import ClippedShallowPLRNN
from attrax.train.estimators.arithmetic_mean import arithmetic_mean
from attrax.train.estimators.batch_maximum import batch_maximum
from attrax.train.estimators.explog_approximation import explog_approximation
from attrax.train.estimators.jacobian_upper_bound import jacobian_upper_bound
from attrax.train.estimators.product_upper_bound import product_upper_bound
from attrax.train.jacobian_growth import spectral_norm

ON_DATA = [batch_maximum, product_upper_bound, arithmetic_mean, explog_approximation]
# States are the eigenvalues of the Jacobians: two windows of three steps. Powers of 2 make geometric means exact.
STATES = np.array([[[4.0, 1.0], [0.5, 2.0], [4.0, 4.0]], [[1.0, 1.0], [2.0, 0.5], [0.5, 1.0]]])
NORMS = STATES.max(axis=2)
EXPECTED = {
    batch_maximum: NORMS.max(),
    product_upper_bound: np.prod(NORMS, axis=1).max() ** (1 / 3),
    arithmetic_mean: STATES.mean(axis=1).max(),
    explog_approximation: np.prod(STATES, axis=1).max() ** (1 / 3),
}


@pytest.mark.parametrize("estimator", ON_DATA)
@pytest.mark.parametrize("angle", [0.0, 0.7], ids=["diagonal", "commuting"])
def test_jacobians_with_common_axes_have_known_estimates(estimator, angle, known_jacobians):
    kappa = eqx.filter_jit(estimator)(known_jacobians(angle), jnp.asarray(STATES, jnp.float32))
    np.testing.assert_allclose(kappa, EXPECTED[estimator], rtol=2e-3)


@pytest.mark.parametrize("estimator", ON_DATA)
def test_for_a_constant_jacobian_all_agree(estimator, known_jacobians):
    z_hat = jnp.broadcast_to(jnp.array([0.3, 1.7]), (2, 5, 2))
    np.testing.assert_allclose(eqx.filter_jit(estimator)(known_jacobians(0.4), z_hat), 1.7, rtol=1e-4)


def test_the_bound_is_that_of_the_map_whatever_the_data(known_jacobians):
    for z_hat in (jnp.zeros((1, 1, 2)), jnp.full((2, 3, 2), jnp.nan)):
        assert jacobian_upper_bound(known_jacobians(), z_hat) == 7


@pytest.mark.parametrize("seed", range(3))
def test_estimators_are_ordered_from_cautious_to_bold(seed):
    key = jax.random.key(seed)
    f = ClippedShallowPLRNN.create(3, 20, key=key)
    z_hat = jax.random.normal(key, (4, 10, 3))
    bound, largest, product, mean = (
        eqx.filter_jit(estimator)(f, z_hat)
        for estimator in (jacobian_upper_bound, batch_maximum, product_upper_bound, arithmetic_mean)
    )
    assert bound * 1.001 >= largest
    assert largest >= product
    assert largest * 1.02 >= mean


def test_the_order_on_common_axes(known_jacobians):
    f, z_hat = known_jacobians(0.7), jnp.asarray(STATES, jnp.float32)
    values = [
        float(eqx.filter_jit(estimator)(f, z_hat))
        for estimator in (jacobian_upper_bound, batch_maximum, product_upper_bound)
    ]
    assert values == sorted(values, reverse=True)
    assert float(explog_approximation(f, z_hat)) <= values[-1]


def test_rotations_do_not_grow_but_their_mean_shrinks():
    # The mean of rotations by +a and -a is cos(a) times the identity; the geometric mean is the identity.
    class Swing(ClippedShallowPLRNN):
        def jacobian(self, z, s=None):
            c, d = jnp.cos(z[0]), jnp.sin(z[0])
            return jnp.array([[c, -d], [d, c]])

    f = ClippedShallowPLRNN.create(2, 3, key=jax.random.key(0))
    swing = Swing(f.diagonal, f.W1, f.W2, f.h1, f.h2, f.C)
    z_hat = jnp.array([[[0.5, 0.0], [-0.5, 0.0]]])
    np.testing.assert_allclose(eqx.filter_jit(arithmetic_mean)(swing, z_hat), np.cos(0.5), rtol=1e-5)
    np.testing.assert_allclose(eqx.filter_jit(explog_approximation)(swing, z_hat), 1, rtol=1e-5)
    np.testing.assert_allclose(eqx.filter_jit(product_upper_bound)(swing, z_hat), 1, rtol=2e-3)


@pytest.mark.parametrize("size", [1, 2, 5, 16])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_spectral_norm_is_the_largest_singular_value(size, scale):
    J = scale * np.random.default_rng(0).normal(size=(50, size, size))
    expected = np.linalg.svd(J, compute_uv=False)[:, 0]
    np.testing.assert_allclose(spectral_norm(jnp.asarray(J, jnp.float32)), expected, rtol=0.01)


@pytest.mark.parametrize("size", [1, 4, 16])
def test_the_spectral_norm_of_equal_singular_values_and_of_nothing(size):
    Q = np.linalg.qr(np.random.default_rng(1).normal(size=(size, size)))[0]
    np.testing.assert_allclose(spectral_norm(jnp.asarray(3 * Q, jnp.float32)), 3, rtol=0.01)
    assert spectral_norm(jnp.zeros((size, size))) == 0
