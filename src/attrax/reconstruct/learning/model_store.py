"""The interface of a model store, which keeps models during training, so that a run can be resumed."""

from abc import ABC, abstractmethod
from typing import Any


class AbstractModelStore(ABC):
    """A store of models by name, each with facts about it."""

    @abstractmethod
    def save(self, name: str, model: Any, facts: dict[str, Any]) -> None:
        """Save a model under a name; a model saved before under this name is replaced."""

    @abstractmethod
    def read(self, name: str) -> tuple[Any, dict[str, Any]] | None:
        """The model with this name and its facts; None if there is none."""

    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """All names in alphabetical order."""


class NoStore(AbstractModelStore):
    """A store that keeps nothing, for a training without a run folder, which cannot be resumed."""

    def save(self, name: str, model: Any, facts: dict[str, Any]) -> None:
        """Do nothing."""

    def read(self, name: str) -> None:
        """Return None: there are no models."""

    def names(self) -> tuple[str, ...]:
        """Return no names."""
        return ()
