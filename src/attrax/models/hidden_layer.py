"""The base class of shallow PLRNNs, which have one hidden layer, and their linear regions."""

from abc import abstractmethod
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from attrax.models.compiled import Coupling
from attrax.models.diagonal import AbstractDiagonal
from attrax.models.initialization import fan_in_uniform, initial_diagonal, memory_matrix
from attrax.models.plrnn import AbstractPLRNN


class AbstractShallow(AbstractPLRNN):
    r"""$z_t = A z_{t-1} + W_1 \phi(W_2 z_{t-1}) + h_1 + C s_t$ with a piecewise-linear $\phi$ that depends on $h_2$.

    For developers: implement `activation`, the function $\phi$; `region`, the bits that say which linear piece each
    unit is on; `borders`; and `pieces`, the slope and offset of $\phi$ for these bits.
    """

    W1: eqx.AbstractVar[Float[Array, "latent hidden"]]
    W2: eqx.AbstractVar[Float[Array, "hidden latent"]]
    h1: eqx.AbstractVar[Float[Array, " latent"]]
    h2: eqx.AbstractVar[Float[Array, " hidden"]]

    @abstractmethod
    def activation(self, drive: Float[Array, " hidden"]) -> Float[Array, " hidden"]:
        """The values of the hidden units for the drive $W_2 z$."""

    @abstractmethod
    def pieces(self, region: Bool[Array, " bits"]) -> tuple[Float[Array, " hidden"], Float[Array, " hidden"]]:
        """Slope and offset of the activation function of each hidden unit in `region`."""

    @property
    def hidden_dim(self) -> int:
        """Number L of hidden units."""
        return self.W1.shape[1]

    @property
    def weights(self) -> tuple[Float[Array, "..."], ...]:
        """The weights and offsets of both layers."""
        return self.W1, self.W2, self.h1, self.h2

    def coupling(self) -> Coupling:
        """A, the weights of the second layer, and its offset."""
        return Coupling(self.A, self.W1, self.h1)

    def units(self, z: Float[Array, " latent"]) -> Float[Array, " hidden"]:
        """The values of the hidden units. Cost: O(M L) for M latent states and L hidden units."""
        return self.activation(self.W2 @ z)

    def affine(self, region: Bool[Array, " bits"]) -> tuple[Float[Array, "latent latent"], Float[Array, " latent"]]:
        """Matrix and offset of the map in `region`, without external inputs."""
        slope, offset = self.pieces(region)
        # The outer products do not depend on the region, so under vmap this is one large matrix product.
        products = jnp.einsum("il,lj->lij", self.W1, self.W2)
        return jnp.diag(self.A) + jnp.tensordot(slope, products, 1), self.W1 @ offset + self.h1

    def jacobian_bound(self) -> Float[Array, ""]:
        r"""Upper bound of all Jacobian norms, $\lVert A \rVert + \lVert W_1 \rVert \lVert W_2 \rVert$.

        It holds because the slopes of the activation function are between -1 and 1.
        """
        return jnp.abs(self.A).max() + jnp.linalg.norm(self.W1, ord=2) * jnp.linalg.norm(self.W2, ord=2)


class ShallowParameters(NamedTuple):
    """Initial values of all parameters except `h2`, in the order of the constructors."""

    diagonal: AbstractDiagonal
    W1: Float[Array, "latent hidden"]
    W2: Float[Array, "hidden latent"]
    h1: Float[Array, " latent"]
    C: Float[Array, "latent input"]


def initial_parameters(
    latent_dim: int, hidden_dim: int, *, input_dim: int, bounded: bool, key: PRNGKeyArray
) -> ShallowParameters:
    """Random initial parameters: A from a normalised positive definite matrix, weights uniform by fan-in, `h1` zero."""
    k_A, k_1, k_2, k_C = jax.random.split(key, 4)
    return ShallowParameters(
        diagonal=initial_diagonal(jnp.diag(memory_matrix(latent_dim, key=k_A)), bounded=bounded),
        W1=fan_in_uniform((latent_dim, hidden_dim), hidden_dim, key=k_1),
        W2=fan_in_uniform((hidden_dim, latent_dim), latent_dim, key=k_2),
        h1=jnp.zeros(latent_dim),
        C=fan_in_uniform((latent_dim, input_dim), max(input_dim, 1), key=k_C),
    )
