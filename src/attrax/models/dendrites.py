"""What dendritic PLRNNs share: units that are linear splines, and the algebra of their linear regions."""

from abc import abstractmethod
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from attrax.models.initialization import fan_in_uniform
from attrax.models.plrnn import Coupling
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


class AbstractDendritic(AbstractPointwise):
    r"""$z_t = A z_{t-1} + W \phi(z_{t-1}) + h + C s_t$, each unit a linear spline.

    For developers: implement `bases`, the spline in full.
    """

    slope: eqx.AbstractVar[Float[Array, " base"]]
    H: eqx.AbstractVar[Float[Array, "latent base"]]

    @abstractmethod
    def bases(self) -> Bases:
        """Slopes and thresholds of all ramps, also of those that have no parameters of their own."""

    @property
    def weights(self) -> tuple[Float[Array, "..."], ...]:
        """W, h, and the splines."""
        return self.W, self.h, self.slope, self.H

    def coupling(self) -> Coupling:
        """The fields of these names."""
        return Coupling(self.A, self.W, self.h)

    def units(self, z: Float[Array, " latent"]) -> Float[Array, " latent"]:
        """The splines; costs O(M B)."""
        slope, H = self.bases()
        return jax.nn.relu(z[:, None] - H) @ slope

    def region(self, z: Float[Array, " latent"]) -> Bool[Array, " bits"]:
        """Which thresholds are crossed, state by state."""
        return (z[:, None] > self.bases().H).ravel()

    def borders(self) -> tuple[Float[Array, "bits latent"], Float[Array, " bits"]]:
        """One plane a threshold; those of a state are parallel."""
        H = self.bases().H
        return jnp.repeat(jnp.eye(len(H), dtype=H.dtype), H.shape[1], axis=0), -H.ravel()

    def pieces(self, region: Bool[Array, " bits"]) -> tuple[Float[Array, " latent"], Float[Array, " latent"]]:
        """The sums over the ramps that are active."""
        slope, H = self.bases()
        active = region.reshape(H.shape) * slope
        return active.sum(axis=1), -(active * H).sum(axis=1)

    def largest_slopes(self) -> Float[Array, " latent"]:
        """The largest partial sum of slopes, in the order in which a state crosses its thresholds."""
        slope, H = self.bases()
        return jnp.abs(jnp.cumsum(slope[jnp.argsort(H, axis=1)], axis=1)).max(axis=1)


def initial_bases(latent_dim: int, bases: int, *, key: PRNGKeyArray) -> Bases:
    r"""Slopes uniform in $\pm 1 / \sqrt{B}$, thresholds uniform over the range of standardised data."""
    k_slope, k_H = jax.random.split(key)
    H = jax.random.uniform(k_H, (latent_dim, bases), minval=-REACH, maxval=REACH)
    return Bases(fan_in_uniform((bases,), bases, key=k_slope), H)
