"""Penalties: functions of the model that are added to the loss."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import equinox as eqx
from jaxtyping import Array, Float

from attrax.core.errors import ConfigError
from attrax.core.spec import Spec
from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.models.model import Model


class SubjectPenalty(eqx.Module):
    """The mean of a penalty over the models of all subjects.

    Args:
        penalty: The penalty on the model of one subject.

    Example:
        >>> from attrax.train import WeightPenalty
        >>> SubjectPenalty(WeightPenalty(1e-5)).penalty.weight
        1e-05
    """

    penalty: Callable[[Model], Float[Array, ""]]

    def __call__(self, model: HierarchicalModel) -> Float[Array, ""]:
        """The mean penalty over the subjects of a hierarchical model."""
        return eqx.filter_vmap(lambda vector: self.penalty(model.model_of(vector)))(model.vectors).mean()


def _nothing(dynamics: DynamicsSpec, latent_dim: int, settings: Any) -> ConfigError | None:
    del dynamics, latent_dim, settings


@dataclass(frozen=True)
class PenaltySpec(Spec):
    """The description of a penalty.

    Attributes:
        create: Creates the penalty from its settings.
        on_loadings: True for a penalty on the loadings of the observation, which is left out if the observation has
            none. False for a penalty on the dynamics.
        conflict: Function that returns an error if the penalty cannot be used with a dynamics and its number of latent
            states, otherwise None.
    """

    create: Callable[[Any], Callable[[Any], Float[Array, ""]]] = field(kw_only=True)
    on_loadings: bool = field(default=False, kw_only=True)
    conflict: Callable[[DynamicsSpec, int, Any], ConfigError | None] = field(default=_nothing, kw_only=True)
