"""The result of a training."""

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Trained = TypeVar("Trained")


@dataclass(frozen=True)
class Learned(Generic[Trained]):
    """The result of a training.

    Attributes:
        model: The selected model.
        facts: Its seed, the number of updates after which it was taken, and the distance of its free runs from the
            training data.
        history: Means of the loss, alpha and other facts over each chunk of updates, one value per restart.
        restarts: The best model of every restart, by seed.
    """

    model: Trained
    facts: dict[str, Any]
    history: list[dict[str, Any]]
    restarts: dict[int, Trained] = field(default_factory=dict)
