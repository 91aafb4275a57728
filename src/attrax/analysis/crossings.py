"""Crossings of curves made of straight pieces."""

import numpy as np
from jaxtyping import Float
from scipy.spatial import KDTree

_BLOCK = 500

# Crossings closer than this are one.
_SAME = 1e-9


def crossings(
    a: Float[np.ndarray, "a 2 latent"], b: Float[np.ndarray, "b 2 latent"], z: Float[np.ndarray, "point latent"]
) -> Float[np.ndarray, "crossing latent"]:
    """Where segments of one set cross segments of another in the plane, except at the points `z`.

    In other dimensions than two there is none: curves do not meet there unless they are made to.

    Example:
        >>> a, b = np.array([[[0.0, 0.0], [2.0, 2.0]]]), np.array([[[0.0, 2.0], [2.0, 0.0]]])
        >>> crossings(a, b, np.zeros((0, 2)))
        array([[1., 1.]])
    """
    if a.shape[2] != 2:
        return np.zeros((0, a.shape[2]))
    found = [_crossings(a[i : i + _BLOCK], b) for i in range(0, len(a), _BLOCK)]
    points = np.concatenate([np.zeros((0, 2)), *found])
    apart = np.linalg.norm(points[:, None] - z, axis=2).min(axis=1, initial=np.inf)
    points = points[apart > 1e-9 * (1 + np.linalg.norm(points, axis=1))]
    # Neighboring pieces share an end, so that a crossing there is seen twice.
    again = np.array([later for _, later in KDTree(points).query_pairs(_SAME)], int)
    return np.delete(points, again, axis=0)


def _crossings(a: Float[np.ndarray, "a 2 2"], b: Float[np.ndarray, "b 2 2"]) -> Float[np.ndarray, "crossing 2"]:
    r, s = a[:, 1] - a[:, 0], b[:, 1] - b[:, 0]
    apart = b[None, :, 0] - a[:, None, 0]
    cross = r[:, None, 0] * s[None, :, 1] - r[:, None, 1] * s[None, :, 0]
    parallel = cross == 0
    safe = np.where(parallel, 1.0, cross)
    t = (apart[..., 0] * s[None, :, 1] - apart[..., 1] * s[None, :, 0]) / safe
    u = (apart[..., 0] * r[:, None, 1] - apart[..., 1] * r[:, None, 0]) / safe
    i, j = np.nonzero(~parallel & (t >= 0) & (t <= 1) & (u >= 0) & (u <= 1))
    return a[i, 0] + t[i, j, None] * r[i]
