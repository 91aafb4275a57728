"""What observations have in common whose channels are mixtures of the latent states."""

import equinox as eqx
from jaxtyping import Array, Float

from attrax.core.observation import AbstractInvertible


class AbstractMixture(AbstractInvertible):
    r"""Channels with loadings on the latent states, $x = B z$, and perhaps an offset and noise.

    For developers: implement what is done with the loadings.
    """

    B: eqx.AbstractVar[Float[Array, "obs latent"]]

    @property
    def obs_dim(self) -> int:
        """Number N of channels."""
        return self.B.shape[0]

    @property
    def selects(self) -> bool:
        """A channel is a mixture of coordinates."""
        return False

    def features(self, x: Float[Array, "*batch obs"]) -> Float[Array, "*batch feature"]:
        """The values themselves, which are standardised."""
        return x
