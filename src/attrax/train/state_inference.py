"""Inference of states with a trained model: error regression over a window of rows, with the weights held."""

from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float

from attrax.models.model import Model
from attrax.train.variational_bound import FreeVectors, VariationalBound, vector_gradient
from attrax.train.window_batches import Batch

AT_ONCE = 10
"""Iterations in one call of compiled code."""


def infer_states(
    model: Model,
    batch: Batch,
    bound: VariationalBound,
    *,
    iterations: int = 50,
    rate: float = 0.1,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Float[Array, "window row latent"]:
    """The states of the rows of each window, from the orbit that explains the window best at the price of the bound.

    The free vectors begin at 0 and make steps of Adam on the bound, without noise. The states depend on all rows of
    the window, also on later ones; the last state is the one to begin a forecast from.

    Args:
        model: A trained model.
        batch: The windows, standardised.
        bound: The loss of given vectors; a high meta-prior trusts the model, a low one the data.
        iterations: Number of steps of Adam.
        rate: Its learning rate.
        progress: Called with the number of iterations done and their total.

    Returns: The states, from the first row that has one (the last one that the start of the model needs).
    Cost: Each iteration costs an orbit over the window and its gradient. Compiled once for a shape of windows.
    Fails when: errors grow more than about tenfold within a window; take a shorter one.

    Example:
        >>> from attrax.core import Scaling
        >>> from attrax.models import ClippedShallowPLRNN, IdentityObservation, LinearStart
        >>> key, seen = jax.random.key(0), IdentityObservation(2)
        >>> dynamics, start = ClippedShallowPLRNN.create(3, 5, key=key), LinearStart.create(seen, 3, key=key)
        >>> model = Model(dynamics, seen, start, Scaling.identity(2), ("x", "y"))
        >>> infer_states(model, Batch(jnp.ones((1, 6, 2)), None, None), VariationalBound(), iterations=2).shape
        (1, 6, 3)

    References:
        Ahmadi & Tani, A novel predictive-coding-inspired variational RNN model for online prediction and recognition,
        Neural Computation 2019 [@ahmadi2019].
    """
    vectors = bound.no_vectors(model, batch)
    memory = optax.adam(rate).init(vectors)
    for done in range(0, iterations, AT_ONCE):
        progress(done, iterations)
        n = jnp.asarray(min(AT_ONCE, iterations - done))
        vectors, memory = _improved(bound, model, batch, vectors, memory, n, jnp.asarray(rate))
    progress(iterations, iterations)
    return jnp.swapaxes(_orbits(bound, model, batch, vectors), 0, 1)


@eqx.filter_jit
def _improved(
    bound: VariationalBound,
    model: Model,
    batch: Batch,
    vectors: FreeVectors,
    memory: optax.OptState,
    n: Array,
    rate: Array,
) -> tuple[FreeVectors, optax.OptState]:
    """The free vectors after `n` steps of Adam."""
    noise, optimizer = bound.noise(model, batch, None), optax.adam(rate)

    def step(_: Array, carried: tuple[FreeVectors, optax.OptState]) -> tuple[FreeVectors, optax.OptState]:
        vectors, memory = carried
        direction, memory = optimizer.update(vector_gradient(bound, model, batch, vectors, noise), memory)
        return jax.tree.map(jnp.add, vectors, direction), memory

    return jax.lax.fori_loop(0, n, step, (vectors, memory))


@eqx.filter_jit
def _orbits(
    bound: VariationalBound, model: Model, batch: Batch, vectors: FreeVectors
) -> Float[Array, "row window latent"]:
    return bound.orbits(model, batch, vectors, bound.noise(model, batch, None))
