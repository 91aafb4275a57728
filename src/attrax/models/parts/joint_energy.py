"""An energy that is learned as one function of positions and momenta."""

import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.spec import Spec
from attrax.models.hamiltonian_energy import AbstractJointEnergy
from attrax.models.parts.scalar_network import ScalarNetwork


class JointEnergy(AbstractJointEnergy):
    """$H(q, p)$, learned. It also fits systems whose energy is no sum, such as a charge in a magnetic field.

    Args:
        H: The energy, a function of the positions followed by the momenta.

    Example:
        >>> import jax
        >>> energy = JointEnergy.create(2, 5, key=jax.random.key(0))
        >>> energy.value(jnp.zeros(2), jnp.zeros(2)).shape
        ()
    """

    H: ScalarNetwork

    @classmethod
    def create(cls, pairs: int, hidden_dim: int, *, key: PRNGKeyArray) -> "JointEnergy":
        """Create an energy near that of harmonic oscillators.

        Args:
            pairs: Number of pairs of a position and a momentum.
            hidden_dim: Number of hidden units.
            key: Random key.
        """
        return cls(ScalarNetwork.create(2 * pairs, hidden_dim, key=key))

    @property
    def weights(self) -> tuple[Float[Array, "..."], ...]:
        """The weights of the network."""
        return self.H.weights

    def value(self, q: Float[Array, " pair"], p: Float[Array, " pair"]) -> Float[Array, ""]:
        """The energy."""
        return self.H.value(jnp.concatenate([q, p]))

    def gradient(
        self, q: Float[Array, " pair"], p: Float[Array, " pair"]
    ) -> tuple[Float[Array, " pair"], Float[Array, " pair"]]:
        """Its derivatives."""
        slope, speed = jnp.split(self.H.gradient(jnp.concatenate([q, p])), 2)
        return slope, speed


SPEC = Spec("joint energy", JointEnergy)
