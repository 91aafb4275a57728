"""The base class of dendritic PLRNNs, whose units are linear splines, and their linear regions."""

from abc import abstractmethod
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from attrax.models.compiled import AbstractCompiled, Coupling, Layer
from attrax.models.initialization import fan_in_uniform
from attrax.models.pointwise import AbstractPointwise

REACH = 3.0  # standardised data lie within three standard deviations


class Bases(NamedTuple):
    r"""A linear spline for each latent state, $\phi_i(z_i) = \sum_b \alpha_b \max(z_i - H_{ib}, 0)$.

    Attributes:
        slope: $\alpha_b$, shared by all states.
        H: Thresholds of each state.
    """

    slope: Float[Array, " base"]
    H: Float[Array, "latent base"]


class AbstractDendritic(AbstractPointwise, AbstractCompiled):
    r"""A PLRNN $z_t = A z_{t-1} + W \phi(z_{t-1}) + h + C s_t$ in which each $\phi_i$ is a linear spline of $z_i$.

    For developers: implement `bases`, which returns all slopes and thresholds.
    """

    slope: eqx.AbstractVar[Float[Array, " base"]]
    H: eqx.AbstractVar[Float[Array, "latent base"]]

    @abstractmethod
    def bases(self) -> Bases:
        """Slopes and thresholds of all ReLUs of the splines, also of those without parameters of their own."""

    @property
    def weights(self) -> tuple[Float[Array, "..."], ...]:
        """W, h, and the slopes and thresholds of the splines."""
        return self.W, self.h, self.slope, self.H

    def coupling(self) -> Coupling:
        """The fields A, W and h."""
        return Coupling(self.A, self.W, self.h)

    def units(self, z: Float[Array, " latent"]) -> Float[Array, " latent"]:
        """The values of the splines. Cost: O(M B) for M states and B ReLUs."""
        slope, H = self.bases()
        return jax.nn.relu(z[:, None] - H) @ slope

    def layer(self) -> Layer:
        """A spline of each latent state."""
        from attrax.kernels.activations import Spline
        from attrax.kernels.shallow_loops import MapLoops

        slope, H = self.bases()
        ramps = jnp.stack([jnp.broadcast_to(slope, H.shape), -H], axis=2).reshape(len(H), -1)
        return Layer(MapLoops(Spline(len(slope))), None, jnp.pad(ramps, ((0, 0), (1, 0))))

    def region(self, z: Float[Array, " latent"]) -> Bool[Array, " bits"]:
        """For each state and threshold, whether the state is above the threshold."""
        return (z[:, None] > self.bases().H).ravel()

    def borders(self) -> tuple[Float[Array, "bits latent"], Float[Array, " bits"]]:
        """One hyperplane per threshold; those of the same state are parallel."""
        H = self.bases().H
        return jnp.repeat(jnp.eye(len(H), dtype=H.dtype), H.shape[1], axis=0), -H.ravel()

    def pieces(self, region: Bool[Array, " bits"]) -> tuple[Float[Array, " latent"], Float[Array, " latent"]]:
        """Slope and offset of each spline: sums over its active ReLUs."""
        slope, H = self.bases()
        active = region.reshape(H.shape) * slope
        return active.sum(axis=1), -(active * H).sum(axis=1)

    def largest_slopes(self) -> Float[Array, " latent"]:
        """The largest absolute slope of each spline: partial sums of slopes in the order of the thresholds."""
        slope, H = self.bases()
        return jnp.abs(jnp.cumsum(slope[jnp.argsort(H, axis=1)], axis=1)).max(axis=1)


def initial_bases(latent_dim: int, bases: int, *, key: PRNGKeyArray) -> Bases:
    r"""Random splines: slopes uniform in $\pm 1 / \sqrt{B}$, thresholds uniform over the range of standardised data."""
    k_slope, k_H = jax.random.split(key)
    H = jax.random.uniform(k_H, (latent_dim, bases), minval=-REACH, maxval=REACH)
    return Bases(fan_in_uniform((bases,), bases, key=k_slope), H)
