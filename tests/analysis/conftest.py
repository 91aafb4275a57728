"""Maps small enough to be solved by hand."""

import types

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear
from attrax.models import ClippedShallowPLRNN, ShallowPLRNN
from attrax.models.parts.free_diagonal import FreeDiagonal


class Linear(AbstractDynamics):
    matrix: np.ndarray | jax.Array
    dt: float = eqx.field(static=True, default=1.0)

    @property
    def latent_dim(self):
        return len(self.matrix)

    @property
    def input_dim(self):
        return 0

    def step(self, z, s=None):
        return jnp.asarray(self.matrix) @ z

    def jacobian(self, z, s=None):
        return jnp.asarray(self.matrix)


class Conjugate(AbstractDynamics):
    """The map seen in the coordinates T z."""

    inner: AbstractDynamics
    T: np.ndarray | jax.Array
    dt: float = eqx.field(static=True, default=1.0)

    @property
    def latent_dim(self):
        return self.inner.latent_dim

    @property
    def input_dim(self):
        return self.inner.input_dim

    def step(self, z, s=None):
        return jnp.asarray(self.T) @ self.inner.step(jnp.linalg.solve(jnp.asarray(self.T), z), s)

    def jacobian(self, z, s=None):
        return jax.jacfwd(self.step)(z, s)


class Product(AbstractDynamics):
    """Two maps side by side, neither of which knows of the other."""

    one: AbstractDynamics
    two: AbstractDynamics
    dt: float = eqx.field(static=True, default=1.0)

    @property
    def latent_dim(self):
        return self.one.latent_dim + self.two.latent_dim

    @property
    def input_dim(self):
        return 0

    def step(self, z, s=None):
        size = self.one.latent_dim
        return jnp.concatenate([self.one.step(z[:size]), self.two.step(z[size:])])

    def jacobian(self, z, s=None):
        return jax.jacfwd(self.step)(z)


class Switched(AbstractDynamics):
    """Growth by the input: z -> s z."""

    dt: float = eqx.field(static=True, default=1.0)
    latent_dim = 1
    input_dim = 1

    def step(self, z, s=None):
        return 0 * z if s is None else s * z

    def jacobian(self, z, s=None):
        return jnp.zeros((1, 1)) if s is None else s[:, None]


class Circle(AbstractDynamics):
    """A rotation by `angle` on an attracting circle of radius 1."""

    angle: float
    shrink: float = 0.5
    dt: float = eqx.field(static=True, default=1.0)
    latent_dim = 2
    input_dim = 0

    def step(self, z, s=None):
        r = jnp.linalg.norm(z)
        c, d = jnp.cos(self.angle), jnp.sin(self.angle)
        return (1 + self.shrink * (r - 1)) / r * jnp.stack([c * z[0] - d * z[1], d * z[0] + c * z[1]])

    def jacobian(self, z, s=None):
        return jax.jacfwd(self.step)(z)


class Scalar(AbstractDynamics):
    """Any function of one variable."""

    function: callable = eqx.field(static=True)
    dt: float = eqx.field(static=True, default=1.0)
    latent_dim = 1
    input_dim = 0

    def step(self, z, s=None):
        return self.function(z)

    def jacobian(self, z, s=None):
        return jax.jacfwd(self.step)(z)


def bounded_network(latent_dim, hidden_dim, gain):
    """A bounded network with random weights; made in NumPy, which compiles nothing."""
    rng = np.random.default_rng(3)
    shapes = {"W1": (latent_dim, hidden_dim), "W2": (hidden_dim, latent_dim), "h1": (latent_dim,), "h2": (hidden_dim,)}
    weights = {name: jnp.asarray(rng.normal(size=shape), jnp.float32) for name, shape in shapes.items()}
    weights["W1"] = weights["W1"] * gain
    diagonal = FreeDiagonal(jnp.full(latent_dim, 0.5, jnp.float32))
    return ClippedShallowPLRNN(diagonal, **weights, C=jnp.zeros((latent_dim, 0), jnp.float32))


class Affine(AbstractPiecewiseLinear):
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


@pytest.fixture
def maps():
    """The maps of these tests, by name."""
    kinds = (Linear, Conjugate, Product, Switched, Circle, Scalar)
    return types.SimpleNamespace(
        **{kind.__name__: kind for kind in kinds},
        linear=lambda A, b: Affine(jnp.asarray(A), jnp.asarray(b)),
        folded=Folded,
        tent=tent,
        lozi=lozi,
        quadratic=Quadratic,
        network=random_network,
        bounded_network=bounded_network,
        clipped=ClippedShallowPLRNN,
        shallow=ShallowPLRNN,
    )


@pytest.fixture
def key():
    return jax.random.key(0)
