import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core.errors import ConfigError
from attrax.core.scaling import Scaling
from attrax.models import ClippedShallowPLRNN, HierarchicalModel, IdentityObservation, LinearStart, Model

NAMES = ("a", "b", "c", "d")


@pytest.fixture(scope="module")
def group():
    keys = jax.random.split(jax.random.key(0), 3)
    basis = tuple(ClippedShallowPLRNN.create(3, 5, input_dim=1, dt=0.1, key=key) for key in keys)
    observation = IdentityObservation(2)
    start = LinearStart.create(observation, 3, key=keys[0])
    like = Model(basis[0], observation, start, Scaling((1.0, 2.0), (3.0, 4.0)), ("x", "y"))
    return HierarchicalModel.create(basis, like, NAMES, key=keys[1])


def test_the_parameters_of_a_subject_are_the_mixture_by_its_vector(group):
    for i, name in enumerate(NAMES):
        own = group.subject(name).dynamics
        assert isinstance(own, ClippedShallowPLRNN)
        for field in ("W1", "W2", "h1", "h2", "C"):
            parts = np.stack([getattr(network, field) for network in group.basis])
            np.testing.assert_allclose(
                getattr(own, field), np.einsum("k,k...->...", group.vectors[i], parts), rtol=1e-5
            )
        weights = np.stack([network.diagonal.weights for network in group.basis])
        np.testing.assert_allclose(own.A, 0.999 * np.tanh(group.vectors[i] @ weights), rtol=1e-4)


def test_a_unit_vector_is_a_network_of_the_group(group):
    model = group.model_of(jnp.array([0.0, 1.0, 0.0]))
    assert eqx.tree_equal(model.dynamics, group.basis[1])
    assert (model.scaling, model.channels, model.dt) == (group.scaling, ("x", "y"), 0.1)


def test_every_mixture_stays_bounded(group):
    extreme = group.model_of(jnp.array([40.0, -70.0, 90.0])).dynamics
    assert float(jnp.abs(extreme.A).max()) < 1
    assert bool(jnp.isfinite(extreme.absorbing_radius()))


def test_fresh_subjects_are_near_the_first_network_and_differ(group):
    away = np.asarray(group.vectors) - np.eye(1, 3)
    assert 0 < np.abs(away).max() < 0.5
    assert len(np.unique(away[:, 0])) == len(NAMES)


def test_the_first_feature_follows_the_line_that_vectors_lie_on():
    t = np.linspace(-1, 2, 6)
    line = np.array([1.0, 2.0, 3.0]) + t[:, None] * np.array([0.5, -2.0, 1.0])
    model = HierarchicalModel.create((), _like(), tuple("uvwxyz"), key=jax.random.key(0))
    features = eqx.tree_at(lambda m: m.vectors, model, jnp.asarray(line)).features()
    assert abs(np.corrcoef(features[:, 0], t)[0, 1]) == pytest.approx(1.0, abs=1e-6)
    np.testing.assert_allclose(features[:, 1:], 0, atol=1e-5)


def test_an_unknown_name_is_told(group):
    with pytest.raises(ConfigError, match="C591"):
        group.subject("nobody")


def _like():
    observation = IdentityObservation(2)
    start = LinearStart(jnp.zeros((0, 2)))
    return Model(ClippedShallowPLRNN.create(2, 2, key=jax.random.key(0)), observation, start, Scaling.identity(2), ())
