"""The hierarchical model: many subjects share a group of networks, which each mixes by a short vector of its own."""

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
"""Subjects start this close to the first network of the group, and this far from each other."""


class HierarchicalModel(eqx.Module):
    r"""$\theta_i = \sum_k l_{ik} P_k$: the parameters of subject i are a mixture of those that the group shares.

    Every float array of a network is mixed, whatever kind of network it is; bounds that are built into its
    parametrisation, such as that of a `BoundedDiagonal`, hold for every mixture. Observation, start and scaling are the
    same for all.

    Args:
        basis: The K networks P of the group, all of one kind.
        vectors: The vector l of each subject, one row a subject.
        observation: The read-out.
        start: How the first state follows from the recording.
        scaling: From the units of the recordings to those the model was trained in, and back.
        channels: Names of the channels.
        subjects: Names of the subjects, row by row of `vectors`.

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
        r"""A fresh group: every subject is nearly the first network, $l_i = (1, 0, \dots, 0) + \epsilon_i$.

        The entries of $\epsilon$ are normal with standard deviation 0.1: enough for the other networks of the group to
        be told by their subjects what to become.

        Args:
            basis: Fresh networks of one kind.
            like: A model with the observation, start, scaling and channels to take over.
            subjects: A name for each subject.
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
        """Number K of features that tell subjects apart."""
        return len(self.basis)

    def subject(self, which: int | str | Int[Array, ""]) -> Model:
        """The ordinary model of one subject, by its name or its row.

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
        """The ordinary model that a vector stands for, whether it is that of a subject or one between them."""
        return Model(mixture(self.basis, vector), self.observation, self.start, self.scaling, self.channels)

    def features(self) -> Float[np.ndarray, "subject feature"]:
        """The vectors about their mean, along their principal axes: the first feature is what varies most.

        A group of networks can be mixed anew without changing any subject, so single entries of `vectors` mean
        nothing; the axes along which subjects differ do. The sign of each is that of its largest entry.
        """
        vectors = np.asarray(self.vectors, np.float64)
        centred = vectors - vectors.mean(axis=0)
        axes = np.linalg.svd(centred, full_matrices=False)[2]
        scores = centred @ axes.T
        largest = scores[np.abs(scores).argmax(axis=0), np.arange(scores.shape[1])]
        return scores * np.where(largest < 0, -1.0, 1.0)


def mixture(networks: tuple[Network, ...], weights: Float[Array, " network"]) -> Network:
    r"""The network whose every float array is $\sum_k w_k P_k$; whatever else there is, is that of the first."""

    def mixed(*leaves):
        return jnp.tensordot(weights, jnp.stack(leaves), 1) if eqx.is_inexact_array(leaves[0]) else leaves[0]

    return jax.tree.map(mixed, *networks)
