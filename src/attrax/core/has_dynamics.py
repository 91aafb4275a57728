"""Has dynamics: what an analysis may be handed in place of a map, such as a model, whose map is its dynamics."""

from typing import Any, Protocol, TypeVar, runtime_checkable

from attrax.core.dynamics import AbstractDynamics

D = TypeVar("D", bound=AbstractDynamics)


@runtime_checkable
class HasDynamics(Protocol):
    """Whatever holds a map: a model, a system of discrete time."""

    @property
    def dynamics(self) -> Any:
        """The map."""
        ...


def dynamics_of(source: D | HasDynamics) -> Any:
    """The map itself, or that of what holds one.

    Example:
        >>> from attrax.systems import Logistic
        >>> dynamics_of(Logistic(4.0)).latent_dim
        1
    """
    return source if isinstance(source, AbstractDynamics) else source.dynamics
