import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core.scaling import Scaling
from attrax.models import ClippedShallowPLRNN, IdentityObservation, Model, PoissonObservation, WindowEncoder


@pytest.fixture
def encoder(key):
    return WindowEncoder.create(IdentityObservation(2), 3, reach=4, hidden_dim=5, key=key)


@pytest.fixture
def x():
    return jnp.asarray(np.random.default_rng(0).normal(size=(9, 2)), jnp.float32)


def test_a_state_is_read_from_its_window(encoder, x):
    z = encoder.infer(IdentityObservation(2), x)
    u = x[3:7]
    hidden = jnp.maximum(jnp.einsum("rf,rfh->h", u, encoder.W1) + encoder.h, 0)
    expected = jnp.einsum("rf,rfm->m", u, encoder.V) + encoder.W2 @ hidden
    np.testing.assert_allclose(z[6], expected, rtol=1e-4, atol=1e-6)


def test_a_state_depends_on_no_later_row_and_on_none_before_its_window(encoder, x):
    changes = jax.jacobian(lambda x: encoder.infer(IdentityObservation(2), x)[6])(x)
    rows = jnp.abs(changes).sum(axis=(0, 2)) > 0
    np.testing.assert_array_equal(rows, [False] * 3 + [True] * 4 + [False] * 2)


@pytest.mark.parametrize("rows", [1, 3, 4, 9])
def test_the_last_state_is_the_last_of_all(encoder, x, rows):
    observation = IdentityObservation(2)
    np.testing.assert_allclose(
        encoder.last(observation, x[:rows]), encoder.infer(observation, x[:rows])[-1], rtol=1e-5, atol=1e-6
    )


def test_before_the_first_row_the_recording_stands_still(encoder, x):
    still = jnp.concatenate([jnp.broadcast_to(x[0], (3, 2)), x])
    observation = IdentityObservation(2)
    np.testing.assert_allclose(
        encoder.infer(observation, x), encoder.infer(observation, still)[3:], rtol=1e-5, atol=1e-6
    )


def test_a_free_run_is_expected_without_a_key_and_drawn_with_one(key):
    observation = PoissonObservation.create(jnp.ones(2), 3, key=key)
    start = WindowEncoder.create(observation, 3, reach=4, hidden_dim=5, key=key)
    model = Model(ClippedShallowPLRNN.create(3, 10, key=key), observation, start, Scaling.identity(2), ("a", "b"))
    context = np.random.default_rng(0).poisson(1.0, size=(10, 2)).astype(float)
    rates, counts = model.simulate(context, 50).x, model.simulate(context, 50, key=1).x
    assert (rates % 1 != 0).all()
    assert (counts % 1 == 0).all()
    np.testing.assert_array_equal(counts, model.simulate(context, 50, key=1).x)
    assert counts.mean() == pytest.approx(rates.mean(), rel=0.3)
