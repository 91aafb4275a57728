"""Model store: where learning keeps models while it goes on, so that a resumed run finds them again."""

from abc import ABC, abstractmethod
from typing import Any


class AbstractModelStore(ABC):
    """Models under names, each with facts about it."""

    @abstractmethod
    def save(self, name: str, model: Any, facts: dict[str, Any]) -> None:
        """Keep a model under a name, in place of the one it had before."""

    @abstractmethod
    def read(self, name: str) -> tuple[Any, dict[str, Any]] | None:
        """The model of that name and its facts; None if there is none."""

    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """All names, in order."""


class NoStore(AbstractModelStore):
    """Keeps nothing: for a job without a run folder, which cannot be resumed."""

    def save(self, name: str, model: Any, facts: dict[str, Any]) -> None:
        """Nothing is kept."""

    def read(self, name: str) -> None:
        """There is never a model."""

    def names(self) -> tuple[str, ...]:
        """There are no names."""
        return ()
