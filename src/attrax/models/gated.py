"""What gated cells share as dynamics: smooth maps of a hidden state, differentiated automatically."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.models.network import AbstractNetwork


class AbstractGated(AbstractNetwork):
    """A recurrent cell that keeps its state by gates; its whole internal state is the latent state.

    As a generative model such a cell is usually fed its own last output, a linear function of the state. Here the
    weights of the state stand for that feedback, so the map has no inputs but the external ones. Behind a reset gate,
    as in the GRU, the two are not quite the same: the gate acts on the feedback as well.

    For developers: implement the sizes, `step` and `weights`.
    """

    @property
    def memory(self) -> Float[Array, " linear"]:
        """Memory is the business of the gates."""
        return jnp.zeros(0)

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """By forward-mode differentiation; costs M steps in one batch."""
        return jax.jacfwd(self.step)(z, s)


def add_inputs(
    drive: Float[Array, " gates"], C: Float[Array, "gates input"], s: Float[Array, " input"] | None
) -> Float[Array, " gates"]:
    """What the gates receive once the inputs have been added."""
    return drive if s is None else drive + C @ s
