"""The base class of observations whose channels are linear combinations of the latent states."""

import equinox as eqx
from jaxtyping import Array, Float

from attrax.core.observation import AbstractInvertible


class AbstractMixture(AbstractInvertible):
    r"""An observation $x = B z$ with loadings B, possibly with an offset and noise.

    For developers: implement `observe`, `sample`, `inverse` and `nll`.
    """

    B: eqx.AbstractVar[Float[Array, "obs latent"]]

    @property
    def obs_dim(self) -> int:
        """Number N of channels."""
        return self.B.shape[0]

    @property
    def selects(self) -> bool:
        """False: a channel is a linear combination of latent states."""
        return False

    def features(self, x: Float[Array, "*batch obs"]) -> Float[Array, "*batch feature"]:
        """The standardised values themselves."""
        return x
