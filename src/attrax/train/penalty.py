"""Penalties: functions of the model, some also of the data, that are added to the loss."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import equinox as eqx
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.errors import ConfigError
from attrax.core.spec import Spec
from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.hierarchical_model import HierarchicalModel


class AbstractPenalty(eqx.Module):
    """A term that is added to the loss.

    Example:
        >>> from attrax.train import WeightPenalty
        >>> issubclass(WeightPenalty, AbstractPenalty)
        True
    """

    @abstractmethod
    def __call__(self, model: Any, batch: Any, key: PRNGKeyArray) -> Float[Array, ""]:
        """The penalty.

        Args:
            model: The model.
            batch: The batch of the update, such as a `Batch` of windows. Most penalties do not use it.
            key: Random key of the update.
        """


class SubjectPenalty(AbstractPenalty):
    """The mean of a penalty over the models of all subjects.

    Args:
        penalty: The penalty on the model of one subject.

    Example:
        >>> from attrax.train import WeightPenalty
        >>> SubjectPenalty(WeightPenalty(1e-5)).penalty.weight
        1e-05
    """

    penalty: AbstractPenalty

    def __call__(self, model: HierarchicalModel, batch: Any, key: PRNGKeyArray) -> Float[Array, ""]:
        """The mean penalty over the subjects of a hierarchical model."""

        def one(vector: Float[Array, " subject_dim"]) -> Float[Array, ""]:
            return self.penalty(model.model_of(vector), batch, key)

        return eqx.filter_vmap(one)(model.vectors).mean()


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

    create: Callable[[Any], AbstractPenalty] = field(kw_only=True)
    on_loadings: bool = field(default=False, kw_only=True)
    conflict: Callable[[DynamicsSpec, int, Any], ConfigError | None] = field(default=_nothing, kw_only=True)
