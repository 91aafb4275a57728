"""The verified spectrum: numbers with a small residual, found on a grid and moved to where the residual is least."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Complex, Float

from attrax.analysis.koopman.least_residual import PRECISION, LeastResidual

REACH = 5.0
"""A grid point is kept if no other point has a smaller residual within so many of its residuals."""
_MOST_STEPS = 100
_REAL = 1e-9


class Grid(NamedTuple):
    """Least residuals on a grid over the upper half of the complex plane; the lower half is its mirror image.

    Attributes:
        real: Real parts, ascending.
        imaginary: Imaginary parts, ascending from 0.
        residuals: The least residual at each point, one row for each imaginary part.
    """

    real: Float[np.ndarray, " column"]
    imaginary: Float[np.ndarray, " row"]
    residuals: Float[np.ndarray, "row column"]


class Verified(NamedTuple):
    """Numbers of the verified spectrum.

    Attributes:
        values: The numbers.
        residuals: The least residual of each.
        vectors: The function with this residual, as a combination of the basis, one a column.
    """

    values: Complex[np.ndarray, " value"]
    residuals: Float[np.ndarray, " value"]
    vectors: Complex[np.ndarray, "rank value"]


def residual_grid(
    least: LeastResidual, extent: float, spacing: float, progress: Callable[[int, int], None] | None = None
) -> Grid:
    """The least residual on a grid of points.

    Args:
        least: The least residual as a function.
        extent: Largest real and imaginary part.
        spacing: Distance between two points.
        progress: Called with the number of rows done and their total.
    """
    steps = int(np.ceil(extent / spacing - 1e-9))
    real, imaginary = spacing * np.arange(-steps, steps + 1), spacing * np.arange(steps + 1)
    residuals = np.empty((len(imaginary), len(real)))
    v = least.start()
    for i, y in enumerate(imaginary):
        # Every second row is walked back, so that each point starts from the vectors of its neighbor.
        for j in range(len(real))[:: 1 if i % 2 == 0 else -1]:
            residuals[i, j], v = least(complex(real[j], y), v)
        if progress is not None:
            progress(i + 1, len(imaginary))
    return Grid(real, imaginary, residuals)


def verified_spectrum(least: LeastResidual, grid: Grid, also: Complex[np.ndarray, " candidate"]) -> Verified:
    """The numbers near which the residual is least, with their conjugates, the smallest residual first.

    Candidates are the points of the grid that have the least residual among all points within five times this residual.
    Each candidate is then moved to where the residual is least (`_moved`), and the same rule is applied once more.

    Args:
        least: The least residual as a function.
        grid: Its values on a grid.
        also: Candidates of residuals that are too small for the grid to see.
    """
    points = np.concatenate([minima(grid), also[np.imag(also) >= 0]])
    found = sorted((_moved(least, complex(z)) for z in points), key=lambda one: one[1])
    kept: list[tuple[complex, float, np.ndarray]] = []
    for z, residual, v in found:
        if all(abs(z - other) > max(REACH * residual, _REAL) for other, _, _ in kept):
            kept.append((z, residual, v))
            if z.imag > 0:
                kept.append((z.conjugate(), residual, v.conj()))
    rank = len(least.inside)
    return Verified(
        np.array([z for z, _, _ in kept], complex),
        np.array([residual for _, residual, _ in kept], float),
        np.stack([v for *_, v in kept], axis=1) if kept else np.empty((rank, 0), complex),
    )


def minima(grid: Grid) -> Complex[np.ndarray, " point"]:
    """The points of a grid with the least residual, below 1, within five times this residual.

    Example:
        >>> axis = np.linspace(-1.0, 1.0, 21)
        >>> minima(Grid(axis, axis[10:], np.hypot(axis - 0.5, axis[10:, None]) + 0.01)).round(2)
        array([0.5+0.j])
    """
    z = (grid.real + 1j * grid.imaginary[:, None]).ravel()
    residuals = grid.residuals.ravel()
    kept = [
        i
        for i in np.flatnonzero(residuals < 1)
        if residuals[i] <= residuals[np.abs(z - z[i]) <= REACH * residuals[i]].min()
    ]
    return z[kept]


def _moved(least: LeastResidual, z: complex) -> tuple[complex, float, Complex[np.ndarray, " rank"]]:
    """A number nearby with a residual that is least, this residual, and its vector.

    Each step tries the Rayleigh quotient of the vector, which cannot raise the residual, and the number at which the
    residual would vanish if it were linear (Newton's method), which is fast where the operator is not normal. Where
    neither is much better, four numbers at five residuals from it are tried: this leaves saddle points.
    """
    residual, v = least(z, least.start())
    for _ in range(_MOST_STEPS):
        image = least.inside @ v[:, 0]
        slope = np.vdot(image - z * v[:, 0], v[:, 0])
        tried = [complex(np.vdot(v[:, 0], image))]
        if abs(slope) > residual**2:
            tried.append(complex(z + residual**2 / slope))
        better, turned, moved = _best(least, tried, v)
        if better >= (1 - PRECISION) * residual:
            better, turned, moved = _best(least, [z + REACH * residual * 1j**k for k in range(4)], v)
        if better >= (1 - PRECISION) * residual:
            break
        z, residual, v = moved, better, turned
    if abs(z.imag) < _REAL:
        z = complex(z.real, 0.0)
    return (z if z.imag >= 0 else z.conjugate()), residual, v[:, 0] if z.imag >= 0 else v[:, 0].conj()


def _best(
    least: LeastResidual, tried: list[complex], near: Complex[np.ndarray, "rank width"]
) -> tuple[float, Complex[np.ndarray, "rank width"], complex]:
    """The number with the least residual: its residual, its vectors, and the number."""
    return min(((*least(z, near), z) for z in tried), key=lambda found: found[0])
