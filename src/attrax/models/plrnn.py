"""The base class of all piecewise-linear recurrent neural networks (PLRNNs)."""

from abc import abstractmethod
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.dynamics import AbstractPiecewiseLinear
from attrax.models.compiled import Coupling
from attrax.models.diagonal import AbstractDiagonal
from attrax.models.initialization import fan_in_uniform, initial_diagonal, memory_matrix
from attrax.models.network import AbstractNetwork


class AbstractPLRNN(AbstractNetwork, AbstractPiecewiseLinear):
    r"""$z_t = A z_{t-1} + W \phi(z_{t-1}) + h + C s_t$ with a diagonal A and a piecewise-linear $\phi$.

    For developers: implement `coupling`; `units`, which is $\phi$; and the linear regions: `region`, `borders`,
    `affine` and `jacobian_bound`.
    """

    diagonal: eqx.AbstractVar[AbstractDiagonal]
    C: eqx.AbstractVar[Float[Array, "latent input"]]

    @abstractmethod
    def coupling(self) -> Coupling:
        """The parameters A, W and h, with these names for every PLRNN."""

    @abstractmethod
    def units(self, z: Float[Array, " latent"]) -> Float[Array, " units"]:
        r"""The values $\phi(z)$ of the units."""

    @property
    def A(self) -> Float[Array, " latent"]:
        """Diagonal of the linear part."""
        return self.diagonal.value()

    @property
    def memory(self) -> Float[Array, " latent"]:
        """The diagonal of A."""
        return self.A

    @property
    def latent_dim(self) -> int:
        """Number M of latent states."""
        return self.C.shape[0]

    @property
    def input_dim(self) -> int:
        """Number K of external inputs."""
        return self.C.shape[1]

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """One step of the map. Cost: the units, and a product with W."""
        A, W, h = self.coupling()
        z_next = A * z + W @ self.units(z) + h
        return z_next if s is None else z_next + self.C @ s

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """The Jacobian at `z`, the matrix of its linear region. It does not depend on the inputs."""
        del s
        return self.affine(self.region(z))[0]


def without_diagonal(W: Float[Array, "latent latent"]) -> Float[Array, "latent latent"]:
    """The matrix with its diagonal set to zero."""
    return jnp.where(jnp.eye(len(W), dtype=bool), 0, W)


class CoupledParameters(NamedTuple):
    """Initial parameters of a PLRNN whose units are its latent states."""

    diagonal: AbstractDiagonal
    W: Float[Array, "latent latent"]
    h: Float[Array, " latent"]
    C: Float[Array, "latent input"]


def coupled_parameters(latent_dim: int, *, input_dim: int, bounded: bool, key: PRNGKeyArray) -> CoupledParameters:
    """Random initial parameters: A and W are diagonal and rest of a normalised positive definite matrix, `h` is zero.

    The initialisation follows Talathi & Vartak 2016 [@talathi2016].
    """
    k_A, k_C = jax.random.split(key)
    matrix = memory_matrix(latent_dim, key=k_A)
    return CoupledParameters(
        diagonal=initial_diagonal(jnp.diag(matrix), bounded=bounded),
        W=without_diagonal(matrix),
        h=jnp.zeros(latent_dim),
        C=fan_in_uniform((latent_dim, input_dim), max(input_dim, 1), key=k_C),
    )
