import jax.numpy as jnp
import numpy as np
import pytest

from attrax.train import Adaptive, Generalized, Partial, Sparse
from attrax.train.forcings.adaptive import Adapted

Z, Z_BAR = jnp.array([0.0, 0.0, 5.0]), jnp.array([1.0, 2.0])


def force(forcing, t=0, state=None):
    """The corrected state; the third coordinate is one that the data say nothing of."""
    gain = forcing.gain(jnp.asarray([t]), len(Z_BAR), forcing.init() if state is None else state)[0]
    return np.asarray(jnp.concatenate([Z[:2] + gain * (Z_BAR - Z[:2]), Z[2:]]))


def mean_strength(forcing):
    return forcing.alpha(forcing.init())


@pytest.mark.parametrize("alpha", [0.0, 0.25, 1.0])
def test_generalized_is_the_weighted_mean_on_what_the_data_imply(alpha):
    np.testing.assert_array_equal(force(Generalized(alpha)), [alpha, 2 * alpha, 5])
    assert mean_strength(Generalized(alpha)) == np.float32(alpha)


@pytest.mark.parametrize("tau", [1, 3])
def test_sparse_replaces_exactly_at_the_multiples_of_tau(tau):
    for t in range(7):
        np.testing.assert_array_equal(force(Sparse(tau), t), [1, 2, 5] if t % tau == 0 else [0, 0, 5])
    assert mean_strength(Sparse(tau)) == np.float32(1 / tau)


def test_partial_corrects_the_first_coordinates_only():
    np.testing.assert_array_equal(force(Partial(Generalized(1.0), 1)), [1, 0, 5])
    np.testing.assert_array_equal(force(Partial(Sparse(2), 1), t=1), [0, 0, 5])
    assert mean_strength(Partial(Generalized(0.3), 1)) == np.float32(0.3)


def adaptive(kappa, **settings):
    return Adaptive(lambda dynamics, z_hat: jnp.asarray(kappa, jnp.float32), **settings)


@pytest.fixture
def update(known_jacobians):
    """Alpha after one update; the map is there for its type only, the estimators of these tests look at nothing."""
    f, z_hat = known_jacobians(), jnp.zeros((1, 1, 2))
    return lambda forcing, alpha, updates=0: float(
        forcing.update(Adapted(jnp.asarray(alpha, jnp.float32), jnp.asarray(updates)), f, z_hat).alpha
    )


def test_a_larger_alpha_is_taken_at_once(update):
    assert update(adaptive(4.0, decay=0.9), 0.2) == pytest.approx(0.75)


def test_a_smaller_alpha_is_averaged(update):
    assert update(adaptive(2.0, decay=0.9), 0.8) == pytest.approx(0.1 * 0.5 + 0.9 * 0.8)


def test_alpha_changes_only_every_k_updates(update):
    forcing = adaptive(4.0, every=3)
    assert [update(forcing, 0.2, step) for step in range(7)] == pytest.approx([0.75, 0.2, 0.2, 0.75, 0.2, 0.2, 0.75])


@pytest.mark.parametrize("kappa", [0.0, 0.5, 1.0, 1e30, np.inf, -2.0])
@pytest.mark.parametrize("alpha", [0.0, 0.4, 1.0])
def test_alpha_stays_between_0_and_1(kappa, alpha, update):
    assert 0 <= update(adaptive(kappa, decay=0.5), alpha) <= 1


@pytest.mark.parametrize("kappa", [0.3, 1.0])
def test_a_map_that_does_not_expand_needs_no_forcing(kappa, update):
    assert update(adaptive(kappa, decay=0.9), 0.4) == pytest.approx(0.36)


def test_an_infinite_growth_forces_fully(update):
    assert update(adaptive(np.inf), 0.2) == 1


def test_an_estimate_that_is_not_a_number_is_ignored(update):
    assert update(adaptive(np.nan), 0.2) == np.float32(0.2)


@pytest.mark.slow
def test_alpha_falls_to_its_goal_in_the_end(update):
    alpha = 1.0
    for _ in range(100):
        alpha = update(adaptive(2.0, decay=0.8), alpha)
    assert alpha == pytest.approx(0.5, abs=1e-6)


def test_the_current_alpha_is_the_one_that_forces():
    forcing = adaptive(1.0, initial=0.25)
    np.testing.assert_array_equal(force(forcing, state=forcing.init()), [0.25, 0.5, 5])
    assert forcing.alpha(forcing.init()) == 0.25
    assert adaptive(1.0).init() == (1, 0)
