"""Start: the latent states behind what was recorded."""

from abc import abstractmethod

import equinox as eqx
from jaxtyping import Array, Float

from attrax.core.observation import AbstractObservation


class AbstractStart(eqx.Module):
    """How a latent state is inferred from a recording up to its moment.

    For developers: implement `reach`, `infer` and `last`. A state may depend on its own row and on the `reach - 1` rows
    before it, never on later ones.
    """

    @property
    @abstractmethod
    def reach(self) -> int:
        """Number of rows, the last one included, that a state is inferred from."""

    @abstractmethod
    def infer(
        self, observation: AbstractObservation, x: Float[Array, "*batch time obs"]
    ) -> Float[Array, "*batch time latent"]:
        """The state behind each row of a recording."""

    @abstractmethod
    def last(
        self, observation: AbstractObservation, x: Float[Array, "*batch time obs"]
    ) -> Float[Array, "*batch latent"]:
        """The state behind the last row of a recording."""
