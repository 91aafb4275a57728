"""Radial functions: smooth bumps around states of the recording."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.spatial import KDTree

from attrax.analysis.koopman.dictionary import AbstractDictionary, DictionarySpec

OVERLAP = 2.0
"""Width of a bump in units of the median distance between neighboring centers."""
SAMPLE, ROUNDS = 20, 5
"""States for each center, and rounds, of the search for centers."""


@dataclass(frozen=True, eq=False)
class Radial(AbstractDictionary):
    r"""The constant 1, and Gaussian functions of the distance to centers: $\psi_k(x) = e^{-|x - c_k|^2 / (2 w^2)}$.

    Attributes:
        centers: The centers $c_k$.
        width: The width w.

    Example:
        >>> Radial(np.zeros((1, 2)), 1.0)(np.zeros((1, 1, 2)))
        array([[1., 1.]])
    """

    centers: Float[np.ndarray, "center coordinate"]
    width: float

    def __call__(self, states: Float[np.ndarray, "state history obs"]) -> Float[np.ndarray, "state function"]:
        """The constant, then the function of each center."""
        x = states.reshape(len(states), -1)
        squared = (x**2).sum(axis=1)[:, None] + (self.centers**2).sum(axis=1) - 2 * x @ self.centers.T
        bumps = np.exp(-np.maximum(squared, 0.0) / (2 * self.width**2))
        return np.concatenate([np.ones((len(x), 1)), bumps], axis=1)


def place(
    states: Float[np.ndarray, "state history obs"], functions: int, rng: np.random.Generator
) -> AbstractDictionary:
    """Place the centers evenly over the states, by a few rounds of k-means (Lloyd).

    Args:
        states: A sample of states.
        functions: Number of functions, the constant included.
        rng: Draws the states that the search starts from.
    """
    x = states.reshape(len(states), -1)
    x = x[rng.choice(len(x), size=min(len(x), SAMPLE * functions), replace=False)]
    centers = np.unique(x[rng.choice(len(x), size=min(len(x), functions - 1), replace=False)], axis=0)
    for _ in range(ROUNDS):
        of = KDTree(centers).query(x)[1]
        members = np.bincount(of, minlength=len(centers))
        sums = np.stack([np.bincount(of, column, minlength=len(centers)) for column in x.T], axis=1)
        centers = sums[members > 0] / members[members > 0, None]
    if len(centers) == 1:
        return Radial(centers, 1.0)
    nearest = KDTree(centers).query(centers, k=2)[0][:, 1]
    return Radial(centers, OVERLAP * float(np.median(nearest)))


def _fewest(obs_dim: int) -> int:
    del obs_dim
    return 2


SPEC = DictionarySpec("radial functions", Radial, create=place, fewest=_fewest)
