import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core import AbstractPiecewiseLinear, Scaling
from attrax.data import Dataset, Series
from attrax.models import FreeDiagonal, IdentityObservation, LinearStart, Model, ShallowPLRNN


class Linear(AbstractPiecewiseLinear):
    """z -> Q diag(z dependent values) Q', a map whose Jacobians are known: `values(z)` on the axes of `Q`."""

    Q: jax.Array
    dt: float = eqx.field(static=True, default=1.0)
    input_dim = 0

    @property
    def latent_dim(self):
        return self.Q.shape[0]

    def step(self, z, s=None):
        return self.jacobian(z) @ z

    def jacobian(self, z, s=None):
        return self.Q @ jnp.diag(z) @ self.Q.T

    def region(self, z):
        return z > 0

    def affine(self, region):
        return jnp.eye(self.latent_dim), jnp.zeros(self.latent_dim)

    def borders(self):
        return jnp.eye(self.latent_dim), jnp.zeros(self.latent_dim)

    def jacobian_bound(self):
        return jnp.asarray(7.0)


@pytest.fixture
def known_jacobians():
    """A map whose Jacobian at z has the eigenvalues z, on axes that are turned by `angle`."""

    def make(angle=0.0):
        c, s = np.cos(angle), np.sin(angle)
        return Linear(jnp.array([[c, -s], [s, c]]))

    return make


def network(key, *, latent_dim, input_dim=0):
    f = ShallowPLRNN.create(latent_dim, 6, input_dim=input_dim, key=key)
    return eqx.tree_at(lambda f: f.h2, f, jnp.linspace(-0.5, 0.5, 6))


@pytest.fixture(scope="module")
def make_model():
    """A small model of two channels, with as many coordinates as asked for."""

    def make(observation=None, latent_dim=3, input_dim=0, key=None):
        key = jax.random.key(0) if key is None else key
        observation = IdentityObservation(2) if observation is None else observation
        f = network(key, latent_dim=latent_dim, input_dim=input_dim)
        start = LinearStart.create(observation, latent_dim, key=key)
        return Model(f, observation, start, Scaling.identity(2), ("a", "b"))

    return make


@pytest.fixture(scope="module")
def replicas(make_model):
    """Two models and their keys, stacked."""
    keys = jax.random.split(jax.random.key(7), 2)
    return eqx.filter_vmap(lambda key: make_model(key=key, latent_dim=2))(keys), keys


@pytest.fixture(scope="module")
def dataset():
    """A damped rotation, in two series of different lengths."""
    z = 0.995 * np.exp(0.2j)
    orbit = z ** np.arange(120)
    x = np.stack([orbit.real, orbit.imag], axis=1)
    return Dataset((Series(x[:70]), Series(x[70:])))


@pytest.fixture
def still():
    """A model that stands still wherever it is."""
    f = ShallowPLRNN(
        FreeDiagonal(jnp.ones(2)), jnp.zeros((2, 1)), jnp.zeros((1, 2)), jnp.zeros(2), jnp.zeros(1), jnp.zeros((2, 0))
    )
    return Model(f, IdentityObservation(2), LinearStart(jnp.zeros((0, 2))), Scaling.identity(2), ("a", "b"))


@pytest.fixture
def rng():
    """A generator for one test alone: what it draws does not depend on which tests ran before it."""
    return np.random.default_rng(0)
