"""Stable and unstable manifolds of cycles: the states from which orbits lead to a saddle, and those to which they lead.

Stable manifolds separate basins of attraction; where the two manifolds cross, there is chaos.
"""

from collections.abc import Callable
from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex, Float, Int, PRNGKeyArray

from attrax.analysis.invariant_manifolds.local_manifold import LocalManifold, local_manifold
from attrax.analysis.invariant_manifolds.region_inverses import region_inverses
from attrax.analysis.invariant_manifolds.segments import Segments, concatenated, crossings, image, preimage
from attrax.analysis.periodic_orbits.closed_orbits import at_points, closing_gaps
from attrax.analysis.periodic_orbits.cycle_stability import eigenvalues
from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear
from attrax.core.generator import generator_of
from attrax.core.has_dynamics import HasDynamics, dynamics_of
from attrax.core.precision import in_float64
from attrax.core.result import Result

# Number of points of the local manifold that are followed backward, to find the regions of a stable manifold.
_FOLLOWED = 20

# Segments that are iterated together to find the numerical error.
_TOGETHER = 512

# Points that return to within this, relative to their size, count as a cycle.
_CLOSED = 1e-6


@dataclass(frozen=True, eq=False)
class Manifold:
    """A stable or unstable manifold of a cycle.

    Attributes:
        dim: Dimension of the manifold; 0 if there is none.
        segments: First and last points of straight segments. If `dim` is 1, they are the manifold, exactly; if it is
            more, the segments have length 0 and are single points of the manifold.
        root: The points close to the cycle to which these points belong: on a stable manifold their images after `age`
            steps, on an unstable manifold the points whose images they are.
        age: Number of steps between a point and its root.
        departure: Numerical error: the distance by which the iterated map misses the root (stable manifold) or the
            point (unstable manifold), relative to one plus the norm of the target.
        result: `SUCCESSFUL`; `NOT_EXHAUSTIVE` if a limit on segments or regions was reached; `NOT_INVERTIBLE` if the
            map cannot be inverted in a region; `NOT_PERIODIC` if the given points are not a cycle.

    Example:
        >>> segment = np.array([[[0.0, 0.0], [1.0, 0.0]]])
        >>> line = Manifold(1, segment, segment, np.zeros(1, int), np.zeros((1, 2)), Result.SUCCESSFUL)
        >>> line.dim, line.segments.shape
        (1, (1, 2, 2))
    """

    dim: int
    segments: Float[np.ndarray, "segment 2 latent"]
    root: Float[np.ndarray, "segment 2 latent"]
    age: Int[np.ndarray, " segment"]
    departure: Float[np.ndarray, "segment 2"]
    result: Result


@dataclass(frozen=True, eq=False)
class Manifolds:
    """Both manifolds of a cycle, and where they cross.

    Attributes:
        stable: The states from which orbits lead to the cycle.
        unstable: The states to which orbits lead that start near the cycle.
        homoclinic: Points on both manifolds, except those of the cycle. If there is one, there are infinitely many, and
            orbits nearby are chaotic. Computed in two dimensions only, empty otherwise.
        eigenvalues: Eigenvalues of the Jacobian over one period of the cycle, the largest in modulus first.

    Example:
        >>> ends, age = np.zeros((1, 2, 2)), np.zeros(1, int)
        >>> line = Manifold(1, ends, ends, age, np.zeros((1, 2)), Result.SUCCESSFUL)
        >>> saddle = Manifolds(line, line, np.zeros((0, 2)), np.array([2.0 + 0j, 0.5]))
        >>> saddle.unstable.dim, len(saddle.homoclinic)
        (1, 0)
    """

    stable: Manifold
    unstable: Manifold
    homoclinic: Float[np.ndarray, "crossing latent"]
    eigenvalues: Complex[np.ndarray, " latent"]


def manifolds(
    dynamics: AbstractPiecewiseLinear | HasDynamics[AbstractPiecewiseLinear],
    z: Float[np.ndarray, "order latent"],
    *,
    rounds: int = 15,
    extent: float = 10.0,
    limit: int = 20_000,
    samples: int = 500,
    progress: Callable[[int, int], None] | None = None,
    key: PRNGKeyArray,
) -> Manifolds:
    r"""Compute the stable and the unstable manifold of a cycle of a piecewise-linear map.

    Near the cycle, as far as its regions reach, they are exactly the eigenspaces $W_{loc}$ of the Jacobian over one
    period. Beyond, the unstable manifold is the union of the images, $W^u = \bigcup_n F^n(W^u_{loc})$, and the stable
    manifold the union of the preimages, $W^s = \bigcup_n F^{-n}(W^s_{loc})$, computed with the inverse of the map in
    each region. One-dimensional manifolds are straight between the borders and are followed exactly, cut at every
    border. Of manifolds with more dimensions, random points are returned.

    Args:
        dynamics: The map; hold an external input constant with `HeldInput`.
        z: The points of the cycle in their order: `cycles(...).z[i]`, or `fixed_points(...).z[i : i + 1]`.
        rounds: Number of periods for which the manifolds are followed. Their lengths grow exponentially with it.
        extent: Parts that are farther from the cycle than this are left out.
        limit: Largest number of segments or points of each manifold.
        samples: Number of random points near the cycle, for a manifold of two or more dimensions.
        progress: Called with the number of steps done and their total.
        key: Random key of these points.

    Returns:
        The `Manifolds`; each of the two has its own result code, see `Manifold`.

    Cost: O(segments * bits * latent) for a step forward, O(segments * regions * bits * latent) for a step backward.
    Fails when: a point of the cycle lies on a border; the eigenspaces then reach no further than the point itself. If
        the map is not invertible, the stable manifold has several parts; all of them are returned.

    Example:
        >>> import jax
        >>> from attrax.analysis import fixed_points
        >>> from attrax.models import ClippedShallowPLRNN
        >>> network = ClippedShallowPLRNN.create(2, 2, key=jax.random.key(0))
        >>> sink = fixed_points(network, key=jax.random.key(1)).z[:1]
        >>> manifolds(network, sink, rounds=1, key=jax.random.key(2)).unstable.dim
        0

    References:
        Eisenmann, Monfared, Göring & Durstewitz, Bifurcations and loss jumps in RNN training, NeurIPS 2023
        [@eisenmann2023].
    """
    with jax.enable_x64(True):
        dynamics, z = in_float64(dynamics_of(dynamics)), np.asarray(z, float)
        if not closing_gaps(at_points(dynamics, z[None]).images, z[None])[0] <= _CLOSED:
            nothing = Manifold(0, z[:0, None].repeat(2, 1), z[:0, None].repeat(2, 1), *_NOTHING, Result.NOT_PERIODIC)
            return Manifolds(nothing, nothing, z[:0], np.zeros(z.shape[1], complex))
        rng = generator_of(key)
        out, back = (
            local_manifold(dynamics, z, outside, extent=extent, samples=samples, rng=rng) for outside in (True, False)
        )
        n, total = rounds * len(z), 2 * rounds * len(z)
        report = progress or (lambda done, of: None)  # noqa: ARG005 - a callback that does nothing
        growth = _Growth(z, n, extent, limit)
        unstable = growth.forward(dynamics, out, lambda done: report(done, total))
        stable = growth.backward(dynamics, back, lambda done: report(n + done, total))
        values = eigenvalues(dynamics, z[None])[0]
    return Manifolds(stable, unstable, crossings(stable.segments, unstable.segments, z), values)


_NOTHING = (np.zeros(0, int), np.zeros((0, 2)))


@dataclass(frozen=True, eq=False)
class _Growth:
    """How far the manifolds of a cycle are followed.

    Attributes:
        z: The cycle.
        steps: Number of steps.
        extent: Largest distance from the cycle.
        limit: Largest number of segments.
    """

    z: Float[np.ndarray, "order latent"]
    steps: int
    extent: float
    limit: int

    def forward(self, dynamics: AbstractPiecewiseLinear, local: LocalManifold, tick: Callable[[int], None]) -> Manifold:
        """The unstable manifold. After one period only the part is mapped whose image is new."""
        borders = _borders(dynamics)
        parts, whole, fresh, full = [local.whole], local.whole, local.fresh, False
        for step in range(1, self.steps + 1):
            fresh = self._near(image(dynamics, borders, fresh))
            whole = self._near(image(dynamics, borders, whole)) if step < len(self.z) else fresh
            full = sum(len(p.age) for p in parts) + len(whole.age) > self.limit
            if full or not len(whole.age):
                break
            parts.append(whole)
            tick(step)
        found = concatenated(parts)
        missed = _missed(dynamics, found.root, found.ends, found.age)
        return Manifold(local.dim, *found, missed, Result.NOT_EXHAUSTIVE if full else Result.SUCCESSFUL)

    def backward(
        self, dynamics: AbstractPiecewiseLinear, local: LocalManifold, tick: Callable[[int], None]
    ) -> Manifold:
        """The stable manifold. Of the preimages after one period, the part near the cycle is left out: it is known."""
        borders = _borders(dynamics)
        share = np.linspace(0, 1, _FOLLOWED)[:, None, None]
        ends = local.fresh.ends[:, 0] + share * (local.fresh.ends[:, 1] - local.fresh.ends[:, 0])
        inverses, result = region_inverses(
            dynamics, self.z, ends=ends.reshape(-1, self.z.shape[1]), steps=self.steps, extent=self.extent
        )
        parts, level = [local.whole], local.whole
        for step in range(1, self.steps + 1):
            if not len(level.age) or not len(inverses.bits):
                break
            level = self._near(preimage(inverses, borders, level))
            if local.dim == 1 and step == len(self.z):
                level = _cut_at_cycle(level, self.z[0], local)
            if sum(len(p.age) for p in parts) + len(level.age) > self.limit:
                result = Result.NOT_EXHAUSTIVE
                break
            parts.append(level)
            tick(step)
        found = concatenated(parts)
        return Manifold(local.dim, *found, _missed(dynamics, found.ends, found.root, found.age), result)

    def _near(self, segments: Segments) -> Segments:
        middle = segments.ends.mean(axis=1, keepdims=True)
        points = np.concatenate([segments.ends, middle], axis=1)
        return segments.at(np.linalg.norm(points - self.z.mean(axis=0), axis=2).min(axis=1) <= self.extent)


def _borders(dynamics: AbstractPiecewiseLinear) -> tuple[Float[np.ndarray, "bits latent"], Float[np.ndarray, " bits"]]:
    normals, offsets = dynamics.borders()
    return np.asarray(normals), np.asarray(offsets)


def _cut_at_cycle(segments: Segments, z: Float[np.ndarray, " latent"], local: LocalManifold) -> Segments:
    """The segments without the part near the cycle that the local manifold covers."""
    begins = np.linalg.norm(segments.ends[:, 0] - z, axis=1) <= 1e-9 * (1 + np.linalg.norm(z))
    covered = np.linalg.norm(local.fresh.ends[0, 0] - z)
    length = np.linalg.norm(segments.root[:, 1] - segments.root[:, 0], axis=1)
    low = np.where(begins, np.minimum(covered / np.maximum(length, 1e-300), 1.0), 0.0)
    return segments.at(low < 1).part(low[low < 1], np.ones((low < 1).sum()))


@eqx.filter_jit
def _iterated(
    dynamics: AbstractDynamics, z: Float[Array, "segment 2 latent"], n: Int[Array, " segment"]
) -> Float[Array, "segment 2 latent"]:
    """Every point after its own number of steps."""

    def step(i, z):
        return jnp.where((i < n)[:, None, None], jax.vmap(jax.vmap(dynamics.step))(z), z)

    return jax.lax.fori_loop(0, n.max(initial=0), step, z)


def _missed(
    dynamics: AbstractDynamics,
    start: Float[np.ndarray, "segment 2 latent"],
    target: Float[np.ndarray, "segment 2 latent"],
    n: Int[np.ndarray, " segment"],
) -> Float[np.ndarray, "segment 2"]:
    """The relative distances between the iterated points and their targets."""
    arrived, oldest = np.empty_like(start), np.argsort(-n, kind="stable")
    # Rows of about the same age are iterated together, since the oldest one decides how long that takes.
    for i in range(0, len(n), _TOGETHER):
        rows = oldest[i : i + _TOGETHER]
        ends, age = np.resize(start[rows], (_TOGETHER, *start.shape[1:])), np.resize(n[rows], _TOGETHER)
        arrived[rows] = np.asarray(_iterated(dynamics, jnp.asarray(ends), jnp.asarray(age)))[: len(rows)]
    return np.linalg.norm(arrived - target, axis=2) / (1 + np.linalg.norm(target, axis=2))
