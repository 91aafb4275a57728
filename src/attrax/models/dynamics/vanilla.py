"""The original PLRNN: each latent state is rectified, and the rectified states are coupled."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray
from pydantic import Field

from attrax.core.spec import Settings
from attrax.models.compiled import AbstractCompiled, Coupling, Layer
from attrax.models.diagonal import AbstractDiagonal
from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.plrnn import coupled_parameters, without_diagonal
from attrax.models.pointwise import AbstractPointwise


class VanillaPLRNN(AbstractPointwise, AbstractCompiled):
    r"""$z_t = A z_{t-1} + W \max(z_{t-1}, 0) + h + C s_t$ with a diagonal A and a W whose diagonal is zero.

    Its linear regions are the orthants of the latent space, so it needs many more latent states than channels.

    Args:
        diagonal: The matrix A, free or bounded.
        W: Weights between latent states; the diagonal has no effect.
        h: Offset.
        C: Weights of the external inputs; it has no columns if there are no inputs.
        dt: Time step of the recording, in the unit of its times.

    Example:
        >>> import jax
        >>> network = VanillaPLRNN.create(20, key=jax.random.key(0))
        >>> network.step(jax.numpy.zeros(20)).shape
        (20,)

    References:
        Durstewitz, A state space approach for piecewise-linear recurrent neural networks for identifying computational
        dynamics from neural measurements, PLOS Computational Biology 2017 [@durstewitz2017].
        Koppe, Toutounji, Kirsch, Lis & Durstewitz, Identifying nonlinear dynamical systems via generative recurrent
        neural networks with applications to fMRI, PLOS Computational Biology 2019 [@koppe2019].
    """

    diagonal: AbstractDiagonal
    W: Float[Array, "latent latent"]
    h: Float[Array, " latent"]
    C: Float[Array, "latent input"]
    dt: float = eqx.field(static=True, default=1.0)

    @classmethod
    def create(
        cls, latent_dim: int, *, input_dim: int = 0, dt: float = 1.0, bounded: bool = False, key: PRNGKeyArray
    ) -> "VanillaPLRNN":
        """Create a network with random parameters.

        Args:
            latent_dim: Number M of latent states; raise it if free runs miss details of the attractor.
            input_dim: Number K of external inputs.
            dt: Time step of the recording, in the unit of its times.
            bounded: Keep the norm of A below 1. This bounds the linear part only: free runs may still diverge.
            key: Random key.
        """
        first = coupled_parameters(latent_dim, input_dim=input_dim, bounded=bounded, key=key)
        return cls(**first._asdict(), dt=dt)

    @property
    def weights(self) -> tuple[Float[Array, "..."], ...]:
        """W without its diagonal, and h."""
        return without_diagonal(self.W), self.h

    def coupling(self) -> Coupling:
        """A, W without its diagonal, and h."""
        return Coupling(self.A, without_diagonal(self.W), self.h)

    def units(self, z: Float[Array, " latent"]) -> Float[Array, " latent"]:
        """The rectified states."""
        return jax.nn.relu(z)

    def layer(self) -> Layer:
        """A rectifier of each latent state."""
        from attrax.kernels.activations import Rectifier
        from attrax.kernels.shallow_loops import MapLoops

        return Layer(MapLoops(Rectifier()), None, jnp.zeros_like(self.h)[:, None])

    def region(self, z: Float[Array, " latent"]) -> Bool[Array, " latent"]:
        """Which states are positive."""
        return z > 0

    def borders(self) -> tuple[Float[Array, "latent latent"], Float[Array, " latent"]]:
        """The coordinate planes."""
        return jnp.eye(self.latent_dim, dtype=self.h.dtype), jnp.zeros_like(self.h)

    def pieces(self, region: Bool[Array, " latent"]) -> tuple[Float[Array, " latent"], Float[Array, " latent"]]:
        """Slope 1 for positive states, 0 for the others; all offsets are 0."""
        return region.astype(self.h.dtype), jnp.zeros_like(self.h)

    def largest_slopes(self) -> Float[Array, " latent"]:
        """The largest slope is 1 for every unit."""
        return jnp.ones_like(self.h)


class VanillaSettings(Settings):
    """Settings of the vanilla PLRNN."""

    bounded: bool = Field(default=True, description="Keep the norm of A below 1.")


SPEC = DynamicsSpec("vanilla PLRNN", VanillaPLRNN, VanillaSettings, free=27)
