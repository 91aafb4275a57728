import equinox as eqx
import jax
import jax.numpy as jnp
import pytest

from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear
from attrax.models import ClippedShallowPLRNN, ShallowPLRNN


class Linear(AbstractPiecewiseLinear):
    """z -> A z + b, everywhere."""

    A: jax.Array
    b: jax.Array
    dt: float = eqx.field(static=True, default=1.0)
    input_dim = 0

    @property
    def latent_dim(self):
        return self.A.shape[0]

    def step(self, z, s=None):
        return self.A @ z + self.b

    def jacobian(self, z, s=None):
        return self.A

    def region(self, z):
        return jnp.zeros(0, bool)

    def borders(self):
        return jnp.zeros((0, self.latent_dim)), jnp.zeros(0)

    def affine(self, region):
        return self.A, self.b

    def jacobian_bound(self):
        return jnp.linalg.norm(self.A, ord=2)


class Folded(AbstractPiecewiseLinear):
    """Two affine maps that agree on the plane where the first coordinate is 0, as the skew tent and Lozi's map are."""

    left: jax.Array
    right: jax.Array
    b: jax.Array
    dt: float = eqx.field(static=True, default=1.0)
    input_dim = 0

    @property
    def latent_dim(self):
        return self.left.shape[0]

    def step(self, z, s=None):
        return jnp.where(z[0] > 0, self.right @ z, self.left @ z) + self.b

    def jacobian(self, z, s=None):
        return jnp.where(z[0] > 0, self.right, self.left)

    def region(self, z):
        return z[:1] > 0

    def borders(self):
        return jnp.eye(self.latent_dim)[:1], jnp.zeros(1)

    def affine(self, region):
        return jnp.where(region[0], self.right, self.left), self.b

    def jacobian_bound(self):
        return jnp.maximum(jnp.linalg.norm(self.left, ord=2), jnp.linalg.norm(self.right, ord=2))


def tent(slope=2.0, right=None):
    """The tent map moved so that its kink is at 0: from 1 - slope / 2 ... on; fixed points at 1 / (1 + slope)."""
    right = slope if right is None else right
    return Folded(jnp.array([[slope]]), jnp.array([[-right]]), jnp.array([1.0]))


def lozi(a=1.7, b=0.5):
    """Lozi's map x -> 1 - a |x| + y, y -> b x."""
    return Folded(jnp.array([[a, 1.0], [b, 0.0]]), jnp.array([[-a, 1.0], [b, 0.0]]), jnp.array([1.0, 0.0]))


class Quadratic(AbstractDynamics):
    """z -> z ** 2 + c, without a fixed point if c > 1 / 4."""

    c: float
    dt: float = eqx.field(static=True, default=1.0)
    latent_dim = 1
    input_dim = 0

    def step(self, z, s=None):
        return z**2 + self.c

    def jacobian(self, z, s=None):
        return 2 * z[:, None]


def random_network(latent_dim, hidden_dim, gain, seed, kind=ShallowPLRNN):
    """A network whose weights are large enough for cycles to be plenty."""
    key = jax.random.key(seed)
    k_A, k_1, k_2, k_h, k_g = jax.random.split(key, 5)
    network = kind.create(latent_dim, hidden_dim, key=k_A)
    values = (
        gain * jax.random.normal(k_1, network.W1.shape) / hidden_dim**0.5,
        gain * jax.random.normal(k_2, network.W2.shape) / latent_dim**0.5,
        jax.random.normal(k_h, network.h1.shape),
        jax.random.normal(k_g, network.h2.shape),
    )
    return eqx.tree_at(lambda f: (f.W1, f.W2, f.h1, f.h2), network, values)


class Maps:
    """The maps of these tests, by name."""

    linear = staticmethod(lambda A, b: Linear(jnp.asarray(A), jnp.asarray(b)))
    folded, tent, lozi, quadratic, network = (
        Folded,
        staticmethod(tent),
        staticmethod(lozi),
        Quadratic,
        staticmethod(random_network),
    )
    clipped, shallow = ClippedShallowPLRNN, ShallowPLRNN


@pytest.fixture
def maps():
    return Maps


@pytest.fixture
def key():
    return jax.random.key(0)
