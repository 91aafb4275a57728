"""Maps small enough to be solved by hand."""

import types

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core.dynamics import AbstractDynamics
from attrax.models import ClippedShallowPLRNN
from attrax.models.diagonal import FreeDiagonal


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


def network(latent_dim, hidden_dim, gain):
    """A bounded network with random weights; made in NumPy, which compiles nothing."""
    rng = np.random.default_rng(3)
    shapes = {"W1": (latent_dim, hidden_dim), "W2": (hidden_dim, latent_dim), "h1": (latent_dim,), "h2": (hidden_dim,)}
    weights = {name: jnp.asarray(rng.normal(size=shape), jnp.float32) for name, shape in shapes.items()}
    weights["W1"] = weights["W1"] * gain
    diagonal = FreeDiagonal(jnp.full(latent_dim, 0.5, jnp.float32))
    return ClippedShallowPLRNN(diagonal, **weights, C=jnp.zeros((latent_dim, 0), jnp.float32))


@pytest.fixture
def maps():
    kinds = (Linear, Conjugate, Product, Switched, Circle, Scalar)
    return types.SimpleNamespace(network=network, **{kind.__name__: kind for kind in kinds})
