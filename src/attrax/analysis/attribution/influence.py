"""Channel influence: how much of the differences between forecasts comes from each channel, over a whole recording."""

from collections.abc import Callable
from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from attrax.analysis.argument_checks import require_count
from attrax.analysis.attribution.carried_parts import ReadsRows
from attrax.analysis.lyapunov.orbit_averages import orbit_mean_error
from attrax.core.dynamics import AbstractDynamics
from attrax.core.observation import AbstractObservation
from attrax.core.precision import in_float64
from attrax.core.result import Result

AT_ONCE = 32
"""Number of pairs of rows that are computed together."""
POINTS = 24
"""Number of points on the line between two rows at which the derivative is taken."""


@dataclass(frozen=True, eq=False)
class Influence:
    r"""The influence of each source on the forecast of each channel, $I_{ij} = \sqrt{\langle p_{ij}^2 \rangle}$.

    Here $p_{ij}$ is the part of source j in the difference between the forecasts of channel i from two rows, and the
    mean is taken over pairs of rows.

    Attributes:
        matrix: I, forecast channels in rows, and the sources that they rest on in columns.
        std_error: Its standard errors, by a block bootstrap over the pairs.
        control: The same of maps with shuffled weights, the mean over all shuffles: influence without learned wiring.
        control_high: The largest value of the control over all shuffles.
        gap: Largest difference between a difference of forecasts and the sum of its parts, relative to the root of
            their mean square. It measures how well the points on the lines are enough.
        horizon: Number of steps ahead.
        n: Number of pairs that were used.
        n_dropped: Number of pairs with a forecast that is not finite.
        result: `DIVERGED` if no pair is left.
    """

    matrix: Float[np.ndarray, "obs source"]
    std_error: Float[np.ndarray, "obs source"]
    control: Float[np.ndarray, "obs source"]
    control_high: Float[np.ndarray, "obs source"]
    gap: float
    horizon: int
    n: int
    n_dropped: int
    result: Result

    @property
    def beyond_control(self) -> Bool[np.ndarray, "obs source"]:
        """Where the influence is above every control by two standard errors."""
        return self.matrix - 2 * self.std_error > self.control_high


def channel_influence(
    dynamics: AbstractDynamics,
    observation: AbstractObservation,
    start: ReadsRows,
    x: Float[np.ndarray, "start row obs"],
    horizon: int,
    *,
    groups: Int[np.ndarray, " obs"] | None = None,
    s: Float[np.ndarray, "start horizon input"] | None = None,
    shuffles: int = 4,
    progress: Callable[[int, int], None] | None = None,
    key: PRNGKeyArray,
) -> Influence:
    r"""Measure the influence of each channel on the forecast of each channel, and that in maps with shuffled weights.

    The difference between the forecasts from two rows $x$ and $y$ is divided among the channels along the straight line
    between them, $\hat x_i(y) - \hat x_i(x) = \sum_j p_{ij}$ with
    $p_{ij} = (y_j - x_j) \int_0^1 \partial \hat x_i / \partial x_j\,(x + u (y - x))\,du$ (integrated gradients). The
    derivative of a trained network is rough from one linear region to the next; the integral averages this out, so that
    a channel that is not used has a small part. Each row is paired with the one half of all rows later.

    Args:
        dynamics: The map.
        observation: The observation, from states to channels.
        start: Reads a state from rows, such as `model.start`.
        x: Standardised rows from which forecasts start, `start.reach` for each, in the order of time and evenly spaced,
            so that blocks of neighbours can be drawn for the errors.
        horizon: Number of steps ahead. With one step the direct wiring is seen, with more also what goes through other
            channels.
        groups: For each column of x the number of its source, from 0; the parts of columns with the same number are
            added, such as delayed copies of a channel, or all channels of one subsystem. Channels that are nearly equal
            share an influence by chance; only their sum is well defined. None if every column is a source.
        s: External inputs of the steps ahead, for each start; a pair gets those of its first row.
        shuffles: Number of shuffled maps.
        progress: Function called with the number of maps done and their number.
        key: Random key of the shuffles.

    Returns: The `Influence`, in standard deviations of the channels.
    Raises: ConfigError C531 for an impossible argument.
    Cost: `1 + shuffles` times the pairs times 24 points times the steps, each with a tangent for every source.

    References:
        Sundararajan, Taly & Yan, Axiomatic attribution for deep networks, ICML 2017 [@sundararajan2017].
        Adebayo et al., Sanity checks for saliency maps, NeurIPS 2018 [@adebayo2018], for shuffled weights.
    """
    require_count("horizon", horizon, 1)
    require_count("rows of each start", x.shape[1], start.reach)
    require_count("shuffles", shuffles, 1)
    groups = np.arange(x.shape[2]) if groups is None else groups
    members = groups == np.arange(groups.max() + 1)[:, None]
    other = np.roll(x, -(len(x) // 2), axis=0)
    with jax.enable_x64(True):
        dynamics, observation, start = in_float64((dynamics, observation, start))
        rows = jnp.asarray(np.stack([x, other], axis=1)[:, :, -start.reach :], jnp.float64)
        inputs = None if s is None else jnp.asarray(s, jnp.float64)
        found = []
        for i, k in enumerate([None, *jax.random.split(key, shuffles)]):
            one = dynamics if k is None else shuffled(dynamics, key=k)
            parts, change = _divided(one, observation, start, rows, inputs, jnp.asarray(members, jnp.float64), horizon)
            found.append((np.asarray(parts), np.asarray(change)))
            if progress is not None:
                progress(i + 1, shuffles + 1)
    (own, change), *others = (_finite(*each) for each in found)
    controls = np.stack([_size(parts) for parts, _ in others])
    matrix = _size(own)
    return Influence(
        matrix=matrix,
        std_error=_error(own, matrix),
        control=controls.mean(axis=0),
        control_high=controls.max(axis=0),
        gap=_gap(own, change),
        horizon=horizon,
        n=len(own),
        n_dropped=len(x) - len(own),
        result=Result.SUCCESSFUL if len(own) else Result.DIVERGED,
    )


def shuffled(dynamics: AbstractDynamics, *, key: PRNGKeyArray) -> AbstractDynamics:
    """The same map with the entries of every weight matrix in random order; vectors, such as offsets, are kept.

    Args:
        dynamics: The map.
        key: Random key.

    Example:
        >>> from attrax.models import GRU
        >>> cell = GRU.create(3, key=jax.random.key(0))
        >>> mixed = shuffled(cell, key=jax.random.key(1))
        >>> bool(jnp.array_equal(jnp.sort(mixed.W.ravel()), jnp.sort(cell.W.ravel())))
        True
    """
    leaves, tree = jax.tree.flatten(dynamics)
    keys = jax.random.split(key, len(leaves))
    return jax.tree.unflatten(tree, [_shuffled_leaf(leaf, k) for leaf, k in zip(leaves, keys, strict=True)])


def _shuffled_leaf(leaf, key: PRNGKeyArray):
    if not eqx.is_inexact_array(leaf) or leaf.ndim < 2:
        return leaf
    return jax.random.permutation(key, leaf.ravel()).reshape(leaf.shape)


@eqx.filter_jit
def _divided(
    dynamics: AbstractDynamics,
    observation: AbstractObservation,
    start: ReadsRows,
    x: Float[Array, "start 2 reach obs"],
    s: Float[Array, "start horizon input"] | None,
    members: Float[Array, "source obs"],
    horizon: int,
) -> tuple[Float[Array, "start obs source"], Float[Array, "start obs"]]:
    """The part of each source in the difference of two forecasts, and the difference itself, for each pair."""

    def carried(
        rows: Float[Array, "reach obs"],
        inputs: Float[Array, "horizon input"] | None,
        step: Float[Array, "source reach obs"],
    ) -> tuple[Float[Array, " obs"], Float[Array, "obs source"]]:
        """The forecast from some rows, and its derivatives along the steps of all sources."""

        def ahead(
            state: tuple[Float[Array, " latent"], Float[Array, "latent source"]], s: Float[Array, " input"] | None
        ) -> tuple[tuple[Float[Array, " latent"], Float[Array, "latent source"]], None]:
            z, tangents = state
            return (dynamics.step(z, s), dynamics.jacobian(z, s) @ tangents), None

        derivative = jax.jacrev(lambda rows: start.last(observation, rows))(rows)
        first = start.last(observation, rows), jnp.tensordot(derivative, step, ((1, 2), (1, 2)))
        (z, tangents), _ = jax.lax.scan(ahead, first, inputs, length=horizon)
        return observation.observe(z), jax.jacrev(observation.observe)(z) @ tangents

    def pair(
        given: tuple[Float[Array, "2 reach obs"], Float[Array, "horizon input"] | None],
    ) -> tuple[Float[Array, "obs source"], Float[Array, " obs"]]:
        (first, last), inputs = given
        steps = members[:, None] * (last - first)
        places = (jnp.arange(POINTS) + 0.5) / POINTS
        on_line = first + places.astype(x.dtype)[:, None, None] * (last - first)
        _, slopes = jax.vmap(lambda rows: carried(rows, inputs, steps))(on_line)
        ends, _ = jax.vmap(lambda rows: carried(rows, inputs, steps))(jnp.stack([first, last]))
        return slopes.mean(axis=0), ends[1] - ends[0]

    return jax.lax.map(pair, (x, s), batch_size=AT_ONCE)


def _finite(
    parts: Float[np.ndarray, "start obs source"], change: Float[np.ndarray, "start obs"]
) -> tuple[Float[np.ndarray, "kept obs source"], Float[np.ndarray, "kept obs"]]:
    kept = np.isfinite(parts).all(axis=(1, 2)) & np.isfinite(change).all(axis=1)
    return parts[kept], change[kept]


def _size(parts: Float[np.ndarray, "start obs source"]) -> Float[np.ndarray, "obs source"]:
    """The root of the mean square; NaN if there is no part at all."""
    return np.sqrt(np.square(parts).mean(axis=0)) if len(parts) else np.full(parts.shape[1:], np.nan)


def _error(
    parts: Float[np.ndarray, "start obs source"], size: Float[np.ndarray, "obs source"]
) -> Float[np.ndarray, "obs source"]:
    """Standard error of the size: that of the mean square, over twice the size."""
    if not len(parts):
        return np.full(size.shape, np.nan)
    error = orbit_mean_error(np.square(parts).reshape(1, len(parts), -1)).reshape(size.shape)
    return np.where(size > 0, error / np.where(size > 0, 2 * size, 1), 0.0)


def _gap(parts: Float[np.ndarray, "start obs source"], change: Float[np.ndarray, "start obs"]) -> float:
    if not len(parts):
        return float("nan")
    return float((np.abs(parts.sum(axis=2) - change) / np.sqrt(np.square(change).mean(axis=0))).max())
