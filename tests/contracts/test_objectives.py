import jax
import jax.numpy as jnp
import pytest

from attrax.baselines.networks.blocks import n_beats
from attrax.meta import TaskBatch
from attrax.models import IdentityObservation
from attrax.optimise import AbstractBatches, AbstractObjective
from attrax.testing import check_batches, check_objective
from attrax.train import Batch

KEY = jax.random.key(1)
X = jax.random.normal(KEY, (4, 6, 2))
BATCH = Batch(X, None, None, first=jnp.array([0, 8, 2, 24]))


def test_losses_of_windows_keep_the_contract(loss, tables):
    check_objective(loss(), tables.model(IdentityObservation(2), 3), BATCH, key=KEY)


def test_losses_of_many_subjects_keep_the_contract(subject_loss, tables):
    batch = Batch(X, None, None, jnp.array([2, 0, 2, 1]))
    check_objective(subject_loss(), tables.hierarchical_model(), batch, key=KEY)


def test_losses_over_tasks_keep_the_contract(meta_loss, tables):
    tasks = TaskBatch(Batch(X[:, None, None], None, None), Batch(X[::-1, None], None, None))
    check_objective(meta_loss(), tables.model(IdentityObservation(2), 3), tasks, key=KEY)


def test_losses_of_the_networks_of_rivals_keep_the_contract(network_loss):
    network = n_beats(reach=4, ahead=2, obs_dim=2, key=KEY)
    check_objective(network_loss(), network, (X[:, :4], X[:, 4:]), key=KEY)


def test_losses_of_symbols_keep_the_contract(symbol_loss, tables):
    batch = jnp.array([[[0, 1], [2, 0]], [[1, 1], [0, 2]]]), jnp.array([[1, 0], [2, 2]])
    check_objective(symbol_loss(), tables.SIMULATORS["tokens"]()[0], batch, key=KEY)


class Growing(AbstractObjective):
    """Its state becomes a longer one."""

    def init(self):
        return jnp.zeros(1)

    def __call__(self, model, batch, state, key):
        return jnp.sum(model**2), (jnp.zeros(2), {})


class Deaf(AbstractObjective):
    """Its value does not depend on the model."""

    def init(self):
        return None

    def __call__(self, model, batch, state, key):
        return jnp.sum(batch**2), (state, {})


@pytest.mark.parametrize(("wrong", "message"), [(Growing(), "shape or type of the state"), (Deaf(), "gradient is 0")])
def test_an_objective_that_breaks_the_contract_is_found(wrong, message):
    with pytest.raises(AssertionError, match=message):
        check_objective(wrong, jnp.ones(3), jnp.ones(3), key=KEY)


def test_batches_keep_the_contract(batches):
    check_batches(batches(), key=KEY)


class Shrinking(AbstractBatches):
    """Batches that get smaller."""

    def draw(self, key, step):
        return jnp.zeros(5 - int(step))


def test_batches_that_cannot_be_compiled_are_found():
    with pytest.raises(AssertionError, match="compiled"):
        check_batches(Shrinking(), key=KEY)
