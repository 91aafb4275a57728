"""The free diagonal: memory that may take any strength."""

from jaxtyping import Array, Float

from attrax.core.spec import Spec
from attrax.models.diagonal import AbstractDiagonal


class FreeDiagonal(AbstractDiagonal):
    """Diagonal entries that may take any value."""

    entries: Float[Array, " latent"]

    def value(self) -> Float[Array, " latent"]:
        """The entries themselves."""
        return self.entries


SPEC = Spec("free diagonal", FreeDiagonal)
