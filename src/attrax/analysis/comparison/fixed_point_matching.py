"""Matching of fixed points: which fixed point of a model corresponds to which fixed point of the true system."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Complex, Float, Int
from scipy.optimize import linear_sum_assignment


@runtime_checkable
class HasFixedPoints(Protocol):
    """An object with fixed points: the result of a search, or any object with these two arrays."""

    @property
    def z(self) -> Float[np.ndarray, "point latent"]:
        """The fixed points, one a row."""
        ...

    @property
    def eigenvalues(self) -> Complex[np.ndarray, "point latent"]:
        """Eigenvalues of the Jacobian at each fixed point."""
        ...


@dataclass(frozen=True, eq=False)
class FixedPointMatch:
    r"""Pairs of fixed points, one of a model and one of the true system, and those without a partner.

    Attributes:
        pairs: Indices into the fixed points of the model and of the true system, one pair a row.
        distances: Distance of each pair, in standard deviations of the true attractor.
        rate_errors: Model minus truth of the growth rates $\log|\mu| / \Delta t$, with $\mu$ the eigenvalues of a pair
            in descending order.
        frequency_errors: Model minus truth of the angular frequencies $|\arg \mu| / \Delta t$ in the same order,
            radians per unit of time.
        extra: Fixed points of the model without a partner.
        missing: Fixed points of the true system without a partner.

    Example:
        >>> one, none = np.array([[0, 0]]), np.zeros(0, int)
        >>> match = FixedPointMatch(one, np.array([0.05]), np.array([[0.1]]), np.array([[0.0]]), np.array([1]), none)
        >>> f"{len(match.pairs)} pair, {len(match.extra)} too many, {len(match.missing)} missing"
        '1 pair, 1 too many, 0 missing'
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
    r"""Pair as many fixed points as possible within `radius`, with the smallest sum of distances.

    $d = \sqrt{\sum_i (x_i - x'_i)^2 / \sigma_i^2}$ with $x$ and $x'$ two fixed points and $\sigma$ = `deviation`. The
    assignment problem is solved exactly.

    Args:
        x: Fixed points of the model, as observed.
        x_true: Fixed points of the true system, in the same coordinates.
        deviation: Standard deviation of each coordinate on the true attractor; 0 counts as 1.
        radius: Largest distance of a pair.

    Returns:
        Pairs of indices, and their distances.

    Cost: O(points cubed).

    Example:
        >>> pairs, distance = match_fixed_points(np.array([[5.0], [0.1]]), np.array([[0.0]]), np.array([2.0]))
        >>> pairs.tolist(), distance.tolist()
        ([[1, 0]], [0.05])

    References:
        Kuhn, The Hungarian method for the assignment problem, Naval Research Logistics Quarterly 1955 [@kuhn1955].
    """
    unit = np.where(deviation > 0, deviation, 1.0)
    distance = np.linalg.norm((x[:, None] - x_true[None]) / unit, axis=-1)
    # A far pair costs more than all near pairs together, so that as many near pairs as possible are made.
    far = radius * (1 + min(distance.shape))
    rows, columns = linear_sum_assignment(np.where(distance <= radius, distance, far))
    near = distance[rows, columns] <= radius
    return np.stack([rows[near], columns[near]], axis=1), distance[rows, columns][near]


def rates(
    eigenvalues: Complex[np.ndarray, "point latent"], dt: float
) -> tuple[Float[np.ndarray, "point latent"], Float[np.ndarray, "point latent"]]:
    r"""Growth rates and angular frequencies from the eigenvalues of a map, the fastest growing first.

    $\log|\mu| / \Delta t$ and $|\arg \mu| / \Delta t$ with $\mu$ the eigenvalues and $\Delta t$ the time step.

    Args:
        eigenvalues: Eigenvalues of the Jacobian at each fixed point.
        dt: Time step of the map.

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
