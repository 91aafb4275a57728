"""The loss of a hierarchical model: teacher forcing, every window with the network of its own subject."""

from typing import Any, cast

import equinox as eqx
import jax
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.scan import AbstractScan
from attrax.core.scans.sequential import Sequential
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.models.model import Model
from attrax.optimise import AbstractObjective
from attrax.optimise.objective import Facts
from attrax.train.forcing import AbstractForcing
from attrax.train.loss import blurred, forced_orbits, observed, shown, targets
from attrax.train.window_batches import Batch


class SubjectForcing(AbstractObjective):
    r"""The loss of `TeacherForcing` with $\theta_{i(w)} = \sum_k l_{i(w) k} P_k$ in window w of subject i(w).

    Group and vectors are learned together: the gradient of a window reaches the vector of its own subject and all of
    the group.

    Args:
        forcing: How the state is corrected between two steps. Where it adapts to the Jacobians, the subject that needs
            the strongest forcing decides for all.
        scan: How the orbits are computed; any that can be vmapped.
        warmup: Predictions at the beginning of a window that do not count.
        noise: Standard deviation of noise on the teacher signals.

    Cost: The parameters of a network, and their gradient, once a window rather than once a batch.

    References: [@brenner2025].
    """

    forcing: AbstractForcing
    scan: AbstractScan = Sequential()
    warmup: int = eqx.field(default=0, static=True)
    noise: float = eqx.field(default=0.0, static=True)

    def init(self) -> Any:
        """The state of the forcing."""
        return self.forcing.init()

    def __call__(
        self, model: HierarchicalModel, batch: Batch, state: Any, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """The mean over windows, steps and observed channels, once the forcing has looked at the states of the data."""
        state = self._adapted(jax.lax.stop_gradient(model), batch, state)

        def one(model: Model, window: Batch) -> Float[Array, "predicted latent"]:
            alone = jax.tree.map(lambda array: array[None], window)
            return forced_orbits(model, self.forcing, alone, state, self.scan)[:, 0]

        z = eqx.filter_vmap(one)(_models(model, batch), blurred(batch, self.noise, key=key))
        x, mask = targets(shown(batch, self.forcing, state), self.warmup)
        return model.observation.nll(z[:, self.warmup :], x, mask), (state, {"alpha": self.forcing.alpha(state)})

    def _adapted(self, model: HierarchicalModel, batch: Batch, state: Any) -> Any:
        """The most that the forcing asks for in any window."""

        def one(model: Model, x: Float[Array, "time obs"]) -> Any:
            z_hat = model.start.infer(model.observation, x)
            return self.forcing.update(state, model.dynamics, z_hat[None])

        states = eqx.filter_vmap(one)(_models(model, batch), observed(batch))
        return jax.tree.map(lambda leaf: leaf.max(axis=0), states)


class VectorsOnly(AbstractObjective):
    """An objective of a hierarchical model that only its subject vectors are to lower; everything else is held.

    Args:
        objective: The objective.
    """

    objective: AbstractObjective

    def init(self) -> Any:
        """The state of the objective."""
        return self.objective.init()

    def __call__(
        self, model: HierarchicalModel, batch: Batch, state: Any, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """The value of the objective, whose gradient reaches the vectors alone."""
        held = jax.lax.stop_gradient(model)
        return self.objective(eqx.tree_at(lambda m: m.vectors, held, model.vectors), batch, state, key)


def _models(model: HierarchicalModel, batch: Batch) -> Model:
    """The model of each window, stacked."""
    return eqx.filter_vmap(lambda i: model.subject(i))(cast(Array, batch.subject))
