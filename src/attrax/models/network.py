"""Network: a dynamics that is learned, and what a penalty may ask of it whatever its equations are."""

from abc import abstractmethod

from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics


class AbstractNetwork(AbstractDynamics):
    """A dynamics made of parameters.

    For developers: sort the parameters into those of which 1 means perfect memory, and all others. Weights of the
    external inputs belong to neither: how strong an input is, is for the data to say.
    """

    @property
    @abstractmethod
    def memory(self) -> Float[Array, " linear"]:
        """How strongly each coordinate keeps its own value; 1 keeps all of it. Empty if no parameter does only that."""

    @property
    @abstractmethod
    def weights(self) -> tuple[Float[Array, "..."], ...]:
        """All other weights and offsets."""
