"""What training leaves behind."""

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Trained = TypeVar("Trained")


@dataclass(frozen=True)
class Learned(Generic[Trained]):
    """What training left behind.

    Attributes:
        model: The model that was chosen.
        facts: Its seed, the step it was taken at, and how near its free run is to the training data.
        history: Means of loss and alpha over each chunk of updates, one value a restart.
        restarts: The best moment of every restart, by its seed.
    """

    model: Trained
    facts: dict[str, Any]
    history: list[dict[str, Any]]
    restarts: dict[int, Trained] = field(default_factory=dict)
