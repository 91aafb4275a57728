"""RAdam: Adam whose first steps are short, because its estimate of the gradient's size is still uncertain."""

from functools import cache

import optax

from attrax.core.spec import Settings
from attrax.optimise.optimizer import OptimizerSpec, clipped


@cache
def radam(clip: float = 0.0) -> optax.GradientTransformation:
    """RAdam of Liu et al. (2020) [@liu2020], without a learning rate; the same `clip` gives the same object.

    Args:
        clip: Largest norm of the gradient over all parameters; longer gradients are scaled down to it. 0 turns
            clipping off. Set it (for example to 1) if the loss sometimes overflows.

    Example:
        >>> radam(1.0) is radam(1.0)
        True
    """
    return clipped(clip, optax.scale_by_radam())


SPEC = OptimizerSpec("RAdam", radam, Settings, create=lambda _, clip: radam(clip))
