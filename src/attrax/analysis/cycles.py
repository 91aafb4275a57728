"""Cycles: the periodic orbits of a map, stable or not; they are the skeleton that an attractor is hung on."""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import numpy as np
from jaxtyping import Bool, Complex, Float, PRNGKeyArray

from attrax.analysis.affine_orbits import gaps
from attrax.analysis.batching import by_rows
from attrax.analysis.continua import continua
from attrax.analysis.exhaustive import Found, exhaustive_search
from attrax.analysis.existing_regions import distinct_rows
from attrax.analysis.guided import guided_search
from attrax.analysis.stability import Kind, eigenvalues, kind_of, on_border, regions_of
from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear
from attrax.core.has_dynamics import HasDynamics, dynamics_of
from attrax.core.precision import in_float64
from attrax.core.result import Result

# A step of a flow takes an integration, so that for smooth maps the search may end early.
_LEAST_SMOOTH = 20_000


@dataclass(frozen=True, eq=False)
class Cycles:
    """The cycles of one order, those that are least unstable first.

    Attributes:
        order: Number of points of each cycle; none of them closes earlier.
        z: The points. `z[i, j + 1]` is the image of `z[i, j]`, and `z[i, 0]` that of the last one.
        residual: Largest distance between an image and the next point, relative to one plus the largest norm.
        eigenvalues: Of the map once around, the largest in modulus first.
        kind: Type of each cycle by its eigenvalues.
        regions: Bits of the linear region of every point; no bits if the map is not piecewise linear.
        on_border: Whether a point lies on a border of its region, to 1e-8. Eigenvalues then hold on one side only.
        continua: Region sequences that are filled by a continuum of cycles, of which no point is listed in `z`.
        tried: Number of region sequences, or of Newton steps, that were solved.
        exhaustive: Whether every possible region sequence was tried, so that no cycle is missing.
        result: `SUCCESSFUL`, `NOT_EXHAUSTIVE`, or `CONTINUUM` if there is one, whether or not all was tried.
    """

    order: int
    z: Float[np.ndarray, "cycle order latent"]
    residual: Float[np.ndarray, " cycle"]
    eigenvalues: Complex[np.ndarray, "cycle latent"]
    kind: tuple[Kind, ...]
    regions: Bool[np.ndarray, "cycle order bits"]
    on_border: Bool[np.ndarray, " cycle"]
    continua: Bool[np.ndarray, "continuum order bits"]
    tried: int
    exhaustive: bool
    result: Result

    def __len__(self) -> int:
        """Number of cycles."""
        return len(self.z)

    @property
    def stable(self) -> Bool[np.ndarray, " cycle"]:
        """Whether orbits from nearby approach the cycle: all eigenvalues lie inside the unit circle."""
        return np.abs(self.eigenvalues).max(axis=1) < 1


def cycles(
    dynamics: AbstractDynamics | HasDynamics[AbstractDynamics],
    order: int,
    *,
    box: Float[np.ndarray, "2 latent"] | None = None,
    budget: int = 500_000,
    progress: Callable[[int, int], None] | None = None,
    key: PRNGKeyArray,
) -> Cycles:
    r"""The cycles of `order` points, $F^k(z) = z$ with no smaller k.

    A piecewise-linear map is affine along every sequence of regions, so that each sequence holds one candidate, found
    by one linear system and kept if its points lie in the regions assumed. If no more than `budget` sequences are
    possible, all are tried and no cycle can be missed. Otherwise, and for smooth maps, Newton's method starts from many
    guesses, among them pieces of free runs that nearly return.

    Args:
        dynamics: The map; hold an external input with `HeldInput`.
        order: Number k of points. A periodic orbit of a flow is a cycle of its time map only if its period is `k * dt`,
            and then one of a continuum: of flows, only fixed points can be found.
        box: Lowest and highest value of each state variable, where guesses are drawn; does not restrict what is found.
            Twice the extent of free runs, and of the cube of side 6 around the origin, if missing.
        budget: Largest number of region sequences or Newton steps. Raise it when `exhaustive` must be true.
            Of smooth maps the search ends earlier, when three quarters of it, and 20,000 steps, brought nothing new.
        progress: Called now and then with the work done and the total.
        key: Random key of the guesses.

    Returns: The `Cycles`.
    Result codes: `NOT_EXHAUSTIVE` if only a search was possible, as always for smooth maps. `CONTINUUM` if a region
        sequence whose system is singular holds a continuum of cycles, as line attractors do.
    Cost: O(order * latent ** 3 + order * latent * hidden) a sequence, some 100,000 sequences a second on one core; two
        seconds to compile.
    Fails when: once around a cycle stretches by more than about 1e12, or two cycles are closer than 1e-7.

    Example:
        >>> import jax
        >>> from attrax.systems import Henon
        >>> found = cycles(Henon(), 2, budget=20_000, key=jax.random.key(0))
        >>> len(found), found.kind[0].value
        (1, 'saddle')

    References: [@eisenmann2023].
    """
    with jax.enable_x64(True):
        dynamics = in_float64(dynamics_of(dynamics))
        if isinstance(dynamics, AbstractPiecewiseLinear):
            return _described(dynamics, order, *_of_piecewise_linear(dynamics, order, box, budget, progress, key))
        none = np.zeros((0, dynamics.latent_dim)), np.zeros(0)
        found = guided_search(
            dynamics,
            order,
            box=box,
            borders=none,
            reach=10.0,
            least=_LEAST_SMOOTH,
            budget=budget,
            batch=256,
            progress=progress,
            key=key,
        )
        n = len(found.z)
        return _described(dynamics, order, found, np.zeros((n, order, 0), bool), np.zeros(n, bool))


def _of_piecewise_linear(
    dynamics: AbstractPiecewiseLinear,
    order: int,
    box: Float[np.ndarray, "2 latent"] | None,
    budget: int,
    progress: Callable[[int, int], None] | None,
    key: PRNGKeyArray,
) -> tuple[Found, Bool[np.ndarray, "cycle order bits"], Bool[np.ndarray, " cycle"]]:
    """What is found, the regions of it, and whether it lies on their borders."""
    found = exhaustive_search(dynamics, order, budget=budget, progress=progress)
    if found is None:
        normals, offsets = (np.asarray(x) for x in dynamics.borders())
        found = guided_search(
            dynamics,
            order,
            box=box,
            borders=(normals, offsets),
            reach=1e4,
            least=budget,
            budget=budget,
            progress=progress,
            key=key,
        )
        bits = regions_of(dynamics, found.singular)
        first, _ = distinct_rows(bits.reshape(len(bits), bits.shape[1] * bits.shape[2]))
        found = found._replace(continua=continua(dynamics, bits[first]))
    return found, regions_of(dynamics, found.z), on_border(dynamics, found.z)


def _described(
    dynamics: AbstractDynamics,
    order: int,
    found: Found,
    regions: Bool[np.ndarray, "cycle order bits"],
    border: Bool[np.ndarray, " cycle"],
) -> Cycles:
    values = eigenvalues(dynamics, found.z)
    rank = np.argsort(np.abs(values[:, 0]), kind="stable")
    search = Result.SUCCESSFUL if found.exhaustive else Result.NOT_EXHAUSTIVE
    return Cycles(
        order=order,
        z=found.z[rank],
        residual=by_rows(gaps, dynamics, found.z[rank]),
        eigenvalues=values[rank],
        kind=tuple(kind_of(v) for v in values[rank]),
        regions=regions[rank],
        on_border=border[rank],
        continua=found.continua,
        tried=found.tried,
        exhaustive=found.exhaustive,
        result=Result.CONTINUUM if len(found.continua) else search,
    )
