"""A diagonal without constraints."""

from jaxtyping import Array, Float

from attrax.core.spec import Spec
from attrax.models.diagonal import AbstractDiagonal


class FreeDiagonal(AbstractDiagonal):
    """Diagonal entries that may take any value.

    Args:
        entries: The entries.
    """

    entries: Float[Array, " latent"]

    def value(self) -> Float[Array, " latent"]:
        """The diagonal entries."""
        return self.entries


SPEC = Spec("free diagonal", FreeDiagonal)
