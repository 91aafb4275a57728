"""`HasDynamics`: an object that contains a map, such as a model; an analysis accepts it in place of the map."""

from typing import Protocol, TypeVar, runtime_checkable

import numpy as np
from jaxtyping import Float

from attrax.core.dynamics import AbstractDynamics

D = TypeVar("D", bound=AbstractDynamics)
Held = TypeVar("Held", bound=AbstractDynamics, covariant=True)


@runtime_checkable
class HasDynamics(Protocol[Held]):
    """An object with a map in its attribute `dynamics`, such as a model."""

    @property
    def dynamics(self) -> Held:
        """The map."""
        ...


def dynamics_of(source: D | HasDynamics[D]) -> D:
    """The map itself, or the map that an object contains.

    Example:
        >>> from attrax.systems import Logistic
        >>> dynamics_of(Logistic(4.0)).latent_dim
        1
    """
    return source if isinstance(source, AbstractDynamics) else source.dynamics


@runtime_checkable
class ReadsStates(HasDynamics[AbstractDynamics], Protocol):
    """A simulator with a map, which infers the states of that map from a recording, such as a model."""

    def states(self, x: Float[np.ndarray, "*batch obs"]) -> Float[np.ndarray, "*batch latent"]:
        """Infer the states of recorded values, given in the units of the recording and in the order of time."""
        ...
