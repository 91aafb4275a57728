"""The training plan: number of updates, optimiser, learning rate and rollback rule."""

from dataclasses import dataclass, field

import optax

from attrax.core.errors import ConfigError
from attrax.optimise.best_state import Rollback
from attrax.optimise.optimizers.radam import radam


@dataclass(frozen=True)
class Plan:
    """The plan of a training.

    Compiled code is reused as long as `schedule` and `optimizer` are the same or equal objects: create them once and
    use them for many trainings.

    Attributes:
        updates: Number of parameter updates.
        schedule: The learning rate as a function of the number of updates done, for example an `optax` schedule.
        optimizer: An `optax` transformation without a learning rate, such as `optax.scale_by_adam()`, not
            `optax.adam(1e-3)`. Its output is multiplied by minus the learning rate.
        chunk: Number of updates in one call of compiled code. Callbacks, checkpoints and Ctrl-C act between chunks.
        rollback: What to do if the loss is not finite, or rises.

    Raises: ConfigError C611 for a negative number of updates or a chunk of less than one update.

    Example:
        >>> from attrax.optimise import ExponentialDecay, Plan, radam
        >>> Plan(1_000, ExponentialDecay(1e-2, 1e-5, 1_000), radam(1.0)).updates
        1000
    """

    updates: int
    schedule: optax.Schedule
    optimizer: optax.GradientTransformation = field(default_factory=radam)
    chunk: int = 250
    rollback: Rollback = field(default_factory=Rollback)

    def __post_init__(self):
        if self.updates < 0 or self.chunk < 1:
            raise ConfigError(
                "C611",
                "a plan that cannot be carried out",
                where=f"Plan(updates={self.updates}, chunk={self.chunk})",
                why="training continues until so many updates are done, a chunk at a time",
                fix="updates of at least 0 and a chunk of at least 1",
            )
