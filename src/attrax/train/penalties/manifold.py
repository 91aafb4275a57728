"""The manifold-attractor penalty: some latent states should keep their values for a long time."""

from typing import Any, cast

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray
from pydantic import Field

from attrax.core.errors import ConfigError
from attrax.core.spec import Settings
from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.model import Model
from attrax.models.plrnn import AbstractPLRNN
from attrax.train.penalty import AbstractPenalty, PenaltySpec


class ManifoldPenalty(AbstractPenalty):
    r"""Manifold-attractor penalty $\lambda \sum_{i > M - n} \bigl((1 - A_i)^2 + \sum_j W_{ij}^2 + h_i^2\bigr)$.

    It acts on the last n of M latent states. With a strong penalty such a state keeps its value, $z_i \leftarrow z_i$
    (a line attractor). Near this limit a network can learn slow time scales that are hard to find by gradients alone.

    Args:
        weight: The factor $\lambda$, typically 1e-3 to 10.
        n: Number of penalised states; half of the hidden states is a usual choice.

    Example:
        >>> ManifoldPenalty(1.0, n=2).n
        2

    References:
        Schmidt, Koppe, Monfared, Beutelspacher & Durstewitz, Identifying nonlinear dynamical systems with multiple time
        scales and long-range dependencies, ICLR 2021 [@schmidt2021].
    """

    weight: float = eqx.field(static=True)
    n: int = eqx.field(static=True)

    def __call__(self, model: Model, batch: Any, key: PRNGKeyArray) -> Float[Array, ""]:
        """The penalty of `model.dynamics`, a PLRNN."""
        del batch, key
        A, W, h = cast(AbstractPLRNN, model.dynamics).coupling()
        last = slice(len(A) - self.n, None)
        return self.weight * (jnp.sum((1 - A[last]) ** 2) + jnp.sum(W[last] ** 2) + jnp.sum(h[last] ** 2))


class ManifoldPenaltySettings(Settings):
    """Settings of the manifold-attractor penalty."""

    strength: float = Field(default=1.0, ge=0, description="Factor of the penalty, typically 1e-3 to 10.")
    states: int = Field(default=1, ge=1, description="Number of penalised latent states, the last ones.")


def _conflict(dynamics: DynamicsSpec, latent_dim: int, settings: ManifoldPenaltySettings) -> ConfigError | None:
    if dynamics.has_memory_matrix and settings.states <= latent_dim:
        return None
    return ConfigError(
        "C579",
        "no states that the manifold penalty could reach",
        where=f"train.penalties.manifold.states = {settings.states}, model.latent_dim = {latent_dim}, {dynamics.title}",
        why="it makes latent states of a PLRNN keep their values; gated cells have no such states",
        fix=f"train.penalties.manifold.states={max(latent_dim // 2, 1)} with a PLRNN, or leave the penalty out",
    )


SPEC = PenaltySpec(
    "manifold penalty",
    ManifoldPenalty,
    ManifoldPenaltySettings,
    create=lambda settings: ManifoldPenalty(settings.strength, settings.states),
    conflict=_conflict,
)
