"""Plan: everything that decides how a model is trained, apart from the model and the data."""

from collections.abc import Callable
from dataclasses import dataclass

import optax
from jaxtyping import Array, Float, PyTree

from attrax.train.loss import AbstractLoss


@dataclass(frozen=True)
class Plan:
    """A frozen description of a training run.

    Attributes:
        loss: What is minimised; the forcing lives in it.
        penalties: Functions of the model that are added to the loss.
        updates: Number of parameter updates.
        batch_size: Windows in a batch.
        window: Rows in a window; longer sees slower time scales and costs proportionally more.
        learning_rate: At the first update.
        final_learning_rate: At the last update; the decay in between is exponential.
        clip: Largest norm of a gradient over all parameters, which is scaled down to it; 0 clips none. Set it where the
            loss overflows now and then.
        chunk: Updates compiled into one call. Progress, checkpoints and Ctrl-C happen between chunks.
        subjects: Names of the subjects that a hierarchical model tells apart, in its order; none for other models.
    """

    loss: AbstractLoss
    penalties: tuple[Callable[[PyTree], Float[Array, ""]], ...] = ()
    updates: int = 250_000
    batch_size: int = 16
    window: int = 200
    learning_rate: float = 1e-3
    final_learning_rate: float = 1e-6
    clip: float = 0.0
    chunk: int = 250
    subjects: tuple[str, ...] = ()

    def clipped(self, gradient: PyTree) -> PyTree:
        """The gradient, scaled down where it is longer than `clip`."""
        if not self.clip:
            return gradient
        return optax.clip_by_global_norm(self.clip).update(gradient, optax.EmptyState())[0]

    def schedule(self) -> optax.Schedule:
        """Learning rate as a function of the number of updates done."""
        return optax.exponential_decay(
            self.learning_rate, max(self.updates, 1), self.final_learning_rate / self.learning_rate
        )
