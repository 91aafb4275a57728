"""The base class of gated recurrent cells (GRU, LSTM, LEM) as dynamics."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractSecant
from attrax.models.network import AbstractNetwork

SERIES_BELOW = 1e-4
"""Below this the slope of tanh is computed from its series, which is exact to the last digit of float64."""


class AbstractGated(AbstractNetwork, AbstractSecant):
    """A gated recurrent cell as a map of the latent state, which is the whole internal state of the cell.

    As a generative model, a recurrent cell usually receives its own last output as input. This output is a linear
    function of the state, so here the recurrent weights include the feedback, and all inputs are external ones. For a
    GRU the two forms are not exactly equal, because the reset gate then also acts on the feedback.

    For developers: implement the sizes, `step`, `weights` and `secant`.
    """

    @property
    def memory(self) -> Float[Array, " linear"]:
        """Empty: in a gated cell no parameter alone keeps a state."""
        return jnp.zeros(0)

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """The Jacobian, by forward-mode differentiation. Cost: M steps in one batch, for M latent states."""
        return jax.jacfwd(self.step)(z, s)


def add_inputs(
    drive: Float[Array, " gates"], C: Float[Array, "gates input"], s: Float[Array, " input"] | None
) -> Float[Array, " gates"]:
    """Add the external inputs to the arguments of the gates."""
    return drive if s is None else drive + C @ s


def secant_slope(v: Float[Array, " cell"]) -> Float[Array, " cell"]:
    r"""The slope $\tanh(v) / v$ of the line from the origin to the value of tanh; 1 at $v = 0$.

    Example:
        >>> [round(float(slope), 3) for slope in secant_slope(jnp.array([0.0, 2.0]))]
        [1.0, 0.482]
    """
    small = jnp.abs(v) < SERIES_BELOW
    return jnp.where(small, 1 - v**2 / 3, jnp.tanh(v) / jnp.where(small, 1, v))
