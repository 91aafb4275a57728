"""Fixed points: the states at which a map stands still."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Complex, Float, PRNGKeyArray

from attrax.analysis.cycles import cycles
from attrax.analysis.stability import Kind
from attrax.core.dynamics import AbstractDynamics
from attrax.core.has_dynamics import HasDynamics
from attrax.core.result import Result


@dataclass(frozen=True, eq=False)
class FixedPoints:
    """The fixed points of a map, those that are least unstable first.

    Attributes:
        z: The points.
        residual: Distance to the image, relative to one plus the norm of the point.
        eigenvalues: Of the Jacobian, the largest in modulus first.
        kind: Type of each point by its eigenvalues.
        regions: Bits of the linear region of each point; no bits if the map is not piecewise linear.
        on_border: Whether the point lies on a border of its region, to 1e-8. Eigenvalues then hold on one side only.
        continua: Regions that hold a continuum of fixed points, of which none is listed in `z`.
        tried: Number of regions, or of Newton steps, that were solved.
        exhaustive: Whether every region was tried, so that no fixed point is missing.
        result: `SUCCESSFUL`, `NOT_EXHAUSTIVE`, or `CONTINUUM` if there is one, whether or not all was tried.
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
        """Whether orbits from nearby approach the point: all eigenvalues lie inside the unit circle."""
        return np.abs(self.eigenvalues).max(axis=1) < 1


def fixed_points(
    dynamics: AbstractDynamics | HasDynamics[AbstractDynamics],
    *,
    box: Float[np.ndarray, "2 latent"] | None = None,
    budget: int = 500_000,
    progress: Callable[[int, int], None] | None = None,
    key: PRNGKeyArray,
) -> FixedPoints:
    r"""The states with $F(z) = z$.

    Each linear region of a piecewise-linear map holds at most one fixed point, or a continuum. All regions that exist
    are tried if they are no more than `budget`, which for three latent states covers about a hundred borders.
    Otherwise, and for smooth maps, Newton's method starts from many guesses.

    Args:
        dynamics: The map, or a model; hold an external input with `HeldInput`. A flow's time map has the fixed points
            of the flow.
        box: Lowest and highest value of each state variable, where guesses are drawn; does not restrict what is found.
        budget: Largest number of regions or Newton steps. Raise it when `exhaustive` must be true.
        progress: Called now and then with the work done and the total.
        key: Random key of the guesses.

    Returns: The `FixedPoints`.
    Result codes: `NOT_EXHAUSTIVE` if only a search was possible, as always for smooth maps. `CONTINUUM` if a region
        holds a continuum of fixed points, as a line attractor does.
    Cost: O(latent ** 3 + latent * hidden) a region; listing them costs O(bits ** latent * 2 ** latent).
    Fails when: two fixed points are closer than 1e-7.

    Example:
        >>> import jax
        >>> from attrax.systems import Logistic
        >>> found = fixed_points(Logistic(4.0), budget=20_000, key=jax.random.key(0))
        >>> np.sort(found.z.ravel()).round(6) + 0
        array([0.  , 0.75])

    References: [@eisenmann2023].
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
