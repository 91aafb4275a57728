"""An energy that is learned as the sum of a kinetic and a potential energy."""

import jax
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.spec import Spec
from attrax.models.hamiltonian_energy import AbstractSeparableEnergy
from attrax.models.parts.scalar_network import ScalarNetwork


class SeparableEnergy(AbstractSeparableEnergy):
    r"""$H = T(p) + V(q)$, both learned.

    Args:
        T: The kinetic energy, a function of the momenta.
        V: The potential energy, a function of the positions.

    Example:
        >>> import jax.numpy as jnp
        >>> energy = SeparableEnergy.create(2, 5, key=jax.random.key(0))
        >>> energy.value(jnp.zeros(2), jnp.zeros(2)).shape
        ()
    """

    T: ScalarNetwork
    V: ScalarNetwork

    @classmethod
    def create(cls, pairs: int, hidden_dim: int, *, key: PRNGKeyArray) -> "SeparableEnergy":
        """Create an energy near that of harmonic oscillators.

        Args:
            pairs: Number of pairs of a position and a momentum.
            hidden_dim: Number of hidden units, of T and of V.
            key: Random key.
        """
        k_T, k_V = jax.random.split(key)
        return cls(
            ScalarNetwork.create(pairs, hidden_dim, key=k_T),
            ScalarNetwork.create(pairs, hidden_dim, key=k_V),
        )

    @property
    def weights(self) -> tuple[Float[Array, "..."], ...]:
        """The weights of both networks."""
        return *self.T.weights, *self.V.weights

    def kinetic(self, p: Float[Array, " pair"]) -> Float[Array, ""]:
        """The kinetic energy."""
        return self.T.value(p)

    def potential(self, q: Float[Array, " pair"]) -> Float[Array, ""]:
        """The potential energy."""
        return self.V.value(q)

    def speed(self, p: Float[Array, " pair"]) -> Float[Array, " pair"]:
        """The gradient of the kinetic energy."""
        return self.T.gradient(p)

    def slope(self, q: Float[Array, " pair"]) -> Float[Array, " pair"]:
        """The gradient of the potential energy."""
        return self.V.gradient(q)


SPEC = Spec("separable energy", SeparableEnergy)
