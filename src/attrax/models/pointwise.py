"""The base class of PLRNNs without a hidden layer, in which each unit is a function of one latent state."""

from abc import abstractmethod

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from attrax.models.plrnn import AbstractPLRNN


class AbstractPointwise(AbstractPLRNN):
    r"""$z_t = A z_{t-1} + W \phi(z_{t-1}) + h + C s_t$ with $\phi_i$ a piecewise-linear function of $z_i$ alone.

    For developers: implement `coupling`, `units`, `region` with its `borders`; `pieces`, the slopes and offsets of
    $\phi$ in a region; and `largest_slopes`, the largest slopes in any region.
    """

    W: eqx.AbstractVar[Float[Array, "latent latent"]]
    h: eqx.AbstractVar[Float[Array, " latent"]]

    @abstractmethod
    def pieces(self, region: Bool[Array, " bits"]) -> tuple[Float[Array, " latent"], Float[Array, " latent"]]:
        r"""Slope and offset of each $\phi_i$ inside `region`."""

    @abstractmethod
    def largest_slopes(self) -> Float[Array, " latent"]:
        r"""The largest $|\phi_i'|$ in any region."""

    def affine(self, region: Bool[Array, " bits"]) -> tuple[Float[Array, "latent latent"], Float[Array, " latent"]]:
        """Matrix and offset of the map in `region`, without external inputs."""
        A, W, h = self.coupling()
        slope, offset = self.pieces(region)
        return jnp.diag(A) + W * slope, W @ offset + h

    def jacobian_bound(self) -> Float[Array, ""]:
        r"""$\lVert A \rVert + \lVert W \, \mathrm{diag}(m) \rVert$ with m the largest slopes."""
        A, W, _ = self.coupling()
        return jnp.abs(A).max() + jnp.linalg.norm(W * self.largest_slopes(), ord=2)
