import jax
import jax.numpy as jnp
import pytest

from attrax.core.scaling import Scaling
from attrax.models import IdentityObservation, LinearStart, Model


@pytest.fixture
def key():
    return jax.random.key(0)


@pytest.fixture
def scaling():
    return Scaling((3.0, -1.0), (2.0, 0.5))


@pytest.fixture
def make_model(scaling):
    """A model of two channels around a dynamics; coordinates beyond the second start at the sum of the channels."""

    def make(dynamics):
        start = LinearStart(jnp.ones((dynamics.latent_dim - 2, 2)))
        return Model(dynamics, IdentityObservation(2), start, scaling, ("a", "b"))

    return make
