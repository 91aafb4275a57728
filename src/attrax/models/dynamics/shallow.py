"""The shallow PLRNN: a ReLU network with one hidden layer as a map of the latent state."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray
from pydantic import Field

from attrax.core.spec import Settings
from attrax.models.compiled import AbstractCompiled, Layer
from attrax.models.diagonal import AbstractDiagonal
from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.hidden_layer import AbstractShallow, initial_parameters


class ShallowPLRNN(AbstractShallow, AbstractCompiled):
    r"""$z_t = A z_{t-1} + W_1 \max(W_2 z_{t-1} + h_2, 0) + h_1 + C s_t$.

    `A` is diagonal (M entries), `W1` is M x L, `W2` is L x M, `C` is M x K. The Jacobian is
    $A + W_1 \mathrm{diag}(1[W_2 z + h_2 > 0]) W_2$. Orbits may diverge; those of a `ClippedShallowPLRNN` cannot.

    Args:
        diagonal: The matrix A, free or bounded.
        W1, W2, h1, h2: Weights and offsets of the hidden layer.
        C: Weights of the external inputs; it has no columns if there are no inputs.
        dt: Time step of the recording, in the unit of its times.

    Example:
        >>> import jax
        >>> network = ShallowPLRNN.create(3, 50, key=jax.random.key(0))
        >>> network.step(jax.numpy.zeros(3)).shape
        (3,)

    References:
        Hess, Monfared, Brenner & Durstewitz, Generalized Teacher Forcing for Learning Chaotic Dynamics, ICML 2023
        [@hess2023].
    """

    diagonal: AbstractDiagonal
    W1: Float[Array, "latent hidden"]
    W2: Float[Array, "hidden latent"]
    h1: Float[Array, " latent"]
    h2: Float[Array, " hidden"]
    C: Float[Array, "latent input"]
    dt: float = eqx.field(static=True, default=1.0)

    @classmethod
    def create(
        cls,
        latent_dim: int,
        hidden_dim: int,
        *,
        input_dim: int = 0,
        dt: float = 1.0,
        bounded: bool = False,
        key: PRNGKeyArray,
    ) -> "ShallowPLRNN":
        """Create a network with random weights; the offsets `h2` start at 0.

        Args:
            latent_dim: Number M of latent states.
            hidden_dim: Number L of hidden units; raise it if free runs miss details of the attractor.
            input_dim: Number K of external inputs.
            dt: Time step of the recording, in the unit of its times.
            bounded: Keep the norm of A below 1. This bounds the linear part only: free runs may still diverge.
            key: Random key.
        """
        first = initial_parameters(latent_dim, hidden_dim, input_dim=input_dim, bounded=bounded, key=key)
        return cls(**first._asdict(), h2=jnp.zeros(hidden_dim), dt=dt)

    def activation(self, drive: Float[Array, " hidden"]) -> Float[Array, " hidden"]:
        """A ReLU with threshold $-h_2$."""
        return jax.nn.relu(drive + self.h2)

    def layer(self) -> Layer:
        """Rectifiers of mixtures of all latent states."""
        from attrax.kernels.activations import Rectifier
        from attrax.kernels.shallow_loops import MapLoops

        return Layer(MapLoops(Rectifier()), self.W2, self.h2[:, None])

    def region(self, z: Float[Array, " latent"]) -> Bool[Array, " hidden"]:
        """Which hidden units are active at `z`."""
        return self.W2 @ z + self.h2 > 0

    def borders(self) -> tuple[Float[Array, "hidden latent"], Float[Array, " hidden"]]:
        """One hyperplane per hidden unit, where it becomes active."""
        return self.W2, self.h2

    def pieces(self, region: Bool[Array, " hidden"]) -> tuple[Float[Array, " hidden"], Float[Array, " hidden"]]:
        """Slope 1 and offset $h_2$ for active units, 0 for the others."""
        active = region.astype(self.h2.dtype)
        return active, active * self.h2


class ShallowSettings(Settings):
    """Settings of the shallow PLRNN."""

    hidden_dim: int = Field(default=100, ge=1, title="hidden", description="Number of hidden units.")
    bounded: bool = Field(default=True, description="Keep the norm of A below 1.")


SPEC = DynamicsSpec("shallow PLRNN", ShallowPLRNN, ShallowSettings, units="hidden_dim", widening=2, scan="stored")
