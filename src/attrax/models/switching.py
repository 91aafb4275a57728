"""Switching: where an orbit of a continuous, piecewise-affine vector field passes from one linear region to the next.

Inside a region the field is affine, and its flow is an exponential; what remains to be found are the moments at which
the orbit crosses a border.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from attrax.core.small_matrix import product

ORDER = 12
"""Degree of the power series of an orbit; within `REACH`, what is cut off is below 1e-13 of the state."""

REACH = 0.5
"""The longest stretch expanded at once, in units of one over the norm of the region's matrix."""

SQUARINGS = 3
"""Halvings before the series of an exponential; its argument may have a norm of up to `REACH * 2**SQUARINGS`."""

CELLS, REFINEMENTS, STRETCHES = 2, 6, 64

Field = Callable[[Bool[Array, " hidden"]], tuple[Float[Array, "latent latent"], Float[Array, " latent"]]]


class Passage(NamedTuple):
    """The regions that an orbit passes through, one after the other.

    Attributes:
        regions: The bits of each region; unused places hold anything.
        durations: The time spent in each; 0 in unused places. They sum to the whole duration.
        complete: Whether all switches were found. Otherwise the last region was kept for the time that was left.
    """

    regions: Bool[Array, "place hidden"]
    durations: Float[Array, " place"]
    complete: Bool[Array, ""]


class Travel(NamedTuple):
    """Where an orbit has come to, and how.

    Attributes:
        z: The state at the end.
        passage: The regions passed through.
    """

    z: Float[Array, " latent"]
    passage: Passage


class _Traveller(NamedTuple):
    z: Float[Array, " latent"]
    region: Bool[Array, " hidden"]
    left: Float[Array, ""]
    switches: Int[Array, ""]
    stretches: Int[Array, ""]
    passage: Passage


def trace(
    field: Field,
    borders: tuple[Float[Array, "hidden latent"], Float[Array, " hidden"]],
    z: Float[Array, " latent"],
    duration: Float[Array, ""],
    max_switches: int,
) -> Travel:
    r"""Follow an orbit of $\dot z = M_r z + b_r$ through the regions r for a given time.

    An orbit inside a region is the power series $z(t) = \sum_k c_k t^k / k!$ with $c_{k+1} = M_r c_k$, so the drive of
    each hidden unit is a known polynomial, whose first root is bracketed and refined to rounding. A unit that touches
    its border between two points of the grid is noticed at the turning point.

    Args:
        field: Matrix and offset of the field in a region.
        borders: Bit i of a region is true where `normals[i] @ z + offsets[i] > 0`.
        z: Where the orbit starts.
        duration: How long it is followed.
        max_switches: Changes of the region that are looked for; the number of places is one more.

    Cost: O(order * latent * (latent + hidden)) for each stretch and each switch.
    """
    normals, offsets = borders
    region = normals @ z + offsets > 0
    places = max_switches + 1
    empty = Passage(
        jnp.zeros((places, len(region)), bool).at[0].set(region), jnp.zeros(places, z.dtype), jnp.asarray(True)
    )
    duration = jnp.asarray(duration, z.dtype)
    start = _Traveller(z, region, duration, jnp.asarray(0, jnp.int32), jnp.asarray(0, jnp.int32), empty)

    def going(now: _Traveller) -> Bool[Array, ""]:
        return (now.left > 0) & (now.stretches < STRETCHES)

    def travel(now: _Traveller) -> _Traveller:
        matrix, offset = field(now.region)
        stretch = jnp.minimum(now.left, REACH / jnp.abs(matrix).sum(axis=1).max())
        series = power_series(matrix, offset, now.z, stretch)
        share, unit = first_crossing((series @ normals.T).at[0].add(offsets), now.region)
        found = share < 1
        crosses = found & (now.switches < max_switches)
        # A switch too many is passed over: the region is kept.
        share = jnp.where(crosses, share, 1)
        spent = share * stretch
        here = now.passage
        durations = here.durations.at[now.switches].add(spent)
        region = now.region ^ (crosses & (jnp.arange(len(now.region)) == unit))
        switches = now.switches + crosses.astype(jnp.int32)
        passage = Passage(here.regions.at[switches].set(region), durations, here.complete & (crosses | ~found))
        z = polynomial(series, share)
        return _Traveller(z, region, now.left - spent, switches, now.stretches + 1, passage)

    end = jax.lax.while_loop(going, travel, start)
    return Travel(end.z, end.passage._replace(complete=end.passage.complete & ~(end.left > 0)))


def power_series(
    matrix: Float[Array, "latent latent"],
    offset: Float[Array, " latent"],
    z: Float[Array, " latent"],
    stretch: Float[Array, ""],
) -> Float[Array, "order latent"]:
    """Coefficients of the orbit as a polynomial of the share of `stretch` that has passed."""
    terms = [z, stretch * (matrix @ z + offset)]
    for k in range(2, ORDER + 1):
        terms.append(stretch / k * (matrix @ terms[-1]))
    return jnp.stack(terms)


def polynomial(coefficients: Float[Array, "order *value"], t: Float[Array, "*point"]) -> Float[Array, "*value"]:
    """The values at `t`, by Horner's rule; several polynomials take a point each, or share one."""
    value = coefficients[-1] * jnp.ones_like(t)
    for coefficient in coefficients[-2::-1]:
        value = value * t + coefficient
    return value


def first_crossing(
    drive: Float[Array, "order hidden"], region: Bool[Array, " hidden"]
) -> tuple[Float[Array, ""], Int[Array, ""]]:
    """When, in (0, 1), the first hidden unit changes sides, and which; 2 if none does.

    Args:
        drive: Coefficients of the drive of each unit.
        region: Which units are active to begin with.
    """
    slope = drive[1:] * jnp.arange(1, len(drive), dtype=drive.dtype)[:, None]
    points = _points(slope)
    outside = (jax.vmap(polynomial, (None, 0))(drive, points) > 0) != region
    place = jnp.argmax(outside[1:], axis=0)
    units = jnp.arange(len(region))
    low, high = points[place, units], points[place + 1, units]

    def refine(_, bracket):
        low, high, t = bracket
        value = polynomial(drive, t)
        passed = (value > 0) != region
        low, high = jnp.where(passed, low, t), jnp.where(passed, t, high)
        newton = t - value / polynomial(slope, t)
        return low, high, jnp.where((newton >= low) & (newton <= high), newton, (low + high) / 2)

    root = jax.lax.fori_loop(0, REFINEMENTS, refine, (low, high, (low + high) / 2))[2]
    root = jnp.where(outside[1:].any(axis=0), root, 2)
    unit = jnp.argmin(root)
    return root[unit], unit


def _points(slope: Float[Array, "order hidden"]) -> Float[Array, "point hidden"]:
    """A grid for each unit, and between its points either the middle or where the drive turns round."""
    hidden = slope.shape[1]
    grid = jnp.broadcast_to(jnp.linspace(0, 1, CELLS + 1, dtype=slope.dtype)[:, None], (CELLS + 1, hidden))
    at_grid = jax.vmap(polynomial, (None, 0))(slope, grid)
    before, after = at_grid[:-1], at_grid[1:]
    turns = before * after < 0
    share = jnp.where(turns, before / jnp.where(turns, before - after, 1), 0.5)
    between = grid[:-1] + share / CELLS
    mixed = jnp.stack([grid[:-1], between], axis=1).reshape(2 * CELLS, hidden)
    return jnp.concatenate([mixed, grid[-1:]])


def flow_matrix(
    matrix: Float[Array, "latent latent"], offset: Float[Array, " latent"], duration: Float[Array, ""]
) -> Float[Array, "extended extended"]:
    r"""$\exp\begin{pmatrix} M t & b t \\ 0 & 0 \end{pmatrix}$, which takes $(z, 1)$ to $(z(t), 1)$.

    The power series of the argument divided by $2^k$, summed with five products [@paterson1973], then squared k times.
    """
    extended = jnp.pad(jnp.concatenate([matrix, offset[:, None]], axis=1), ((0, 1), (0, 0)))
    X = extended * (duration / 2**SQUARINGS)
    identity = jnp.eye(len(X), dtype=X.dtype)
    powers = (identity, X, product(X, X))
    cube = product(powers[2], X)
    total = _inverse_factorial(ORDER) * identity
    for k in range(ORDER - 3, -1, -3):
        block = sum(_inverse_factorial(k + i) * powers[i] for i in range(3))
        total = product(total, cube) + block
    for _ in range(SQUARINGS):
        total = product(total, total)
    return total


def _inverse_factorial(k: int) -> float:
    value = 1.0
    for i in range(2, k + 1):
        value /= i
    return value
