"""Fixed points of a map: the states that a step does not change."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Complex, Float, PRNGKeyArray

from attrax.analysis.periodic_orbits.cycle_stability import Kind
from attrax.analysis.periodic_orbits.cycles import cycles
from attrax.core.dynamics import AbstractDynamics
from attrax.core.has_dynamics import HasDynamics
from attrax.core.result import Result


@dataclass(frozen=True, eq=False)
class FixedPoints:
    """The fixed points of a map, sorted by their largest eigenvalue: stable points first.

    Attributes:
        z: The points.
        residual: Distance between each point and its image, relative to one plus the norm of the point.
        eigenvalues: Eigenvalues of the Jacobian at each point, the largest in modulus first.
        kind: Type of each point by its eigenvalues.
        regions: Bits of the linear region of each point; no bits if the map is not piecewise linear.
        on_border: Whether the point lies on a border between regions, within 1e-8. The eigenvalues are then those of
            one side only.
        continua: Regions that hold infinitely many fixed points, as on a line attractor; none of them is listed in `z`.
        tried: Number of regions, or of Newton steps, that were computed.
        exhaustive: Whether all regions were tried, so that no fixed point is missing.
        result: `SUCCESSFUL`; `CONTINUUM` if there is a continuum; otherwise `NOT_EXHAUSTIVE` if a fixed point may be
            missing.

    Example:
        >>> import jax
        >>> from attrax.systems import Logistic
        >>> found = fixed_points(Logistic(4.0), budget=20_000, key=jax.random.key(0))
        >>> found.stable.tolist(), [kind.value for kind in found.kind]
        ([False, False], ['unstable node', 'unstable node'])
    """

    z: Float[np.ndarray, "point latent"]
    residual: Float[np.ndarray, " point"]
    eigenvalues: Complex[np.ndarray, "point latent"]
    kind: tuple[Kind, ...]
    regions: Bool[np.ndarray, "point bits"]
    on_border: Bool[np.ndarray, " point"]
    continua: Bool[np.ndarray, "continuum bits"]
    tried: int
    exhaustive: bool
    result: Result

    def __len__(self) -> int:
        """Number of fixed points."""
        return len(self.z)

    @property
    def stable(self) -> Bool[np.ndarray, " point"]:
        """Whether each point is stable: all its eigenvalues lie inside the unit circle."""
        return np.abs(self.eigenvalues).max(axis=1) < 1


def fixed_points(
    dynamics: AbstractDynamics | HasDynamics[AbstractDynamics],
    *,
    box: Float[np.ndarray, "2 latent"] | None = None,
    budget: int = 500_000,
    progress: Callable[[int, int], None] | None = None,
    key: PRNGKeyArray,
) -> FixedPoints:
    """Find the fixed points of a map, the states with $F(z) = z$.

    In each linear region of a piecewise-linear map there is at most one fixed point, or a continuum of them. All
    regions that exist are tried if there are at most `budget` of them; for three state variables this suffices for
    about a hundred borders. Otherwise, and for maps that are not piecewise linear, Newton's method starts from many
    initial guesses.

    Args:
        dynamics: The map; hold an external input constant with `HeldInput`. The `TimeMap` of a flow has the fixed
            points of the flow.
        box: Lowest and highest value of each state variable (two rows) for the initial guesses. It does not restrict
            what is found. If None, twice the range of free runs and of the cube from -3 to 3.
        budget: Largest number of regions or Newton steps. Raise it if the search must be exhaustive.
        progress: Called from time to time with the amount of work done and the total.
        key: Random key of the initial guesses.

    Returns:
        The `FixedPoints`. Result codes: `NOT_EXHAUSTIVE` if a fixed point may be missing, as always for maps that are
        not piecewise linear; `CONTINUUM` if a region holds a continuum of fixed points.

    Cost: O(latent ** 3 + latent * hidden) a region; to list the regions takes O(bits ** latent * 2 ** latent).
    Fails when: two fixed points are closer to each other than 1e-7; only one is listed.

    Example:
        >>> import jax
        >>> from attrax.systems import Logistic
        >>> found = fixed_points(Logistic(4.0), budget=20_000, key=jax.random.key(0))
        >>> np.sort(found.z.ravel()).round(6) + 0
        array([0.  , 0.75])

    References:
        Eisenmann, Monfared, Göring & Durstewitz, Bifurcations and loss jumps in RNN training, NeurIPS 2023
        [@eisenmann2023].
    """
    found = cycles(dynamics, 1, box=box, budget=budget, progress=progress, key=key)
    return FixedPoints(
        z=found.z[:, 0],
        residual=found.residual,
        eigenvalues=found.eigenvalues,
        kind=found.kind,
        regions=found.regions[:, 0],
        on_border=found.on_border,
        continua=found.continua[:, 0],
        tried=found.tried,
        exhaustive=found.exhaustive,
        result=found.result,
    )
