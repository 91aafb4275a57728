"""The mean-centred PLRNN: units rectify the difference of a state from the mean of all states."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray
from pydantic import Field

from attrax.core.spec import Settings
from attrax.models.compiled import AbstractCompiled, Coupling, Layer
from attrax.models.diagonal import AbstractDiagonal
from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.plrnn import AbstractPLRNN, coupled_parameters, without_diagonal


class MeanCentredPLRNN(AbstractPLRNN, AbstractCompiled):
    r"""$z_t = A z_{t-1} + W \max(z_{t-1} - \bar z_{t-1}, 0) + h + C s_t$ with $\bar z$ the mean over latent states.

    This is layer normalisation without division by the standard deviation, so the map stays piecewise linear. Adding
    the same number to all states does not change the units. With the projection
    $D = 1 - \frac{1}{M} \mathbf{1} \mathbf{1}^\top$ one has $z - \bar z = D z$, and the Jacobian is
    $A + W \, \mathrm{diag}(1[D z > 0]) \, D$.

    Args:
        diagonal: The matrix A, free or bounded.
        W: Weights between latent states; the diagonal has no effect.
        h: Offset.
        C: Weights of the external inputs; it has no columns if there are no inputs.
        dt: Time step of the recording, in the unit of its times.

    Example:
        >>> import jax
        >>> network = MeanCentredPLRNN.create(20, key=jax.random.key(0))
        >>> bool(jax.numpy.allclose(network.units(jax.numpy.full(20, 3.0)), 0, atol=1e-5))
        True

    References:
        Brenner et al., Tractable Dendritic RNNs for Reconstructing Nonlinear Dynamical Systems, ICML 2022
        [@brenner2022].
    """

    diagonal: AbstractDiagonal
    W: Float[Array, "latent latent"]
    h: Float[Array, " latent"]
    C: Float[Array, "latent input"]
    dt: float = eqx.field(static=True, default=1.0)

    @classmethod
    def create(
        cls, latent_dim: int, *, input_dim: int = 0, dt: float = 1.0, bounded: bool = False, key: PRNGKeyArray
    ) -> "MeanCentredPLRNN":
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
        """The rectified difference of each state from the mean."""
        return jax.nn.relu(_centred(z))

    def layer(self) -> Layer:
        """Rectifiers of the differences from the mean."""
        from attrax.kernels.activations import Rectifier
        from attrax.kernels.drives import FromMean
        from attrax.kernels.shallow_loops import MapLoops

        loops = MapLoops(Rectifier(), FromMean(self.latent_dim))
        return Layer(loops, None, jnp.zeros_like(self.h)[:, None])

    def region(self, z: Float[Array, " latent"]) -> Bool[Array, " latent"]:
        """Which states are above the mean."""
        return _centred(z) > 0

    def borders(self) -> tuple[Float[Array, "latent latent"], Float[Array, " latent"]]:
        """One hyperplane per state, where it equals the mean. All contain the line of equal states."""
        return _centred(jnp.eye(self.latent_dim, dtype=self.h.dtype)), jnp.zeros_like(self.h)

    def affine(self, region: Bool[Array, " latent"]) -> tuple[Float[Array, "latent latent"], Float[Array, " latent"]]:
        """Matrix and offset of the map in `region`, without external inputs."""
        A, W, h = self.coupling()
        return jnp.diag(A) + _centred(W * region), h

    def jacobian_bound(self) -> Float[Array, ""]:
        r"""Upper bound of all Jacobian norms, $\lVert A \rVert + \lVert W \rVert$, because D is a projection."""
        A, W, _ = self.coupling()
        return jnp.abs(A).max() + jnp.linalg.norm(W, ord=2)


def _centred(rows: Float[Array, "*rows latent"]) -> Float[Array, "*rows latent"]:
    """The rows times D: each row minus its mean."""
    return rows - rows.mean(axis=-1, keepdims=True)


class MeanCentredSettings(Settings):
    """Settings of the mean-centred PLRNN."""

    bounded: bool = Field(default=True, description="Keep the norm of A below 1.")


SPEC = DynamicsSpec("mean-centred PLRNN", MeanCentredPLRNN, MeanCentredSettings, free=27)
