"""Newton's method for a queue of initial guesses, compiled as one loop.

A fixed number of guesses is improved at the same time, each in a slot of its own. A guess that became a cycle, went
astray or took too many steps leaves its slot, and the next guess of the queue takes its place. So no slot waits for
others, and Python sees only whole queues.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from attrax.analysis.periodic_orbits.closed_orbits import newton_step
from attrax.core.dynamics import AbstractDynamics

# A guess that is not a cycle after this many steps is replaced by another one.
_PATIENCE = 25

# Random step lengths: full steps converge fastest where they converge, but can run in circles elsewhere.
_LENGTHS = (1.0, 1.0, 0.5, 0.2, 0.05)
_DRAWN = 16

# Guesses are padded to this many points, or to a power of two, so that the orders up to it share a compiled program.
_LEAST_ROOM = 4


class Slots(NamedTuple):
    """The guesses that are being improved.

    Attributes:
        z: The points of each guess, padded with rows that are not used.
        age: Number of Newton steps that each guess has taken.
        empty: Slots that wait for the next queue.
    """

    z: Float[Array, "slot room latent"]
    age: Int[Array, " slot"]
    empty: Bool[Array, " slot"]


def step_lengths(n: int, rng: np.random.Generator) -> Float[np.ndarray, "round slot"]:
    """Random lengths of Newton steps, as shares of a full one, for some rounds of `n` guesses."""
    return rng.choice(_LENGTHS, size=(_DRAWN, n))


class Improved(NamedTuple):
    """What became of a queue of guesses.

    Attributes:
        slots: The guesses that are still being improved.
        z: The cycles, and the singular guesses; first the rows of the queue, then those of the slots before it.
        closed: Which rows of `z` are cycles.
        singular: Which rows of `z` are guesses for which the linear system was singular.
        steps: Number of Newton steps that were made.
    """

    slots: Slots
    z: Float[np.ndarray, "row order latent"]
    closed: Bool[np.ndarray, " row"]
    singular: Bool[np.ndarray, " row"]
    steps: int


def empty_slots(n: int, order: int, latent: int) -> Slots:
    """Slots that hold no guesses yet.

    Args:
        n: Number of guesses that are improved at the same time.
        order: Number of points of a guess.
        latent: Number of state variables.
    """
    return Slots(jnp.zeros((n, _room(order), latent), jnp.float64), jnp.zeros(n, int), jnp.ones(n, bool))


def _room(order: int) -> int:
    return max(_LEAST_ROOM, 1 << (order - 1).bit_length())


def improve_guesses(
    dynamics: AbstractDynamics,
    slots: Slots,
    queue: Float[np.ndarray, "guess order latent"],
    *,
    far: float,
    tolerance: float,
    steps: int,
    shares: Float[np.ndarray, "round slot"],
) -> Improved:
    """Improve guesses until the last one of the queue has found a slot.

    Args:
        dynamics: The map, in float64.
        slots: The slots, with the guesses that the last queue left in them.
        queue: New guesses.
        far: A guess is given up if a coordinate of its points is larger than this.
        tolerance: A guess with a closing gap up to this is a cycle.
        steps: Stop after about this many Newton steps.
        shares: Random step lengths from `step_lengths`; when all rounds are made, the first one follows again.

    Cost: O(order * latent ** 3) and `order` Jacobians a step. Compiled once for the orders up to 4, and once for each
        further power of two.
    """
    n, order = len(slots.age), queue.shape[1]
    most = jnp.asarray(-(-steps // n))
    padded = np.pad(queue, ((0, 0), (0, _room(order) - order), (0, 0)))
    out, z, state, made = _loop(
        dynamics,
        slots,
        jnp.asarray(padded),
        jnp.asarray(order),
        jnp.asarray([far, tolerance]),
        most,
        jnp.asarray(shares),
    )
    state = np.asarray(state)
    return Improved(out, np.asarray(z)[:, :order], np.equal(state, _CLOSED), np.equal(state, _SINGULAR), int(made))


_CLOSED, _SINGULAR = 1, 2


@eqx.filter_jit
def _loop(
    dynamics: AbstractDynamics,
    slots: Slots,
    queue: Float[Array, "guess room latent"],
    order: Int[Array, ""],
    limits: Float[Array, "2"],
    most: Int[Array, ""],
    shares: Float[Array, "round slot"],
) -> tuple[Slots, Float[Array, "row room latent"], Int[Array, " row"], Int[Array, ""]]:
    waiting, n = len(queue), len(slots.age)
    nowhere = waiting + n
    far, tolerance = limits

    def unfinished(carried):
        _, _, taken, _, _, i, _ = carried
        return (taken < waiting) & (i < most)

    def step(carried):
        slots, row, taken, z_out, state, i, made = carried
        slots, row, taken = _filled(slots, row, taken, queue)
        orbit, gap = newton_step(dynamics, slots.z, order)
        lost = orbit.singular | ~(jnp.abs(orbit.z).max(axis=(1, 2)) < far)
        closed = (gap <= tolerance) & ~lost
        told = jnp.where(slots.empty | ~(closed | orbit.singular), nowhere, row)
        z_out = z_out.at[told].set(jnp.where(closed[:, None, None], orbit.z, slots.z), mode="drop")
        state = state.at[told].set(jnp.where(closed, _CLOSED, _SINGULAR), mode="drop")
        share = shares[i % len(shares)][:, None, None]
        age = slots.age + 1
        made = made + (~slots.empty).sum()
        free = slots.empty | closed | lost | (age >= _PATIENCE)
        # What waits in an empty slot stays finite, since a flow takes very long for a state that is not.
        z = jnp.where(free[:, None, None], slots.z, slots.z + share * (orbit.z - slots.z))
        slots = Slots(z, age, free)
        return slots, row, taken, z_out, state, i + 1, made

    first = (
        slots,
        waiting + jnp.arange(n),
        jnp.zeros((), int),
        jnp.zeros((nowhere, *queue.shape[1:])),
        jnp.zeros(nowhere, int),
        jnp.zeros((), int),
        jnp.zeros((), int),
    )
    slots, _, _, z_out, state, _, made = jax.lax.while_loop(unfinished, step, first)
    return slots, z_out, state, made


def _filled(
    slots: Slots, row: Int[Array, " slot"], taken: Int[Array, ""], queue: Float[Array, "guess room latent"]
) -> tuple[Slots, Int[Array, " slot"], Int[Array, ""]]:
    """The slots with the next guesses in the empty ones, their rows in the queue, and the number of guesses taken."""
    place = taken + jnp.cumsum(slots.empty) - 1
    fresh = slots.empty & (place < len(queue))
    z = jnp.where(fresh[:, None, None], queue[jnp.minimum(place, len(queue) - 1)], slots.z)
    filled = Slots(z, jnp.where(fresh, 0, slots.age), slots.empty & ~fresh)
    return filled, jnp.where(fresh, place, row), taken + fresh.sum()
