"""The hierarchical model: all subjects share a few networks; each subject combines them with its own weights."""

from collections.abc import Sequence
from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from attrax.core.dynamics import AbstractDynamics
from attrax.core.errors import ConfigError
from attrax.core.observation import AbstractObservation
from attrax.core.scaling import Scaling
from attrax.models.model import Model
from attrax.models.start import AbstractStart

Network = TypeVar("Network", bound=AbstractDynamics)

SPREAD = 0.1
"""Standard deviation of the initial weights of the subjects around those of the first shared network."""


class HierarchicalModel(eqx.Module):
    r"""A model of many subjects: subject i has the parameters $\theta_i = \sum_k l_{ik} P_k$.

    The K parameter sets $P_k$ are shared; the vector $l_i$ belongs to the subject. Every float array of the dynamics
    is combined in this way. Bounds that are part of the parametrisation, such as that of a `BoundedDiagonal`, hold for
    every combination. Observation, start and scaling are the same for all subjects.

    Args:
        basis: The K shared networks, all of the same class and size.
        vectors: The vector of each subject, one subject per row.
        observation: The observation, from latent states to channels.
        start: Infers the first latent state from a recording.
        scaling: Converts between the units of the recordings and standardised units.
        channels: Names of the channels.
        subjects: Names of the subjects, in the order of the rows of `vectors`.

    Example:
        >>> from attrax.models import ClippedShallowPLRNN, IdentityObservation, LinearStart
        >>> key, seen = jax.random.key(0), IdentityObservation(2)
        >>> one, two = (ClippedShallowPLRNN.create(2, 5, key=k) for k in jax.random.split(key))
        >>> like = Model(one, seen, LinearStart.create(seen, 2, key=key), Scaling.identity(2), ("x", "y"))
        >>> model = HierarchicalModel.create((one, two), like, ["anna", "ben"], key=key)
        >>> model.subject_dim, model.subject("anna").dynamics.latent_dim
        (2, 2)

    References:
        Brenner, Weber, Koppe & Durstewitz, Learning Interpretable Hierarchical Dynamical Systems Models from Time
        Series Data, ICLR 2025 [@brenner2025].
    """

    basis: tuple[AbstractDynamics, ...]
    vectors: Float[Array, "subject feature"]
    observation: AbstractObservation
    start: AbstractStart
    scaling: Scaling = eqx.field(static=True)
    channels: tuple[str, ...] = eqx.field(static=True)
    subjects: tuple[str, ...] = eqx.field(static=True)

    @classmethod
    def create(
        cls, basis: tuple[AbstractDynamics, ...], like: Model, subjects: Sequence[str], *, key: PRNGKeyArray
    ) -> "HierarchicalModel":
        r"""Create a hierarchical model in which every subject is close to the first network.

        The vectors are $l_i = (1, 0, \dots, 0) + \epsilon_i$ with normal $\epsilon$ of standard deviation 0.1. Because
        $\epsilon$ is not zero, all shared networks get gradients from the start.

        Args:
            basis: New networks of the same class and size.
            like: A model whose observation, start, scaling and channels are used.
            subjects: Names of the subjects.
            key: Random key.
        """
        about = jnp.eye(1, len(basis))
        vectors = about + SPREAD * jax.random.normal(key, (len(subjects), len(basis)))
        return cls(basis, vectors, like.observation, like.start, like.scaling, like.channels, tuple(subjects))

    @property
    def dt(self) -> float:
        """Time step of the recordings."""
        return self.basis[0].dt

    @property
    def subject_dim(self) -> int:
        """Number K of features of a subject, equal to the number of shared networks."""
        return len(self.basis)

    def subject(self, which: int | str | Int[Array, ""]) -> Model:
        """The model of one subject, given its name or its row.

        Raises: ConfigError C591 for a name that is not among the subjects.
        """
        return self.model_of(self.vectors[self.row(which) if isinstance(which, str) else which])

    def row(self, name: str) -> int:
        """The row of a subject in `vectors`.

        Raises: ConfigError C591 for a name that is not among the subjects.
        """
        if name in self.subjects:
            return self.subjects.index(name)
        raise ConfigError(
            "C591",
            f"unknown subject {name!r}",
            where=f"{len(self.subjects)} subjects",
            why="subjects are: " + ", ".join(self.subjects[:20]) + (" ..." if len(self.subjects) > 20 else ""),
            fix="--subject NAME  # one of these",
        )

    def model_of(self, vector: Float[Array, " feature"]) -> Model:
        """The model with the parameters for any vector, for example the mean of two subjects."""
        return Model(mixture(self.basis, vector), self.observation, self.start, self.scaling, self.channels)

    def features(self) -> Float[np.ndarray, "subject feature"]:
        """The principal components of the vectors: the first feature varies most between subjects.

        The shared networks could be replaced by linear combinations of them without changing any subject, so single
        entries of `vectors` have no meaning; their principal components do. The sign of each component is chosen such
        that its largest entry is positive.
        """
        vectors = np.asarray(self.vectors, np.float64)
        centred = vectors - vectors.mean(axis=0)
        axes = np.linalg.svd(centred, full_matrices=False)[2]
        scores = centred @ axes.T
        largest = scores[np.abs(scores).argmax(axis=0), np.arange(scores.shape[1])]
        return scores * np.where(largest < 0, -1.0, 1.0)


def mixture(networks: tuple[Network, ...], weights: Float[Array, " network"]) -> Network:
    r"""The network whose float arrays are $\sum_k w_k P_k$. Everything else is taken from the first network."""

    def mixed(*leaves):
        return jnp.tensordot(weights, jnp.stack(leaves), 1) if eqx.is_inexact_array(leaves[0]) else leaves[0]

    return jax.tree.map(mixed, *networks)
