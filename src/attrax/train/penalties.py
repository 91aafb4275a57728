"""Penalties: what a good model should also be, beside fitting the data."""

from collections.abc import Callable
from typing import cast

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.models.affine_observation import AffineObservation
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.models.model import Model
from attrax.models.network import AbstractNetwork
from attrax.models.plrnn import AbstractPLRNN


class WeightPenalty(eqx.Module):
    r"""$\lambda \bigl(\lVert 1 - A \rVert^2 + \sum \lVert W \rVert^2 + \sum \lVert h \rVert^2\bigr)$ of a network.

    Memory is the default (A is pulled to 1), everything else must earn its place. Gated cells have no A.

    Args:
        weight: Lambda; 0 to 1e-4.
    """

    weight: float = eqx.field(static=True)

    def __call__(self, model: Model) -> Float[Array, ""]:
        """The penalty of `model.dynamics`."""
        f = cast(AbstractNetwork, model.dynamics)
        others = sum(jnp.sum(p**2) for p in f.weights)
        return self.weight * (jnp.sum((1 - f.memory) ** 2) + others)


class ManifoldPenalty(eqx.Module):
    r"""$\lambda \sum_{i > M - n} \bigl((1 - A_i)^2 + \sum_j W_{ij}^2 + h_i^2\bigr)$: the last n latent states remember.

    Where the penalty wins, such a state is $z_i \leftarrow z_i$, a line of fixed points that holds a value as long as
    it takes; close by, slow time scales can be learned that gradients alone would not find. The other states are free.

    Args:
        weight: Lambda; 1e-3 to 10.
        n: Number of states that are regularised; half of the hidden ones is the usual choice.

    References: [@schmidt2021].
    """

    weight: float = eqx.field(static=True)
    n: int = eqx.field(static=True)

    def __call__(self, model: Model) -> Float[Array, ""]:
        """The penalty of `model.dynamics`, a PLRNN."""
        A, W, h = cast(AbstractPLRNN, model.dynamics).coupling()
        last = slice(len(A) - self.n, None)
        return self.weight * (jnp.sum((1 - A[last]) ** 2) + jnp.sum(W[last] ** 2) + jnp.sum(h[last] ** 2))


class ConditionPenalty(eqx.Module):
    r"""$\lambda (1 - s_{\max} / s_{\min})^2$ over the singular values of the loadings B of an affine observation.

    It keeps the pseudo-inverse, and so the forcing signal, well conditioned.

    Args:
        weight: Lambda; 1e-7 to 1e-6.

    References: [@hess2023].
    """

    weight: float = eqx.field(static=True)

    def __call__(self, model: Model) -> Float[Array, ""]:
        """The penalty of `model.observation`."""
        values = jnp.linalg.svd(cast(AffineObservation, model.observation).B, compute_uv=False)
        return self.weight * (1 - values[0] / values[-1]) ** 2


class SubjectPenalty(eqx.Module):
    """The mean over all subjects of a penalty on the model of each.

    Args:
        penalty: The penalty of an ordinary model.
    """

    penalty: Callable[[Model], Float[Array, ""]]

    def __call__(self, model: HierarchicalModel) -> Float[Array, ""]:
        """The mean for the subjects of a hierarchical model."""
        return eqx.filter_vmap(lambda vector: self.penalty(model.model_of(vector)))(model.vectors).mean()
