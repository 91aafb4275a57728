"""Penalty: a function of the model that is added to the loss."""

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
    """The mean over all subjects of a penalty on the model of each.

    Args:
        penalty: The penalty of an ordinary model.
    """

    penalty: Callable[[Model], Float[Array, ""]]

    def __call__(self, model: HierarchicalModel) -> Float[Array, ""]:
        """The mean for the subjects of a hierarchical model."""
        return eqx.filter_vmap(lambda vector: self.penalty(model.model_of(vector)))(model.vectors).mean()


def _nothing(dynamics: DynamicsSpec, latent_dim: int, settings: Any) -> ConfigError | None:
    del dynamics, latent_dim, settings


@dataclass(frozen=True)
class PenaltySpec(Spec):
    """What a penalty says of itself.

    Attributes:
        create: Makes one from its settings.
        on_loadings: It is about the loadings of the observation, and left out where there are none. Others are about
            the dynamics.
        refusal: What speaks against it with a dynamics of so many latent states; None if nothing does.
    """

    create: Callable[[Any], Callable[[Any], Float[Array, ""]]] = field(kw_only=True)
    on_loadings: bool = field(default=False, kw_only=True)
    refusal: Callable[[DynamicsSpec, int, Any], ConfigError | None] = field(default=_nothing, kw_only=True)
