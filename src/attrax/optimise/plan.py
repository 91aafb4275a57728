"""Plan: how long and by which rule a model is trained, whatever it is and whatever it learns from."""

from dataclasses import dataclass, field
from functools import cache

import optax

from attrax.core.errors import ConfigError
from attrax.optimise.rollback import Rollback


@cache
def radam(clip: float = 0.0) -> optax.GradientTransformation:
    """The directions of RAdam, without a learning rate; the same object for the same `clip`.

    Args:
        clip: Largest norm of a gradient over all parameters, which is scaled down to it; 0 clips none. Set it where
            the loss overflows now and then.
    """
    if not clip:
        return optax.scale_by_radam()
    return optax.chain(optax.clip_by_global_norm(clip), optax.scale_by_radam())


@dataclass(frozen=True)
class Plan:
    """A frozen description of the updates.

    What is compiled is kept for as long as `schedule` and `optimizer` are the same objects, or equal ones: make them
    once for many runs.

    Attributes:
        updates: Number of parameter updates.
        schedule: The learning rate as a function of the number of updates done. Most `optax` schedules will do.
        optimizer: Makes a direction of a gradient: an `optax` transformation without a learning rate, such as
            `optax.scale_by_adam()` rather than `optax.adam(1e-3)`. Updates go against the direction, scaled by the
            schedule.
        chunk: Updates in one call of compiled code. Callbacks, checkpoints and Ctrl-C come between chunks.
        rollback: What is done about a loss that is no finite number.

    Raises: ConfigError C611 for a negative number of updates or a chunk of none.
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
                why="training goes on until so many updates are done, a chunk at a time",
                fix="updates of at least 0 and a chunk of at least 1",
            )
