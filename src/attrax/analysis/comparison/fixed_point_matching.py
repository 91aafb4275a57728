"""Matching fixed points: which of a model's fixed points stands for which of the truth's, and how well."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Complex, Float, Int
from scipy.optimize import linear_sum_assignment


@runtime_checkable
class HasFixedPoints(Protocol):
    """Whatever lists fixed points: the result of a search, or two arrays in an object."""

    @property
    def z(self) -> Float[np.ndarray, "point latent"]:
        """One fixed point a row."""
        ...

    @property
    def eigenvalues(self) -> Complex[np.ndarray, "point latent"]:
        """Those of the map's Jacobian there."""
        ...


@dataclass(frozen=True, eq=False)
class FixedPointMatch:
    r"""Pairs of fixed points, one of a model and one of the truth, and those that are left over.

    Attributes:
        pairs: Rows of indices, into the model's and into the true fixed points.
        distances: Distance of each pair, in standard deviations of the true attractor.
        rate_errors: Model minus truth, for each pair the real parts of the fastest growing directions' rates,
            $\log|\mu| / \Delta t$, sorted in descending order.
        frequency_errors: The same for the angles $|\arg \mu| / \Delta t$ in that order, radians per unit of time.
        extra: Fixed points of the model that stand for none of the truth's.
        missing: True fixed points that the model lacks.
    """

    pairs: Int[np.ndarray, "pair 2"]
    distances: Float[np.ndarray, " pair"]
    rate_errors: Float[np.ndarray, "pair rate"]
    frequency_errors: Float[np.ndarray, "pair rate"]
    extra: Int[np.ndarray, " left"]
    missing: Int[np.ndarray, " lost"]


def match_fixed_points(
    x: Float[np.ndarray, "point obs"],
    x_true: Float[np.ndarray, "point_true obs"],
    deviation: Float[np.ndarray, " obs"],
    *,
    radius: float = 1.0,
) -> tuple[Int[np.ndarray, "pair 2"], Float[np.ndarray, " pair"]]:
    r"""Pair fixed points so that the sum of their distances is least, pairs beyond `radius` not allowed.

    $d = \sqrt{\sum_i (x_i - x'_i)^2 / \sigma_i^2}$ with $\sigma$ the argument `deviation`; the assignment problem is
    solved exactly.

    Args:
        x: Fixed points of the model, as observed.
        x_true: True fixed points, in the same coordinates.
        deviation: Standard deviation of each coordinate on the true attractor; one that is 0 counts as 1.
        radius: Largest distance at which one can stand for the other.

    Returns: Pairs of indices and their distances.
    Cost: O(points cubed).

    Example:
        >>> pairs, distance = match_fixed_points(np.array([[5.0], [0.1]]), np.array([[0.0]]), np.array([2.0]))
        >>> pairs.tolist(), distance.tolist()
        ([[1, 0]], [0.05])

    References: [@kuhn1955].
    """
    unit = np.where(deviation > 0, deviation, 1.0)
    distance = np.linalg.norm((x[:, None] - x_true[None]) / unit, axis=-1)
    # Far pairs all cost the same, and more than all near pairs together: as many near pairs as possible are made.
    far = radius * (1 + min(distance.shape))
    rows, columns = linear_sum_assignment(np.where(distance <= radius, distance, far))
    near = distance[rows, columns] <= radius
    return np.stack([rows[near], columns[near]], axis=1), distance[rows, columns][near]


def rates(
    eigenvalues: Complex[np.ndarray, "point latent"], dt: float
) -> tuple[Float[np.ndarray, "point latent"], Float[np.ndarray, "point latent"]]:
    """Growth rates and angular frequencies behind a map's eigenvalues, the fastest growing first.

    Example:
        >>> rate, frequency = rates(np.array([[0.5 + 0j, np.e**0.2]]), 0.1)
        >>> rate.round(2).tolist()
        [[2.0, -6.93]]
    """
    size = np.abs(eigenvalues)
    order = np.argsort(-size, axis=1, kind="stable")
    size, angle = (np.take_along_axis(a, order, axis=1) for a in (size, np.abs(np.angle(eigenvalues))))
    log = np.where(size > 0, np.log(np.where(size > 0, size, 1.0)), -np.inf)
    return log / dt, angle / dt
