"""Local regularization: it makes a vector field easy to integrate, so that a trained model needs fewer evaluations."""

from typing import cast

import equinox as eqx
import jax
from jaxtyping import Array, Float, PRNGKeyArray
from pydantic import Field

from attrax.core.errors import ConfigError
from attrax.core.spec import Settings
from attrax.core.step_controlled import AbstractStepControlled
from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.model import Model
from attrax.train.loss import zero_filled
from attrax.train.penalty import AbstractPenalty, PenaltySpec
from attrax.train.window_batches import Batch


class LocalRegularization(AbstractPenalty):
    r"""$\lambda \, \mathrm{mean}_i R(z_i)$ with R the estimated error of one step of the solver from a random row.

    The solver compares two results of different order, and their difference, in units of the tolerance, is R (the
    `local_error` of the dynamics). In every update one row of each window is drawn, at the same place in all of them,
    and its state is inferred from the data. No derivative is taken through this state: the gradient reaches the vector
    field only through the single step.

    Args:
        weight: The factor $\lambda$. Raise it until the number of evaluations falls, and lower it if forecasts suffer.

    Cost: one step of the solver for each window, however long the windows are.

    Example:
        >>> LocalRegularization(0.1).weight
        0.1

    References:
        Pal, Edelman & Rackauckas, Locally regularized neural differential equations: some black boxes were meant to
        remain closed!, ICML 2023 [@pal2023].
    """

    weight: float = eqx.field(static=True)

    def __call__(self, model: Model, batch: Batch, key: PRNGKeyArray) -> Float[Array, ""]:
        """The penalty of `model.dynamics` at a random row of each window."""
        dynamics = cast(AbstractStepControlled, model.dynamics)
        row = jax.random.randint(key, (), 0, batch.x.shape[1])
        z = jax.lax.stop_gradient(model.start.infer(model.observation, zero_filled(batch)[:, row]))
        s = None if batch.s is None else batch.s[:, row]
        return self.weight * jax.vmap(dynamics.local_error)(z, s).mean()


class LocalRegularizationSettings(Settings):
    """Settings of local regularization."""

    strength: float = Field(default=0.1, ge=0, description="Factor of the penalty, typically 0.01 to 10.")


def _conflict(dynamics: DynamicsSpec, latent_dim: int, settings: LocalRegularizationSettings) -> ConfigError | None:
    del latent_dim, settings
    if dynamics.step_controlled:
        return None
    return ConfigError(
        "C617",
        "no solver whose error could be made small",
        where=f"train.penalties.local-regularization, {dynamics.title}",
        why="the penalty is the error that a solver with step control estimates, and this dynamics has none",
        fix="--dynamics neural-ode, or leave the penalty out",
    )


SPEC = PenaltySpec(
    "local regularization",
    LocalRegularization,
    LocalRegularizationSettings,
    create=lambda settings: LocalRegularization(settings.strength),
    conflict=_conflict,
)
