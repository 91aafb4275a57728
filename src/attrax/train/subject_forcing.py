"""The loss of a hierarchical model: teacher forcing, every window with the network of its own subject."""

from typing import Any, cast

import equinox as eqx
import jax
from jaxtyping import Array, Float, Int, PRNGKeyArray

from attrax.core.scan import AbstractScan
from attrax.core.scans.sequential import Sequential
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.models.model import Model
from attrax.train.forcing import AbstractForcing
from attrax.train.loss import AbstractLoss, Batch, blurred, forced_orbits, observed, shown, targets


class SubjectForcing(AbstractLoss):
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

    def update(self, state: Any, model: HierarchicalModel, batch: Batch, step: Int[Array, ""]) -> Any:
        """The most that the forcing asks for in any window."""

        def one(model: Model, x: Float[Array, "time obs"]) -> Any:
            z_hat = model.start.infer(model.observation, x)
            return self.forcing.update(state, model.dynamics, z_hat[None], step)

        states = eqx.filter_vmap(one)(_models(model, batch), observed(batch))
        return jax.lax.stop_gradient(jax.tree.map(lambda leaf: leaf.max(axis=0), states))

    def __call__(
        self, model: HierarchicalModel, batch: Batch, state: Any, *, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], dict[str, Float[Array, ""]]]:
        """The mean over windows, steps and observed channels."""

        def one(model: Model, window: Batch) -> Float[Array, "predicted latent"]:
            alone = jax.tree.map(lambda array: array[None], window)
            return forced_orbits(model, self.forcing, alone, state, self.scan)[:, 0]

        z = eqx.filter_vmap(one)(_models(model, batch), blurred(batch, self.noise, key=key))
        x, mask = targets(shown(batch, self.forcing, state), self.warmup)
        return model.observation.nll(z[:, self.warmup :], x, mask), {"alpha": self.forcing.alpha(state)}


class VectorsOnly(AbstractLoss):
    """A loss of a hierarchical model that only its subject vectors are to lower; everything else is held as it is.

    Args:
        loss: The loss.
    """

    loss: AbstractLoss

    def init(self) -> Any:
        """The state of the loss."""
        return self.loss.init()

    def update(self, state: Any, model: HierarchicalModel, batch: Batch, step: Int[Array, ""]) -> Any:
        """The update of the loss."""
        return self.loss.update(state, model, batch, step)

    def __call__(
        self, model: HierarchicalModel, batch: Batch, state: Any, *, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], dict[str, Float[Array, ""]]]:
        """The value of the loss, whose gradient reaches the vectors alone."""
        held = jax.lax.stop_gradient(model)
        return self.loss(eqx.tree_at(lambda m: m.vectors, held, model.vectors), batch, state, key=key)


def _models(model: HierarchicalModel, batch: Batch) -> Model:
    """The model of each window, stacked."""
    return eqx.filter_vmap(lambda i: model.subject(i))(cast(Array, batch.subject))
