"""The loss of a hierarchical model: teacher forcing of each window with the network of its subject."""

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
from attrax.train.loss import forced_orbits, scored, targets, with_noise, zero_filled
from attrax.train.loss_spec import LossSpec, NoiseSettings
from attrax.train.window_batches import Batch


class SubjectForcing(AbstractObjective):
    r"""Teacher forcing for many subjects: window w uses the parameters $\theta_i = \sum_k l_{ik} P_k$ of its subject i.

    The vectors $l_i$ of the subjects and the shared networks $P_k$ are trained together. The gradient of a window
    reaches the vector of its own subject and all shared networks.

    Args:
        forcing: The forcing that corrects the state between two steps. If it adapts to the Jacobians, all subjects get
            the strength of the subject that needs the strongest forcing.
        scan: The method that computes the orbits; it must work under `vmap`.
        warmup: Number of predictions at the beginning of a window that do not enter the loss.
        noise: Standard deviation of noise added to the teacher signals.

    Cost: Like `TeacherForcing`, but with one set of network parameters and their gradient per window.

    Example:
        >>> from attrax.train import Generalized, SubjectForcing
        >>> SubjectForcing(Generalized(0.1), warmup=5).warmup
        5

    References:
        Brenner, Weber, Koppe & Durstewitz, Learning Interpretable Hierarchical Dynamical Systems Models from Time
        Series Data, ICLR 2025 [@brenner2025].
    """

    forcing: AbstractForcing
    scan: AbstractScan = Sequential()
    warmup: int = eqx.field(default=0, static=True)
    noise: float = eqx.field(default=0.0, static=True)

    def init(self) -> Any:
        """The initial state of the forcing."""
        return self.forcing.init()

    def __call__(
        self, model: HierarchicalModel, batch: Batch, state: Any, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """The mean loss over windows, steps and observed channels; the forcing adapts first."""
        state = self._adapted(jax.lax.stop_gradient(model), batch, state)

        def one(model: Model, window: Batch) -> Float[Array, "predicted latent"]:
            alone = jax.tree.map(lambda array: array[None], window)
            return forced_orbits(model, self.forcing, alone, state, self.scan)[:, 0]

        z = eqx.filter_vmap(one)(_models(model, batch), with_noise(batch, self.noise, key=key))
        x, mask = targets(scored(batch, self.forcing, state), self.warmup)
        return model.observation.nll(z[:, self.warmup :], x, mask), (state, {"alpha": self.forcing.alpha(state)})

    def _adapted(self, model: HierarchicalModel, batch: Batch, state: Any) -> Any:
        """The state of the forcing after the update, with the largest value over all windows."""

        def one(model: Model, x: Float[Array, "time obs"]) -> Any:
            z_hat = model.start.infer(model.observation, x)
            return self.forcing.update(state, model.dynamics, z_hat[None])

        states = eqx.filter_vmap(one)(_models(model, batch), zero_filled(batch))
        return jax.tree.map(lambda leaf: leaf.max(axis=0), states)


def _models(model: HierarchicalModel, batch: Batch) -> Model:
    """The model of each window, stacked."""
    return eqx.filter_vmap(lambda i: model.subject(i))(cast(Array, batch.subject))


SPEC = LossSpec(
    "teacher forcing for many subjects",
    SubjectForcing,
    NoiseSettings,
    create=lambda settings, parts: SubjectForcing(parts.forcing, parts.scan, settings.warmup, settings.noise),
    subjects=True,
    default=True,
)
