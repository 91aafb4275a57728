"""The continuous-time PLRNN: a piecewise-linear vector field, solved exactly in each linear region."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray
from pydantic import Field

from attrax.core.dynamics import AbstractTimed
from attrax.core.spec import Settings
from attrax.models.compiled import AbstractCompiled, Coupling, Layer
from attrax.models.dynamics.shallow import ShallowPLRNN
from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.one_layer_field import AbstractOneLayerField, slow_field
from attrax.models.parts.free_diagonal import FreeDiagonal
from attrax.models.switching import (
    CELLS,
    NODES,
    ORDER,
    REACH,
    REFINEMENTS,
    TracedOrbit,
    gauss_legendre,
    sensitivity,
    trace,
)


class ContinuousPLRNN(AbstractOneLayerField, AbstractCompiled, AbstractTimed):
    r"""$\Delta t \, \dot z = A z + W_1 \max(W_2 z + h_2, 0) + h_1 + C s$, solved without a numerical integrator.

    A linear region is given by the signs of $W_2 z + h_2$. In each region the vector field is affine and its flow is a
    matrix exponential, computed as the power series of the orbit. The orbit leaves the region at the first root of this
    series. The rows of a recording may therefore be irregular in time, and a trained model can use any time step. Rates
    are per time step `dt` ($\Delta t$), so the size of the parameters does not depend on the unit of time. Inputs are
    constant between two rows.

    Args:
        A: Linear rate of each state, negative if the state decays.
        W1, W2, h1, h2: Weights and offsets of the hidden layer.
        C: Weights of the external inputs; it has no columns if there are no inputs.
        max_pieces: Largest number of pieces of an orbit in one step. A piece ends at the border of a region, or when
            the largest rate times the duration reaches 1. If there are not enough pieces, the orbit stays in the last
            region for the rest of the step, which is an approximation; `travel` reports it. Raise it for large steps.
        dt: Time step of `step`.

    Cost: a power series with 12 terms for each piece, and a second one for a gradient. With compiled loops a gradient
        takes two to three times as long as for a discrete PLRNN, otherwise about fifty times.
    Fails when: rates in a region exceed `max_pieces` per time step, as in stiff systems.

    Example:
        >>> import jax
        >>> network = ContinuousPLRNN.create(3, 10, dt=0.01, key=jax.random.key(0))
        >>> network.advance(jax.numpy.ones(3), 0.025).shape
        (3,)

    References:
        Brändle et al., Continuous-time piecewise-linear recurrent neural networks, ICML 2026 [@braendle2026].
        Al-Mohy & Higham, Computing the Action of the Matrix Exponential, with an Application to Exponential
        Integrators, SIAM Journal on Scientific Computing 2011 [@almohy2011].
    """

    A: Float[Array, " latent"]
    W1: Float[Array, "latent hidden"]
    W2: Float[Array, "hidden latent"]
    h1: Float[Array, " latent"]
    h2: Float[Array, " hidden"]
    C: Float[Array, "latent input"]
    max_pieces: int = eqx.field(static=True, default=8)
    dt: float = eqx.field(static=True, default=1.0)

    @classmethod
    def create(
        cls, latent_dim: int, kinks: int, *, input_dim: int = 0, dt: float = 1.0, key: PRNGKeyArray
    ) -> "ContinuousPLRNN":
        """Create a network with slow, slightly damped dynamics and borders in the range of standardised states.

        Args:
            latent_dim: Number M of latent states.
            kinks: Number L of hidden units. Each has a hyperplane at which the slope of the vector field changes, and
                crossing it costs time; raise L only as long as free runs become better.
            input_dim: Number K of external inputs.
            dt: Time step of the recording; for an irregular recording, the median time step.
            key: Random key.
        """
        return cls(**slow_field(latent_dim, kinks, input_dim, key=key), dt=dt)

    def coupling(self) -> Coupling:
        """A, the weights of the second layer, and its offset."""
        return Coupling(self.A, self.W1, self.h1)

    def layer(self) -> Layer:
        """Rectifiers of mixtures of all latent states, and the accuracy of the flow."""
        from attrax.kernels.flow_loops import FlowLoops
        from attrax.kernels.flow_pieces import ExponentialSeries

        shares, weights = (tuple(values.tolist()) for values in gauss_legendre(NODES))
        series = ExponentialSeries(ORDER, REACH, CELLS, REFINEMENTS, self.max_pieces)
        return Layer(FlowLoops(series, shares, weights), self.W2, self.h2[:, None])

    def region(self, z: Float[Array, " latent"]) -> Bool[Array, " hidden"]:
        """Which hidden units are active at `z`."""
        return self.W2 @ z + self.h2 > 0

    def borders(self) -> tuple[Float[Array, "hidden latent"], Float[Array, " hidden"]]:
        """One hyperplane per hidden unit, where it becomes active."""
        return self.W2, self.h2

    def field(
        self, region: Bool[Array, " hidden"], s: Float[Array, " input"] | None = None
    ) -> tuple[Float[Array, "latent latent"], Float[Array, " latent"]]:
        """Matrix and offset of the vector field in `region`, per time step `dt`."""
        active = self.W1 * region
        offset = active @ self.h2 + self.h1
        return jnp.diag(self.A) + active @ self.W2, offset if s is None else offset + self.C @ s

    def rate(
        self, region: Bool[Array, " hidden"], z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, " latent"]:
        """The affine vector field of `region` at `z`, per time step `dt`."""
        rate = self.A * z + self.W1 @ (region * (self.W2 @ z + self.h2)) + self.h1
        return rate if s is None else rate + self.C @ s

    def velocity(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        r"""The vector field $\dot z$, in the unit of time of `dt`."""
        return self.rate(self.region(z), z, s) / self.dt

    def travel(
        self, z: Float[Array, " latent"], duration: Float[Array, ""] | float, s: Float[Array, " input"] | None = None
    ) -> TracedOrbit:
        """The state after any duration, with the visited regions and the time spent in each, in units of `dt`.

        It has no gradient; use `advance` for gradients.
        """
        steps = jnp.asarray(duration, z.dtype) / self.dt
        return trace(lambda region: self.field(region, s), self.borders(), z, steps, self.max_pieces)

    def advance(
        self, z: Float[Array, " latent"], duration: Float[Array, ""] | float, s: Float[Array, " input"] | None = None
    ) -> Float[Array, " latent"]:
        """The flow: the state after any duration, with a constant input."""
        return _advance(self, z, jnp.asarray(duration, z.dtype), s)

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """The flow over one time step."""
        return self.advance(z, self.dt, s)

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """The Jacobian of the step: the product of the matrix exponentials of all pieces.

        The vector field is continuous, so crossing a border adds no term.
        """
        return jax.jacfwd(self.step)(z, s)

    def equilibrium_map(self) -> ShallowPLRNN:
        r"""The map $z + \Delta t \, \dot z$. Its fixed points are the equilibria of the flow, in the same regions.

        Find them with `attrax.fixed_points`. For their stability, use the eigenvalues of the matrix
        `field(region(z))[0]`, not those of this map.
        """
        return ShallowPLRNN(
            diagonal=FreeDiagonal(1 + self.A), W1=self.W1, W2=self.W2, h1=self.h1, h2=self.h2, C=self.C, dt=self.dt
        )


@eqx.filter_custom_jvp
def _advance(
    network: ContinuousPLRNN, z: Float[Array, " latent"], duration: Float[Array, ""], s: Float[Array, " input"] | None
) -> Float[Array, " latent"]:
    return network.travel(z, duration, s).z


@_advance.def_jvp
def _derivative(primals, tangents):
    network, z, duration, s = primals
    z_end, passage = network.travel(z, duration, s)
    answer = sensitivity(lambda region: network.field(region, s), passage)
    velocity = network.velocity(z_end, s)

    def end(network, z, duration, s):
        kicks = jax.vmap(network.rate, (0, 0, None))(answer.regions, answer.z, s)
        return answer.propagator @ z + jnp.tensordot(answer.kicks, kicks, ((0, 2), (0, 1))) + velocity * duration

    return z_end, eqx.filter_jvp(end, primals, tangents)[1]


class ContinuousSettings(Settings):
    """Settings of the continuous-time PLRNN."""

    kinks: int = Field(
        default=40,
        ge=1,
        title="kinks",
        description="Number of hidden units, each a hyperplane at which the slope of the vector field changes.",
    )


SPEC = DynamicsSpec("continuous-time PLRNN", ContinuousPLRNN, ContinuousSettings, units="kinks", scan="stored")
