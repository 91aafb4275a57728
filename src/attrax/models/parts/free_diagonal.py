"""A diagonal without constraints."""

from jaxtyping import Array, Float

from attrax.core.spec import Spec
from attrax.models.diagonal import AbstractDiagonal


class FreeDiagonal(AbstractDiagonal):
    """Diagonal entries that may take any value.

    Args:
        entries: The entries.

    Example:
        >>> import jax.numpy as jnp
        >>> FreeDiagonal(jnp.array([0.5, 2.0])).value().tolist()
        [0.5, 2.0]
    """

    entries: Float[Array, " latent"]

    def value(self) -> Float[Array, " latent"]:
        """The diagonal entries."""
        return self.entries


SPEC = Spec("free diagonal", FreeDiagonal)
