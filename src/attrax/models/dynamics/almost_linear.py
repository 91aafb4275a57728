"""The almost-linear RNN: a PLRNN with few ReLUs and therefore few linear regions."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray
from pydantic import Field

from attrax.core.errors import ConfigError
from attrax.core.spec import Settings
from attrax.models.compiled import AbstractCompiled, Coupling, Layer
from attrax.models.diagonal import AbstractDiagonal
from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.plrnn import coupled_parameters
from attrax.models.pointwise import AbstractPointwise


class AlmostLinearRNN(AbstractPointwise, AbstractCompiled):
    r"""Almost-linear RNN $z_t = A z_{t-1} + W \phi(z_{t-1}) + h + C s_t$.

    Here $\phi_i(z) = \max(z_i, 0)$ for the last P of M latent states and $\phi_i(z) = z_i$ for the others. The map has
    at most $2^P$ linear regions; three are enough for Lorenz-63, two for Roessler. The sequence of regions along an
    orbit is a symbolic code of the dynamics.

    Args:
        diagonal: The matrix A, free or bounded.
        W: Weights between latent states.
        h: Offset.
        C: Weights of the external inputs; it has no columns if there are no inputs.
        nonlinear_dim: Number P of rectified states.
        dt: Time step of the recording, in the unit of its times.

    Example:
        >>> import jax
        >>> network = AlmostLinearRNN.create(20, 2, key=jax.random.key(0))
        >>> network.region(jax.numpy.ones(20)).shape
        (2,)

    References:
        Brenner, Hemmer, Monfared & Durstewitz, Almost-Linear RNNs Yield Highly Interpretable Symbolic Codes in
        Dynamical Systems Reconstruction, NeurIPS 2024 [@brenner2024].
    """

    diagonal: AbstractDiagonal
    W: Float[Array, "latent latent"]
    h: Float[Array, " latent"]
    C: Float[Array, "latent input"]
    nonlinear_dim: int = eqx.field(static=True)
    dt: float = eqx.field(static=True, default=1.0)

    @classmethod
    def create(
        cls,
        latent_dim: int,
        nonlinear_dim: int,
        *,
        input_dim: int = 0,
        dt: float = 1.0,
        bounded: bool = False,
        key: PRNGKeyArray,
    ) -> "AlmostLinearRNN":
        """Create a network with random parameters.

        Args:
            latent_dim: Number M of latent states.
            nonlinear_dim: Number P of rectified states, at most M; raise it as long as free runs become better.
            input_dim: Number K of external inputs.
            dt: Time step of the recording, in the unit of its times.
            bounded: Keep the norm of A below 1. This bounds the linear part only: free runs may still diverge.
            key: Random key.
        """
        first = coupled_parameters(latent_dim, input_dim=input_dim, bounded=bounded, key=key)
        return cls(**first._asdict(), nonlinear_dim=nonlinear_dim, dt=dt)

    @property
    def weights(self) -> tuple[Float[Array, "..."], ...]:
        """W and h."""
        return self.W, self.h

    def coupling(self) -> Coupling:
        """The fields A, W and h."""
        return Coupling(self.A, self.W, self.h)

    def units(self, z: Float[Array, " latent"]) -> Float[Array, " latent"]:
        """The first states unchanged, the last P rectified."""
        linear = self.latent_dim - self.nonlinear_dim
        return jnp.concatenate([z[:linear], jax.nn.relu(z[linear:])])

    def layer(self) -> Layer:
        """A spline of each latent state: a line, or a single ramp."""
        from attrax.kernels.activations import Spline
        from attrax.kernels.shallow_loops import MapLoops

        linear = (jnp.arange(self.latent_dim) < self.latent_dim - self.nonlinear_dim).astype(self.h.dtype)
        return Layer(MapLoops(Spline(1)), None, jnp.stack([linear, 1 - linear, jnp.zeros_like(linear)], axis=1))

    def region(self, z: Float[Array, " latent"]) -> Bool[Array, " nonlinear"]:
        """Which of the last P states are positive."""
        return z[self.latent_dim - self.nonlinear_dim :] > 0

    def borders(self) -> tuple[Float[Array, "nonlinear latent"], Float[Array, " nonlinear"]]:
        """The coordinate planes of the last P states."""
        planes = jnp.eye(self.latent_dim, dtype=self.h.dtype)[self.latent_dim - self.nonlinear_dim :]
        return planes, jnp.zeros(self.nonlinear_dim, self.h.dtype)

    def pieces(self, region: Bool[Array, " nonlinear"]) -> tuple[Float[Array, " latent"], Float[Array, " latent"]]:
        """Slope 1, or 0 for rectified states that are negative; all offsets are 0."""
        linear = jnp.ones(self.latent_dim - self.nonlinear_dim, self.h.dtype)
        return jnp.concatenate([linear, region.astype(self.h.dtype)]), jnp.zeros_like(self.h)

    def largest_slopes(self) -> Float[Array, " latent"]:
        """The largest slope is 1 for every unit."""
        return jnp.ones_like(self.h)


class AlmostLinearSettings(Settings):
    """Settings of the almost-linear RNN."""

    nonlinear_dim: int = Field(
        default=2, ge=1, title="rectified", description="Number of rectified states, the last ones."
    )
    bounded: bool = Field(default=True, description="Keep the norm of A below 1.")


def _too_many_rectified(latent_dim: int, settings: AlmostLinearSettings) -> ConfigError | None:
    rectified = settings.nonlinear_dim
    if rectified <= latent_dim:
        return None
    return ConfigError(
        "C578",
        "more rectified states than latent states",
        where=f"model.dynamics.nonlinear_dim = {rectified}, model.latent_dim = {latent_dim}",
        why="the rectified states are the last of the latent states",
        fix=f"--set model.dynamics.nonlinear_dim={latent_dim}, or --latent {rectified}",
    )


SPEC = DynamicsSpec("almost-linear RNN", AlmostLinearRNN, AlmostLinearSettings, free=17, conflict=_too_many_rectified)
