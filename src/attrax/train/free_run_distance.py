"""A loss for the invariant measure: free runs shall visit the states that the data visit."""

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
    r"""$L + \lambda\, D(\hat x, x)$: a loss, and the distance of short free runs from the data they should resemble.

    Every window's free run starts from the data `steps` rows before its end, as free runs do once the model is used. At
    the end neither is where the other is; but the states that all windows of the batch visit should be the same ones.

    Args:
        objective: The loss L, as a rule teacher forcing.
        distance: The distance D of the visited states or of their spectra.
        weight: Lambda. Raise it until D falls without L rising.
        steps: Length of the free runs, at most a window. Gradients grow with the largest Lyapunov exponent: stay
            within a Lyapunov time or two.
        scan: How the free runs are computed.

    Cost: a free run of `steps` steps with its gradient, and the distance.

    References: [@schiff2024], [@jiang2023].
    """

    objective: AbstractObjective
    distance: AbstractDistance
    weight: float
    steps: int
    scan: AbstractScan = Sequential()

    def init(self) -> Any:
        """The state of the loss."""
        return self.objective.init()

    def __call__(
        self, model: Model, batch: Batch, state: Any, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """The sum; the distance is told beside what the loss tells."""
        value, (state, facts) = self.objective(model, batch, state, key)
        last = jax.tree.map(lambda array: array[:, -1 - self.steps :], batch._replace(subject=None))
        z = forced_orbits(model, Generalized(0.0), last, None, self.scan)
        x_hat = time_first(model.observation.observe(z))
        x, mask = targets(last, 0)
        if mask is not None:
            # What was not recorded cannot be missed.
            x = jnp.where(mask, x, jax.lax.stop_gradient(x_hat))
        distance = self.distance(x_hat, x)
        return value + self.weight * distance, (state, {**facts, "distance": distance})
