"""The inference of latent states from recorded values."""

from abc import abstractmethod

import equinox as eqx
from jaxtyping import Array, Float

from attrax.core.observation import AbstractObservation


class AbstractStart(eqx.Module):
    """Infers latent states from a recording.

    For developers: implement `reach`, `infer` and `last`. The state of a row may depend on this row and the
    `reach - 1` rows before it, but not on later rows.
    """

    @property
    @abstractmethod
    def reach(self) -> int:
        """Number of rows that a state is inferred from: its own row and those before it."""

    @abstractmethod
    def infer(
        self, observation: AbstractObservation, x: Float[Array, "*batch time obs"]
    ) -> Float[Array, "*batch time latent"]:
        """Infer the latent state of each row of a recording."""

    @abstractmethod
    def last(
        self, observation: AbstractObservation, x: Float[Array, "*batch time obs"]
    ) -> Float[Array, "*batch latent"]:
        """Infer the latent state of the last row of a recording."""
