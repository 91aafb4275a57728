"""The best state of a training so far: where to return to if the loss rises far above its lowest level."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Bool, Float, Int, PyTree

if TYPE_CHECKING:
    from attrax.optimise.state import TrainState

SPREADS = 4.0
"""A level this many standard deviations of the loss of single updates above the best one is no accident of batches."""


@dataclass(frozen=True)
class Rollback:
    """The rule for rollbacks: a replica that fails continues from a good state with a smaller learning rate.

    After a loss or parameter that is not finite, the chunk is repeated. If the loss of a chunk is far above the lowest
    one, the replica returns to its best state, since such a loss usually has risen over many chunks.

    Attributes:
        times: Largest number of rollbacks of a replica. If its loss is not finite after that, its training stops at
            its last good state. A loss that is only high is then accepted.
        factor: Factor on the learning rate at each rollback, between 0 and 1.
        rise: Share of the progress since the first chunk that the loss may lose; see `BestState.rise`.

    Example:
        >>> Rollback(times=3).factor
        0.5
    """

    times: int = 2
    factor: float = 0.5
    rise: float = 0.5


class Rise(NamedTuple):
    """Which replicas have returned to their best state, and why.

    Attributes:
        risen: Whether a replica has returned.
        level: Its loss level.
        lowest: The lowest level before.
        step: Number of updates of its best state.
    """

    risen: Bool[np.ndarray, "*replica"]
    level: Float[np.ndarray, "*replica"]
    lowest: Float[np.ndarray, "*replica"]
    step: Int[np.ndarray, "*replica"]


class BestState(eqx.Module):
    r"""The model with the lowest level of the loss so far; the level is the median loss over a whole chunk of updates.

    Chunks are counted from the first update of the training, so a training in stages has the same levels.

    Attributes:
        losses: The losses of the current chunk.
        level: The lowest level.
        spread: Standard deviation of the loss over the updates of that chunk.
        first: The level of the first chunk.
        step: Number of updates after that chunk.
        model, optimizer, objective: The state after that chunk.
    """

    losses: Float[Array, "*replica chunk"]
    level: Float[Array, "*replica"]
    spread: Float[Array, "*replica"]
    first: Float[Array, "*replica"]
    step: Int[Array, "*replica"]
    model: PyTree
    optimizer: optax.OptState
    objective: Any

    @classmethod
    def create(
        cls, model: PyTree, optimizer: optax.OptState, objective: Any, axes: tuple[int, ...], chunk: int
    ) -> "BestState":
        """The state before the first update, with a level above that of every model."""
        above, never = jnp.full(axes, jnp.inf), jnp.zeros(axes, jnp.int32)
        return cls(jnp.zeros((*axes, chunk)), above, jnp.zeros(axes), above, never, model, optimizer, objective)

    def rise(self, level: Float[np.ndarray, "*replica"], share: float) -> Bool[np.ndarray, "*replica"]:
        r"""Whether a level is far above the best one.

        $\ell > \ell_{\min} + s\, (\ell_1 - \ell_{\min}) + 4 \sigma$, with the level $\ell_1$ of the first chunk, in
        which the model knew nothing, and the spread $\sigma$ of the loss in the best chunk. A loss has no natural
        unit and may be negative, so both are taken from the training itself.

        Args:
            level: The level of the latest chunk.
            share: The share s of all progress that may be lost.
        """
        lowest, first = np.asarray(self.level), np.asarray(self.first)
        with np.errstate(invalid="ignore"):
            limit = lowest + share * (first - lowest) + SPREADS * np.asarray(self.spread)
            return np.asarray(np.isfinite(lowest) & (level > limit))


def settled(
    state: "TrainState", best: BestState, losses: Float[np.ndarray, "*replica chunk"], n: int, rule: Rollback
) -> tuple["TrainState", Rise]:
    """The training state with its new best state; a replica whose loss has risen far returns to its best state.

    Nothing is compiled, because this is a small part of the work of a chunk and compiling it takes a second.

    Args:
        state: The state after some updates.
        best: The best state before them.
        losses: The losses of these updates, then anything.
        n: Number of these updates; they do not go beyond the end of a chunk.
        rule: How far a loss may rise, and how the learning rate is lowered.
    """
    size, step = losses.shape[-1], int(state.step)
    chunk = np.array(best.losses)
    first = (step - n) % size
    chunk[..., first : first + n] = losses[..., :n]
    best = replace(best, losses=jnp.asarray(chunk))
    # Single models have levels of shape (), which NumPy would turn into scalars.
    level, lowest = np.asarray(np.median(chunk, axis=-1)), np.asarray(best.level)
    if step % size:
        return replace(state, best=best), Rise(np.zeros(level.shape, bool), level, lowest, np.asarray(best.step))
    active = (np.asarray(state.rollbacks) < rule.times) & ~np.asarray(state.stopped)
    risen = np.asarray(best.rise(level, rule.rise) & active)
    best = replace(best, first=jnp.where(jnp.isfinite(best.first), best.first, level))
    steps = jnp.full(level.shape, step, jnp.int32)
    numbers = (jnp.asarray(level), jnp.asarray(chunk.std(axis=-1)), best.first, steps)
    now = BestState(best.losses, *numbers, state.model, state.optimizer, state.objective)
    earlier = replace(state, model=best.model, optimizer=best.optimizer, objective=best.objective)
    after = replace(
        mixed(risen, earlier, state),
        rate=jnp.where(risen, state.rate * rule.factor, state.rate),
        rollbacks=state.rollbacks + risen,
        best=mixed(np.asarray(level < lowest), now, best),
    )
    return after, Rise(risen, level, lowest, np.asarray(best.step))


def mixed(pick: Bool[np.ndarray, "*replica"], this: PyTree, other: PyTree) -> PyTree:
    """As `where`, without an operation per array if all replicas are the same."""
    if pick.all() or not pick.any():
        return this if pick.all() else other
    return where(jnp.asarray(pick), this, other)


def where(pick: Bool[Array, "*replica"], this: PyTree, other: PyTree) -> PyTree:
    """For each replica, the arrays of `this` where `pick` is true, and of `other` elsewhere.

    What all replicas share is taken from `this`: the step, and everything that is not an array.
    """

    def leaf(a: Any, b: Any) -> Any:
        if not eqx.is_array(a) or a.ndim < pick.ndim:
            return a
        return jnp.where(pick.reshape(*pick.shape, *(1,) * (a.ndim - pick.ndim)), a, b)

    return jax.tree.map(leaf, this, other)
