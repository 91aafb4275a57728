"""Whether two orbits lie on the same attractor.

Two orbits on a chaotic attractor never coincide. So the distance between them is compared with the distance between two
halves of one orbit.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.spatial import KDTree

# Two orbits on one attractor are about as far apart as the halves of either; this factor allows for chance.
_FACTOR = 3.0
# Sets are the same if they are closer than this share of the scale: transients never end completely.
_CLOSE = 1e-3


class OrbitHalves(NamedTuple):
    """The end of an orbit, cut into two halves.

    Attributes:
        first, second: The halves.
        tree: Search tree of the second half.
        spacing: 0.9-quantile of the distances of the first half from the second.
    """

    first: Float[np.ndarray, "m latent"]
    second: Float[np.ndarray, "m latent"]
    tree: KDTree
    spacing: float


def split_orbit(z: Float[np.ndarray, "n latent"]) -> OrbitHalves:
    """Cut the end of an orbit into two halves.

    Args:
        z: The end of an orbit.
    """
    half = len(z) // 2
    first, second = z[-2 * half : -half], z[-half:]
    tree = KDTree(second)
    return OrbitHalves(first, second, tree, float(np.quantile(tree.query(first)[0], 0.9)))


def same_set(a: OrbitHalves, b: OrbitHalves, scale: float) -> bool:
    """Whether two orbits lie on the same set: most points of each are near the other.

    Near means within three spacings, or a thousandth of `scale`. Most points are enough, because two attractors share
    no points, while two orbits on one attractor may differ in its rarely visited parts.

    Args:
        a: One orbit.
        b: The other orbit.
        scale: Size of the visited set.

    Fails when: the attractor has so many dimensions that the points of an orbit are far from each other. Attractors
        that are no farther apart than these points are taken for one.

    Example:
        >>> circle = np.stack([np.cos(np.arange(500.0)), np.sin(np.arange(500.0))], axis=1)
        >>> a, b, c = (split_orbit(z) for z in (circle, circle[::-1], 1.2 * circle))
        >>> same_set(a, b, 1.0), same_set(a, c, 1.0)
        (True, False)
    """
    distance = max(np.median(b.tree.query(a.first)[0]), np.median(a.tree.query(b.first)[0]))
    return float(distance) <= max(_FACTOR * max(a.spacing, b.spacing), _CLOSE * scale)


def is_drifting(z: Float[np.ndarray, "n latent"], scale: float) -> bool:
    """Whether an orbit is still in its transient: the means of its halves differ by more than twice their width.

    Args:
        z: The end of an orbit.
        scale: Size of the visited set.

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
