r"""SOAP: Adam in coordinates in which the entries of the gradient are hardly correlated.

The gradients of the weights of a hidden layer depend on each other: units that bend the map at almost the same place
get almost the same gradient. Adam scales every weight by itself and does not see this. SOAP averages the second moments
of the rows and of the columns of the gradient of every matrix, turns the gradient to their eigenvectors, and scales it
there.
"""

from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int
from pydantic import Field

from attrax.core.spec import Settings
from attrax.optimise.optimizer import OptimizerSpec, clipped

DECAY = 0.95
"""How much of the averages is kept in an update: of the gradient, of its square, and of its second moments."""

LONGEST = 256
"""Sides of a matrix longer than this are not turned, since the eigenvectors would take longer than the gradient."""

SMALLEST = 1e-8


Sides = tuple[tuple[Array, Array] | None, ...]
"""For each side of a matrix that is turned, the second moments of the gradient along it and their eigenvectors."""


class Moments(NamedTuple):
    """The averages for one array of parameters.

    Attributes:
        mean: Of the turned gradient.
        square: Of its squares.
        sides: For each side of a matrix that is turned, the second moments of the gradient along it and their
            eigenvectors; None for other sides, and no sides for vectors.
    """

    mean: Array
    square: Array
    sides: Sides


class SoapState(NamedTuple):
    """The number of updates done, and the averages of every array of parameters, in the order of `jax.tree.leaves`."""

    done: Int[Array, ""]
    moments: tuple[Moments, ...]


@cache
def soap(clip: float = 0.0, every: int = 50) -> optax.GradientTransformationExtraArgs:
    r"""SOAP of Vyas et al. (2025) [@vyas2025], without a learning rate; equal arguments give the same object.

    For the gradient G of a matrix, with averages over updates denoted by $\langle \cdot \rangle$:

    $d = Q_L \frac{Q_L^T \langle G \rangle Q_R}{\sqrt{\langle (Q_L^T G Q_R)^2 \rangle}} Q_R^T$

    where the columns of $Q_L$ and $Q_R$ are the eigenvectors of $\langle G G^T \rangle$ and $\langle G^T G \rangle$.
    They are followed by one step of orthogonal iteration every few updates. For vectors it is Adam.

    Args:
        clip: Largest norm of the gradient over all parameters; longer gradients are scaled down to it. 0 turns
            clipping off.
        every: Number of updates between two steps of the iteration. Raise it for wide layers if an update takes long.

    Cost: Four products of the gradient with square matrices in every update, and the decomposition of two square
    matrices every `every` updates.

    Example:
        >>> import jax.numpy as jnp, optax
        >>> optimizer, w = soap(), {"W": jnp.ones((2, 3))}
        >>> direction, state = optimizer.update({"W": 5 * w["W"]}, optimizer.init(w))
        >>> direction["W"].round(3).tolist()
        [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    return optax.with_extra_args_support(clipped(clip, _unclipped(every)))


def _unclipped(every: int) -> optax.GradientTransformationExtraArgs:

    def init(params: Any) -> SoapState:
        return SoapState(jnp.zeros((), jnp.int32), tuple(_zero_moments(leaf) for leaf in jax.tree.leaves(params)))

    def update(updates: Any, state: Any, params: Any = None, **extra_args: Any) -> tuple[Any, Any]:
        del params
        done = state.done + 1
        # All replicas have the same `step`, unlike `done`; only so is a turn that is not due not computed.
        due = (extra_args.get("step", state.done) + 1) % every == 0
        leaves, structure = jax.tree.flatten(updates)
        found = [_direction(g, m, done, due) for g, m in zip(leaves, state.moments, strict=True)]
        directions, moments = zip(*found, strict=True)
        return jax.tree.unflatten(structure, directions), SoapState(done, moments)

    return optax.GradientTransformationExtraArgs(init, update)


def _zero_moments(parameters: Array) -> Moments:
    zero = jnp.zeros_like(parameters)
    sides = tuple(
        (jnp.zeros((n, n), zero.dtype), jnp.eye(n, dtype=zero.dtype)) if 1 < n <= LONGEST else None
        for n in (parameters.shape if parameters.ndim == 2 else ())
    )
    return Moments(zero, zero, sides)


def _direction(g: Array, m: Moments, done: Int[Array, ""], due: Array) -> tuple[Array, Moments]:
    """The direction for one array of parameters, and its new averages."""
    turned = _turned(g, m.sides)
    mean = DECAY * m.mean + (1 - DECAY) * turned
    square = DECAY * m.square + (1 - DECAY) * turned**2
    unbiased = 1 - DECAY ** done.astype(g.dtype)
    direction = _turned_back((mean / unbiased) / (jnp.sqrt(square / unbiased) + SMALLEST), m.sides)
    sides = tuple(
        side and (_second_moments(side[0], g if axis == 0 else g.T), side[1]) for axis, side in enumerate(m.sides)
    )
    if not any(sides):
        return direction, Moments(mean, square, sides)
    vectors = tuple(side and side[1] for side in sides)
    mean, vectors = jax.lax.cond(due, lambda: _new_axes(mean, sides), lambda: (mean, vectors))
    return direction, Moments(
        mean, square, tuple(side and (side[0], v) for side, v in zip(sides, vectors, strict=True))
    )


def _turned(g: Array, sides: Sides) -> Array:
    """A matrix in the coordinates of the eigenvectors: $Q_L^T G Q_R$."""
    for axis, side in enumerate(sides):
        if side is not None:
            g = side[1].T @ g if axis == 0 else g @ side[1]
    return g


def _turned_back(g: Array, sides: Sides) -> Array:
    """A matrix back in its own coordinates: $Q_L G Q_R^T$."""
    for axis, side in enumerate(sides):
        if side is not None:
            g = side[1] @ g if axis == 0 else g @ side[1].T
    return g


def _second_moments(known: Float[Array, "n n"], g: Float[Array, "n m"]) -> Float[Array, "n n"]:
    """The second moments of the rows of the gradient, with one gradient more."""
    return DECAY * known + (1 - DECAY) * g @ g.T


def _new_axes(mean: Array, sides: Sides) -> tuple[Array, tuple[Array | None, ...]]:
    """The average of the gradient in new axes, and these: one step of orthogonal iteration towards the eigenvectors."""
    new = tuple(side and (side[0], jnp.linalg.qr(side[0] @ side[1])[0]) for side in sides)
    return _turned(_turned_back(mean, sides), new), tuple(side and side[1] for side in new)


class SoapSettings(Settings):
    """Settings of SOAP."""

    every: int = Field(default=50, ge=1, description="Number of updates between two steps towards the eigenvectors.")


SPEC = OptimizerSpec("SOAP", soap, SoapSettings, create=lambda settings, clip: soap(clip, settings.every))
