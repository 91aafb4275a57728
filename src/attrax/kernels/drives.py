"""Drives of hidden units: what a unit sees of the latent states, and how its gradient returns to them."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from attrax.kernels.emitter import Emitter, Value
from attrax.kernels.loops import Shape


class AbstractDrives(ABC):
    """A rule for the drives of units that see their own latent state: unit i sees state i.

    Units that see mixtures of all states have weights `W2` instead (`Shape.mixed`).

    For developers: an implementation must be frozen and comparable, since compiled code is cached by it.
    """

    @abstractmethod
    def level(self, e: Emitter, shape: Shape, vector: Value) -> Value:
        """The number that is subtracted from every drive, one for each lane, from the latent vector at an address."""

    @abstractmethod
    def pass_level(self, e: Emitter, shape: Shape, total: Value, result: Value) -> None:
        """Add the gradient with respect to the level to that with respect to the latent vector at an address.

        Args:
            e: The emitter.
            shape: Sizes.
            total: The sum of the gradients with respect to all drives.
            result: Address of the gradient with respect to the latent vector.
        """


@dataclass(frozen=True)
class OwnState(AbstractDrives):
    """The drive of unit i is state i."""

    def level(self, e: Emitter, shape: Shape, vector: Value) -> Value:
        """Nothing is subtracted."""
        del shape, vector
        return e.zero(e.precision.lanes)

    def pass_level(self, e: Emitter, shape: Shape, total: Value, result: Value) -> None:
        """The level is constant."""


OWN_STATE = OwnState()


@dataclass(frozen=True)
class FromMean(AbstractDrives):
    """The drive of unit i is the difference of state i from the mean of all states.

    Args:
        states: Number of states. States that fill up the last tile are 0, so they do not change the sum.
    """

    states: int

    def level(self, e: Emitter, shape: Shape, vector: Value) -> Value:
        """The mean."""
        lanes = e.precision.lanes

        def add(m, total):
            return [e.builder.fadd(total, e.load(e.at(vector, (m, lanes)), lanes))]

        total = e.loop(shape.latent, add, [e.zero(lanes)])[0]
        return e.builder.fmul(total, e.constant(1 / self.states, lanes))

    def pass_level(self, e: Emitter, shape: Shape, total: Value, result: Value) -> None:
        """Each state has the same part in the mean."""
        lanes = e.precision.lanes
        part = e.builder.fmul(total, e.constant(1 / self.states, lanes))

        def subtract(m):
            place = e.at(result, (m, lanes))
            e.store(e.builder.fsub(e.load(place, lanes), part), place)

        e.loop(shape.latent, subtract)
