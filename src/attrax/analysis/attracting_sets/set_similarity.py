"""Similarity: are two orbits samples of the same set?

Two samples of a chaotic attractor never coincide, so their distance is compared with what two halves of one orbit have
from each other. Nothing is rounded to a grid.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.spatial import KDTree

# Two orbits of one attractor are about as far apart as halves of either; this factor allows for chance.
_FACTOR = 3.0
# Sets closer than this share of the common scale are one: the transient is never quite over.
_CLOSE = 1e-3


class OrbitHalves(NamedTuple):
    """The end of an orbit, cut in two.

    Attributes:
        first, second: The halves.
        tree: Of the second half.
        spacing: How far the first half is from the second: nine of ten points are nearer.
    """

    first: Float[np.ndarray, "m latent"]
    second: Float[np.ndarray, "m latent"]
    tree: KDTree
    spacing: float


def split_orbit(z: Float[np.ndarray, "n latent"]) -> OrbitHalves:
    """Cut the end of an orbit in two, so that it can be compared."""
    half = len(z) // 2
    first, second = z[-2 * half : -half], z[-half:]
    tree = KDTree(second)
    return OrbitHalves(first, second, tree, float(np.quantile(tree.query(first)[0], 0.9)))


def same_set(a: OrbitHalves, b: OrbitHalves, scale: float) -> bool:
    """Whether most of each orbit is near the other, within three spacings or a thousandth of `scale`.

    Most is enough: two attractors share no points, while two orbits of one may differ in the rare parts of it.

    Fails when: the state space has so many dimensions that an orbit is far from itself: then distinct attractors that
        are not further apart than that are taken for one.

    Example:
        >>> circle = np.stack([np.cos(np.arange(500.0)), np.sin(np.arange(500.0))], axis=1)
        >>> same_set(split_orbit(circle), split_orbit(circle[::-1]), 1.0), same_set(split_orbit(circle), split_orbit(1.2 * circle), 1.0)
        (True, False)
    """
    distance = max(np.median(b.tree.query(a.first)[0]), np.median(a.tree.query(b.first)[0]))
    return float(distance) <= max(_FACTOR * max(a.spacing, b.spacing), _CLOSE * scale)


def is_drifting(z: Float[np.ndarray, "n latent"], scale: float) -> bool:
    """Whether an orbit is still on its way: the means of its halves lie further apart than the halves are wide.

    Example:
        >>> t = np.arange(100.0)[:, None]
        >>> is_drifting(0.01 * t, 1.0), is_drifting(np.cos(t), 1.0)
        (True, False)
    """
    half = len(z) // 2
    first, second = z[:half], z[half:]
    apart = np.linalg.norm(first.mean(axis=0) - second.mean(axis=0))
    width = np.sqrt(first.var(axis=0).sum() + second.var(axis=0).sum())
    return bool(apart > max(2 * width, 1e-9 * scale))
