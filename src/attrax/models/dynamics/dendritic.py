"""The dendritic PLRNN: each unit is a linear spline, a sum of several ReLUs."""

import equinox as eqx
import jax
from jaxtyping import Array, Float, PRNGKeyArray
from pydantic import Field

from attrax.core.spec import Settings
from attrax.models.dendrites import AbstractDendritic, Bases, initial_bases
from attrax.models.diagonal import AbstractDiagonal
from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.plrnn import coupled_parameters


class DendriticPLRNN(AbstractDendritic):
    r"""$z_t = A z_{t-1} + W \sum_b \alpha_b \max(z_{t-1} - H_b, 0) + h + C s_t$.

    With B ReLUs per unit it needs fewer latent states than a vanilla PLRNN. Orbits may diverge; those of a
    `ClippedDendriticPLRNN` with a bounded A cannot.

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
        >>> network = DendriticPLRNN.create(10, 5, key=jax.random.key(0))
        >>> network.region(jax.numpy.zeros(10)).shape
        (50,)

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
        bounded: bool = False,
        key: PRNGKeyArray,
    ) -> "DendriticPLRNN":
        """Create a network with random parameters.

        Args:
            latent_dim: Number M of latent states.
            bases: Number B of ReLUs in each spline. More give finer splines and more linear regions.
            input_dim: Number K of external inputs.
            dt: Time step of the recording, in the unit of its times.
            bounded: Keep the norm of A below 1. This bounds the linear part only: free runs may still diverge.
            key: Random key.
        """
        k_coupled, k_bases = jax.random.split(key)
        first = coupled_parameters(latent_dim, input_dim=input_dim, bounded=bounded, key=k_coupled)
        return cls(**first._asdict(), **initial_bases(latent_dim, bases, key=k_bases)._asdict(), dt=dt)

    def bases(self) -> Bases:
        """The slopes and thresholds."""
        return Bases(self.slope, self.H)


class DendriticSettings(Settings):
    """Settings of the dendritic PLRNN."""

    bases: int = Field(default=20, ge=1, title="bases", description="Number of ReLUs in each unit.")
    bounded: bool = Field(default=True, description="Keep the norm of A below 1.")


SPEC = DynamicsSpec("dendritic PLRNN", DendriticPLRNN, DendriticSettings, free=19)
