"""What an optimiser says of itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import optax

from attrax.core.spec import Spec


@dataclass(frozen=True)
class OptimizerSpec(Spec):
    """The description of an optimiser.

    Attributes:
        create: Creates the optimiser, without a learning rate, from its settings and the largest norm of a gradient (0
            for no limit). Equal arguments must give the same object, so that compiled code is reused.
    """

    create: Callable[[Any, float], optax.GradientTransformation] = field(kw_only=True)


def clipped(clip: float, optimizer: optax.GradientTransformation) -> optax.GradientTransformation:
    """The optimiser on gradients that are scaled down to the norm `clip` if they are longer; 0 for no limit."""
    return optax.chain(optax.clip_by_global_norm(clip), optimizer) if clip else optimizer
