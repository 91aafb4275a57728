"""Cycles: the periodic orbits of a map, stable or unstable."""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import numpy as np
from jaxtyping import Bool, Complex, Float, PRNGKeyArray

from attrax.analysis.linear_regions.existing_regions import distinct_rows
from attrax.analysis.periodic_orbits.closed_orbits import at_points, closing_gaps
from attrax.analysis.periodic_orbits.continua import continua
from attrax.analysis.periodic_orbits.cycle_stability import Kind, eigenvalues, kind_of, on_border, regions_of
from attrax.analysis.periodic_orbits.exhaustive_search import SearchResult, exhaustive_search
from attrax.analysis.periodic_orbits.newton_search import newton_search
from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear
from attrax.core.has_dynamics import HasDynamics, dynamics_of
from attrax.core.precision import in_float64
from attrax.core.result import Result

# Newton steps for a map that is not piecewise linear before the search may end; a step of a flow is expensive.
_LEAST_SMOOTH = 20_000


@dataclass(frozen=True, eq=False)
class Cycles:
    """The cycles of one order, sorted by their largest eigenvalue: stable cycles first.

    Attributes:
        order: Number of points of each cycle, its smallest period.
        z: The points. `z[i, j + 1]` is the image of `z[i, j]`, and `z[i, 0]` is the image of the last point of cycle i.
        residual: Largest distance between the image of a point and the next point, relative to one plus the largest
            norm of a point.
        eigenvalues: Eigenvalues of the Jacobian of `order` steps, the largest in modulus first.
        kind: Type of each cycle by its eigenvalues.
        regions: Bits of the linear region of every point; no bits if the map is not piecewise linear.
        on_border: Whether a point lies on a border between regions, within 1e-8. The eigenvalues are then those of one
            side only.
        continua: Sequences of regions that hold infinitely many cycles; none of these is listed in `z`.
        tried: Number of sequences of regions, or of Newton steps, that were computed.
        exhaustive: Whether all possible sequences of regions were tried, so that no cycle is missing.
        result: `SUCCESSFUL`; `CONTINUUM` if there is a continuum; otherwise `NOT_EXHAUSTIVE` if a cycle may be missing.

    Example:
        >>> from attrax.systems import Henon
        >>> found = cycles(Henon(), 2, budget=20_000, key=jax.random.key(0))
        >>> found.order, found.z.shape, found.stable.tolist()
        (2, (1, 2, 2), [False])
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
        """Whether each cycle is stable: all its eigenvalues lie inside the unit circle."""
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
    """Find the cycles of `order` points: $F^k(z) = z$ with $k$ = `order`, and for no smaller $k$.

    Along a given sequence of regions a piecewise-linear map is affine. So each sequence has one candidate for a cycle,
    the solution of a linear system; it is a cycle if its points lie in the regions of the sequence. If at most `budget`
    sequences are possible, all are tried and no cycle is missed. Otherwise, and for maps that are not piecewise linear,
    Newton's method starts from many initial guesses, among them parts of free runs that almost close.

    Args:
        dynamics: The map; hold an external input constant with `HeldInput`.
        order: Number of points $k$. For the `TimeMap` of a flow only fixed points can be found: a periodic orbit of the
            flow is a cycle of its time map only if the period is a multiple of `dt`, and then it is one of a continuum.
        box: Lowest and highest value of each state variable (two rows) for the initial guesses. It does not restrict
            what is found. If None, twice the range of free runs and of the cube from -3 to 3.
        budget: Largest number of sequences of regions, or of Newton steps. Raise it if the search must be exhaustive.
            For maps that are not piecewise linear the search ends earlier, when it has made 20,000 steps and three
            quarters of all its steps found nothing new.
        progress: Called from time to time with the amount of work done and the total.
        key: Random key of the initial guesses.

    Returns:
        The `Cycles`. Result codes: `NOT_EXHAUSTIVE` if a cycle may be missing, as always for maps that are not
        piecewise linear; `CONTINUUM` if a sequence of regions holds a continuum of cycles.

    Cost: O(order * latent ** 3 + order * latent * hidden) a sequence: on one core 200,000 sequences of four regions
        a second for 3 latent and 100 hidden units; two seconds to compile for the orders up to 4.
    Fails when: the Jacobian of `order` steps stretches a direction by more than about 1e12, or two cycles are closer to
        each other than 1e-7.

    Example:
        >>> import jax
        >>> from attrax.systems import Henon
        >>> found = cycles(Henon(), 2, budget=20_000, key=jax.random.key(0))
        >>> len(found), found.kind[0].value
        (1, 'saddle')

    References:
        Eisenmann, Monfared, Göring & Durstewitz, Bifurcations and loss jumps in RNN training, NeurIPS 2023
        [@eisenmann2023].
    """
    with jax.enable_x64(True):
        dynamics = in_float64(dynamics_of(dynamics))
        if isinstance(dynamics, AbstractPiecewiseLinear):
            return _described(dynamics, order, *_of_piecewise_linear(dynamics, order, box, budget, progress, key))
        none = np.zeros((0, dynamics.latent_dim)), np.zeros(0)
        found = newton_search(
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
) -> tuple[SearchResult, Bool[np.ndarray, "cycle order bits"], Bool[np.ndarray, " cycle"]]:
    """The cycles, the regions of their points, and whether a point lies on a border."""
    found = exhaustive_search(dynamics, order, budget=budget, progress=progress)
    if found is None:
        normals, offsets = (np.asarray(x) for x in dynamics.borders())
        found = newton_search(
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
    found: SearchResult,
    regions: Bool[np.ndarray, "cycle order bits"],
    border: Bool[np.ndarray, " cycle"],
) -> Cycles:
    values = eigenvalues(dynamics, found.z)
    rank = np.argsort(np.abs(values[:, 0]), kind="stable")
    search = Result.SUCCESSFUL if found.exhaustive else Result.NOT_EXHAUSTIVE
    return Cycles(
        order=order,
        z=found.z[rank],
        residual=closing_gaps(at_points(dynamics, found.z).images, found.z)[rank],
        eigenvalues=values[rank],
        kind=tuple(kind_of(v) for v in values[rank]),
        regions=regions[rank],
        on_border=border[rank],
        continua=found.continua,
        tried=found.tried,
        exhaustive=found.exhaustive,
        result=Result.CONTINUUM if len(found.continua) else search,
    )
