"""The contract of dynamics that are solved with a controlled step."""

from abc import abstractmethod

from jaxtyping import Array, Float, Int

from attrax.core.dynamics import AbstractTimed


class AbstractStepControlled(AbstractTimed):
    """A dynamics in continuous time whose solver estimates its own error, and chooses its step by it.

    For developers: implement `local_error` and `evaluations` beside the methods of `AbstractTimed`.
    """

    @abstractmethod
    def local_error(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, ""]:
        """The estimated error of one step of the solver over `dt`, in units of the tolerance; above 1 it is rejected.

        Args:
            z: The state.
            s: The external input; None means 0.
        """

    @abstractmethod
    def evaluations(
        self, z: Float[Array, " latent"], duration: Float[Array, ""] | float, s: Float[Array, " input"] | None = None
    ) -> Int[Array, ""]:
        """Number of evaluations of the vector field that `advance` needs.

        Args:
            z: The state.
            duration: The duration, in the unit of time of `dt`.
            s: The external input; None means 0.
        """
