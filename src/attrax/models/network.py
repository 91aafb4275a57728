"""The base class of trainable dynamics: it gives penalties access to the parameters."""

from abc import abstractmethod

from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics


class AbstractNetwork(AbstractDynamics):
    """A dynamics with trainable parameters.

    For developers: divide the parameters into `memory`, for which the value 1 means that a state keeps its value, and
    `weights`, all others. Weights of external inputs belong to neither, because they should not be penalised.
    """

    @property
    @abstractmethod
    def memory(self) -> Float[Array, " linear"]:
        """The fraction of its value that each state keeps in a step. Empty if there are no such parameters."""

    @property
    @abstractmethod
    def weights(self) -> tuple[Float[Array, "..."], ...]:
        """All other weights and offsets, except the weights of external inputs."""
