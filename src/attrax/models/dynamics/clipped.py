"""The clipped shallow PLRNN: a shallow PLRNN whose orbits are bounded for all parameter values."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray
from pydantic import Field

from attrax.core.spec import Settings
from attrax.models.compiled import AbstractCompiled, Layer
from attrax.models.diagonal import AbstractDiagonal, absorbing_radius
from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.hidden_layer import AbstractShallow, initial_parameters
from attrax.models.initialization import fan_in_uniform


class ClippedShallowPLRNN(AbstractShallow, AbstractCompiled):
    r"""$z_t = A z_{t-1} + W_1 [\max(W_2 z_{t-1} + h_2, 0) - \max(W_2 z_{t-1}, 0)] + h_1 + C s_t$.

    Each hidden unit, the difference of two ReLUs, is bounded by $|h_2|$. Without inputs, therefore,
    $\lVert z_t \rVert \le \lVert A \rVert \lVert z_{t-1} \rVert + \lVert W_1 \rVert \lVert h_2 \rVert
    + \lVert h_1 \rVert$.
    With $\lVert A \rVert < 1$, which a `BoundedDiagonal` guarantees, every orbit enters a ball of `absorbing_radius`.

    Args:
        diagonal: The diagonal matrix A, usually a `BoundedDiagonal`.
        W1, W2, h1, h2: Weights and offsets of the hidden layer.
        C: Weights of the external inputs; it has no columns if there are no inputs.
        dt: Time step of the recording, in the unit of its times.

    Example:
        >>> import jax
        >>> network = ClippedShallowPLRNN.create(3, 50, key=jax.random.key(0))
        >>> bool(network.absorbing_radius() < jax.numpy.inf)
        True

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
        bounded: bool = True,
        key: PRNGKeyArray,
    ) -> "ClippedShallowPLRNN":
        """Create a network with random parameters. The offsets `h2` are random, because with `h2` = 0 all units are 0.

        Args:
            latent_dim: Number M of latent states.
            hidden_dim: Number L of hidden units; raise it if free runs miss details of the attractor.
            input_dim: Number K of external inputs.
            dt: Time step of the recording, in the unit of its times.
            bounded: Keep the norm of A below 1, so that no free run can diverge.
            key: Random key.
        """
        key, k_h = jax.random.split(key)
        first = initial_parameters(latent_dim, hidden_dim, input_dim=input_dim, bounded=bounded, key=key)
        return cls(**first._asdict(), h2=fan_in_uniform((hidden_dim,), latent_dim, key=k_h), dt=dt)

    def activation(self, drive: Float[Array, " hidden"]) -> Float[Array, " hidden"]:
        """The difference of two ReLUs: it rises between $-h_2$ and 0 and is constant outside."""
        return jax.nn.relu(drive + self.h2) - jax.nn.relu(drive)

    def layer(self) -> Layer:
        """Clipped rectifiers of mixtures of all latent states."""
        from attrax.kernels.activations import Rectifier
        from attrax.kernels.shallow_loops import MapLoops

        return Layer(MapLoops(Rectifier(subtracted=1)), self.W2, self.h2[:, None])

    def region(self, z: Float[Array, " latent"]) -> Bool[Array, " bits"]:
        """Two bits per hidden unit: whether its first ReLU is active (first L bits), and its second one (last L)."""
        drive = self.W2 @ z
        return jnp.concatenate([drive + self.h2 > 0, drive > 0])

    def borders(self) -> tuple[Float[Array, "bits latent"], Float[Array, " bits"]]:
        """Two parallel hyperplanes per hidden unit, one for each ReLU."""
        return jnp.concatenate([self.W2, self.W2]), jnp.concatenate([self.h2, jnp.zeros_like(self.h2)])

    def pieces(self, region: Bool[Array, " bits"]) -> tuple[Float[Array, " hidden"], Float[Array, " hidden"]]:
        """The slope is the difference of those of the two ReLUs; only the first one has an offset."""
        shifted, clipped = jnp.split(region.astype(self.h2.dtype), 2)
        return shifted - clipped, shifted * self.h2

    def absorbing_radius(self) -> Float[Array, ""]:
        r"""Radius of a ball that all orbits without inputs enter.

        $(\lVert W_1 \rVert \lVert h_2 \rVert + \lVert h_1 \rVert) / (1 - \lVert A \rVert)$, or infinity if the norm of
        A is 1 or more.
        """
        drive = jnp.linalg.norm(self.W1, ord=2) * jnp.linalg.norm(self.h2) + jnp.linalg.norm(self.h1)
        return absorbing_radius(self.A, drive)


class ClippedSettings(Settings):
    """Settings of the clipped shallow PLRNN."""

    hidden_dim: int = Field(default=100, ge=1, title="hidden", description="Number of hidden units.")
    bounded: bool = Field(default=True, description="Keep the norm of A below 1.")


SPEC = DynamicsSpec(
    "clipped shallow PLRNN",
    ClippedShallowPLRNN,
    ClippedSettings,
    units="hidden_dim",
    widening=2,
    bounded_by={"bounded": True},
    scan="stored",
)
