"""The clipped dendritic PLRNN: units are bounded linear splines, so orbits are bounded."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray
from pydantic import Field

from attrax.core.spec import Settings
from attrax.models.dendrites import AbstractDendritic, Bases, initial_bases
from attrax.models.diagonal import AbstractDiagonal, absorbing_radius
from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.plrnn import coupled_parameters


class ClippedDendriticPLRNN(AbstractDendritic):
    r"""$z_t = A z_{t-1} + W \sum_b \alpha_b [\max(z_{t-1} - H_b, 0) - \max(z_{t-1}, 0)] + h + C s_t$.

    Each difference of two ReLUs is bounded by $|H_b|$, so that $|\phi_i| \le \sum_b |\alpha_b| |H_{ib}|$. With
    $\lVert A \rVert < 1$, which a `BoundedDiagonal` guarantees, every orbit enters a ball of `absorbing_radius`. All
    subtracted terms together are one ReLU at 0 with slope $-\sum_b \alpha_b$.

    Args:
        diagonal: The matrix A, free or bounded.
        W: Weights between latent states.
        h: Offset.
        C: Weights of the external inputs; it has no columns if there are no inputs.
        slope: Slopes $\alpha_b$ of the ReLUs, shared by all states.
        H: Thresholds of the ReLUs, one row per latent state.
        dt: Time step of the recording, in the unit of its times.

    Example:
        >>> import jax
        >>> network = ClippedDendriticPLRNN.create(10, 5, key=jax.random.key(0))
        >>> bool(network.absorbing_radius() < jax.numpy.inf)
        True

    References:
        Brenner et al., Tractable Dendritic RNNs for Reconstructing Nonlinear Dynamical Systems, ICML 2022
        [@brenner2022].
    """

    diagonal: AbstractDiagonal
    W: Float[Array, "latent latent"]
    h: Float[Array, " latent"]
    C: Float[Array, "latent input"]
    slope: Float[Array, " base"]
    H: Float[Array, "latent base"]
    dt: float = eqx.field(static=True, default=1.0)

    @classmethod
    def create(
        cls,
        latent_dim: int,
        bases: int,
        *,
        input_dim: int = 0,
        dt: float = 1.0,
        bounded: bool = True,
        key: PRNGKeyArray,
    ) -> "ClippedDendriticPLRNN":
        """Create a network with random parameters.

        Args:
            latent_dim: Number M of latent states.
            bases: Number B of ReLUs in each spline. More give finer splines and more linear regions.
            input_dim: Number K of external inputs.
            dt: Time step of the recording, in the unit of its times.
            bounded: Keep the norm of A below 1, so that no free run can diverge.
            key: Random key.
        """
        k_coupled, k_bases = jax.random.split(key)
        first = coupled_parameters(latent_dim, input_dim=input_dim, bounded=bounded, key=k_coupled)
        return cls(**first._asdict(), **initial_bases(latent_dim, bases, key=k_bases)._asdict(), dt=dt)

    def bases(self) -> Bases:
        """The slopes and thresholds, and the subtracted ReLU at 0."""
        zero = jnp.zeros((self.latent_dim, 1), self.H.dtype)
        return Bases(jnp.append(self.slope, -self.slope.sum()), jnp.concatenate([self.H, zero], axis=1))

    def absorbing_radius(self) -> Float[Array, ""]:
        r"""Radius of a ball that all orbits without inputs enter.

        $(\lVert W \rVert \lVert b \rVert + \lVert h \rVert) / (1 - \lVert A \rVert)$ with bounds $b$ of the splines,
        or infinity if the norm of A is 1 or more.
        """
        bound = jnp.abs(self.H) @ jnp.abs(self.slope)
        drive = jnp.linalg.norm(self.W, ord=2) * jnp.linalg.norm(bound) + jnp.linalg.norm(self.h)
        return absorbing_radius(self.A, drive)


class ClippedDendriticSettings(Settings):
    """Settings of the clipped dendritic PLRNN."""

    bases: int = Field(default=20, ge=1, title="bases", description="Number of ReLUs in each unit.")
    bounded: bool = Field(default=True, description="Keep the norm of A below 1.")


SPEC = DynamicsSpec(
    "clipped dendritic PLRNN", ClippedDendriticPLRNN, ClippedDendriticSettings, free=19, bounded_by={"bounded": True}
)
