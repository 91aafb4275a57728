import equinox as eqx
import jax
import jax.numpy as jnp
import pytest

from attrax.models import IdentityObservation
from attrax.testing import check_forcing
from attrax.train import Batch, Generalized

KEY = jax.random.key(1)


def test_forcings_keep_the_contract(forcing, tables):
    check_forcing(forcing(), tables.plrnn(tables.ShallowPLRNN), key=KEY)


@pytest.mark.parametrize("strength", [-0.1, 1.1])
def test_a_forcing_beyond_the_data_is_found(strength, tables):
    with pytest.raises(AssertionError, match="line from state to data"):
        check_forcing(Generalized(strength), tables.plrnn(tables.ShallowPLRNN), key=KEY)


def test_losses_have_a_finite_value_and_gradient_and_a_state_that_keeps_its_shape(loss, tables):
    check_loss(loss(), tables.model(IdentityObservation(2), 3), Batch(jax.random.normal(KEY, (4, 6, 2)), None, None))


def test_losses_of_many_subjects_keep_the_same_contract(subject_loss, tables):
    subject = jnp.array([2, 0, 2, 1])
    batch = Batch(jax.random.normal(KEY, (4, 6, 2)), None, None, subject)
    check_loss(subject_loss(), tables.hierarchical_model(), batch)


def check_loss(loss, model, batch):
    state = loss.init()
    new = loss.update(state, model, batch, jnp.asarray(0))
    assert jax.tree.map(jnp.shape, new) == jax.tree.map(jnp.shape, state)
    (value, info), gradient = eqx.filter_value_and_grad(loss, has_aux=True)(model, batch, new, key=KEY)
    assert 0 < value < jnp.inf
    assert all(v.shape == () for v in info.values())
    assert all(jnp.isfinite(leaf).all() for leaf in jax.tree.leaves(gradient))
    assert any((leaf != 0).any() for leaf in jax.tree.leaves(gradient))
