"""A loss for the invariant measure: short free runs should visit the same states as the data."""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.scan import AbstractScan
from attrax.core.scans.sequential import Sequential
from attrax.models.model import Model
from attrax.optimise import AbstractObjective
from attrax.optimise.objective import Facts
from attrax.train.distance import AbstractDistance
from attrax.train.forcings.generalized import Generalized
from attrax.train.loss import forced_orbits, targets, time_first
from attrax.train.window_batches import Batch


class FreeRunDistance(AbstractObjective):
    r"""A loss plus the distance between short free runs and the data, $L + \lambda\, D(\hat x, x)$.

    A free run starts in each window from the data `steps` rows before the end of the window. Because of chaos it does
    not follow the data row by row, but the states of all free runs of a batch should be distributed like the data.

    Args:
        objective: The loss L, usually teacher forcing.
        distance: The distance D between sets of states or their spectra.
        weight: The weight $\lambda$. Raise it as long as D falls and L does not rise.
        steps: Number of steps of the free runs, less than the length of a window. Gradients grow with the largest
            Lyapunov exponent, so use at most one or two Lyapunov times.
        scan: The method that computes the free runs.

    Cost: a free run of `steps` steps with its gradient, and the distance.

    Example:
        >>> from attrax.train import Generalized, Sinkhorn, TeacherForcing
        >>> FreeRunDistance(TeacherForcing(Generalized(0.1)), Sinkhorn(), weight=0.1, steps=50).steps
        50

    References:
        Schiff et al., DySLIM: Dynamics Stable Learning by Invariant Measure for Chaotic Systems, ICML 2024
        [@schiff2024].
        Jiang, Lu, Orlova & Willett, Training neural operators to preserve invariant measures of chaotic attractors,
        NeurIPS 2023 [@jiang2023].
    """

    objective: AbstractObjective
    distance: AbstractDistance
    weight: float
    steps: int
    scan: AbstractScan = Sequential()

    def init(self) -> Any:
        """The initial state of the loss."""
        return self.objective.init()

    def __call__(
        self, model: Model, batch: Batch, state: Any, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """The sum. The distance is recorded as `distance`, in addition to the facts of the loss."""
        value, (state, facts) = self.objective(model, batch, state, key)
        last = jax.tree.map(lambda array: array[:, -1 - self.steps :], batch._replace(subject=None, first=None))
        unforced = Generalized(0.0)
        z = forced_orbits(model, unforced, last, unforced.init(), self.scan)
        x_hat = time_first(model.observation.observe(z))
        x, mask = targets(last, 0)
        if mask is not None:
            # Missing values take the value of the free run, so they add nothing to the distance.
            x = jnp.where(mask, x, jax.lax.stop_gradient(x_hat))
        distance = self.distance(x_hat, x)
        return value + self.weight * distance, (state, {**facts, "distance": distance})
