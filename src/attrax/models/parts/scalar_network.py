"""A smooth scalar function of a vector, which becomes large in every direction."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.spec import Spec
from attrax.models.initialization import fan_in_uniform

FIRST_WEIGHT = 0.1


class ScalarNetwork(eqx.Module):
    r"""$\phi(u) = \frac12 \sum_i e^{k_i} u_i^2 + \sum_l c_l \log\cosh(W_l \cdot u + h_l)$.

    The quadratic part grows faster than all hidden units together, so every set $\phi(u) \le a$ is bounded. Its
    gradient is a network of tanh units, $e^k u + W^\top (c \tanh(W u + h))$.

    Args:
        log_stiffness: The exponents k.
        W: Weights of the hidden units.
        h: Offsets of the hidden units.
        c: Weights of the hidden units in the sum.

    Example:
        >>> network = ScalarNetwork(jnp.zeros(2), jnp.zeros((1, 2)), jnp.zeros(1), jnp.zeros(1))
        >>> float(network.value(jnp.array([3.0, 4.0])))
        12.5
    """

    log_stiffness: Float[Array, " dim"]
    W: Float[Array, "hidden dim"]
    h: Float[Array, " hidden"]
    c: Float[Array, " hidden"]

    @classmethod
    def create(cls, dim: int, hidden_dim: int, *, key: PRNGKeyArray) -> "ScalarNetwork":
        r"""Create a function near $\lVert u \rVert^2 / 2$.

        Args:
            dim: Number of variables.
            hidden_dim: Number of hidden units.
            key: Random key.
        """
        k_W, k_h, k_c = jax.random.split(key, 3)
        return cls(
            log_stiffness=jnp.zeros(dim),
            W=fan_in_uniform((hidden_dim, dim), dim, key=k_W),
            h=jax.random.uniform(k_h, (hidden_dim,), minval=-1.0),
            c=FIRST_WEIGHT * fan_in_uniform((hidden_dim,), hidden_dim, key=k_c),
        )

    @property
    def weights(self) -> tuple[Float[Array, "..."], ...]:
        """The weights and offsets of the hidden units."""
        return self.W, self.h, self.c

    def value(self, u: Float[Array, " dim"]) -> Float[Array, ""]:
        """The function."""
        drive = self.W @ u + self.h
        units = jnp.logaddexp(drive, -drive) - jnp.log(jnp.asarray(2, u.dtype))
        return (jnp.exp(self.log_stiffness) * u**2).sum() / 2 + self.c @ units

    def gradient(self, u: Float[Array, " dim"]) -> Float[Array, " dim"]:
        """Its gradient."""
        return jnp.exp(self.log_stiffness) * u + (self.c * jnp.tanh(self.W @ u + self.h)) @ self.W


SPEC = Spec("scalar network", ScalarNetwork)
