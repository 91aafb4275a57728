"""Small matrices: products written as sums, on a CPU many times faster than the general matrix product; inverses."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

SMALL = 8  # for larger matrices the general product is faster


def product(a: Float[Array, "*batch i j"], b: Float[Array, "*batch j k"]) -> Float[Array, "*batch i k"]:
    """The matrix products of two stacks of matrices.

    Args:
        a: Stack of matrices.
        b: Stack of matrices.

    Example:
        >>> product(jnp.eye(2)[None], jnp.ones((1, 2, 2))).shape
        (1, 2, 2)
    """
    return (a[..., :, :, None] * b[..., None, :, :]).sum(axis=-2)


def apply(a: Float[Array, "*batch i j"], x: Float[Array, "*batch j"]) -> Float[Array, "*batch i"]:
    """Each matrix of a stack times the vector in the same place of another stack.

    Args:
        a: Stack of matrices.
        x: Stack of vectors.
    """
    return (a * x[..., None, :]).sum(axis=-1)


def inverse(matrix: Float[Array, "n n"]) -> Float[Array, "n n"]:
    """The inverse by Gauss-Jordan elimination; not finite if the matrix is singular. For a batch use `jax.vmap`.

    For a batch of small matrices this is twice as fast as LAPACK, and compiles in half the time.

    Args:
        matrix: The matrix.

    Example:
        >>> inverse(jnp.array([[2.0, 0.0], [0.0, 4.0]])).tolist()
        [[0.5, 0.0], [0.0, 0.25]]
    """
    n = len(matrix)

    def eliminate(i, W):
        pivot = jnp.argmax(jnp.where(jnp.arange(n) >= i, jnp.abs(W[:, i]), -1.0))
        top, row = W[i], W[pivot]
        W = W.at[pivot].set(top).at[i].set(row / row[i])
        return W - W[:, i].at[i].set(0.0)[:, None] * W[i]

    return jax.lax.fori_loop(0, n, eliminate, jnp.concatenate([matrix, jnp.eye(n)], axis=1))[:, n:]


@jax.custom_vjp
def linear_map(x: Float[Array, "*batch j"], B: Float[Array, "i j"]) -> Float[Array, "*batch i"]:
    """One matrix times many vectors, $B x$. It supports reverse-mode differentiation only.

    Args:
        x: Vectors, one a row.
        B: The matrix.

    Example:
        >>> linear_map(jnp.ones((3, 2)), jnp.array([[1.0, 2.0]])).shape
        (3, 1)
    """
    if max(B.shape) > SMALL:
        return x @ B.T
    return sum(x[..., j, None] * B[:, j] for j in range(1, B.shape[1])) + x[..., 0, None] * B[:, 0]


def _linear_map_forward(x, B):
    return linear_map(x, B), (x, B)


def _linear_map_backward(kept, y_bar):
    x, B = kept
    B_bar = jnp.tensordot(y_bar.reshape(-1, B.shape[0]), x.reshape(-1, B.shape[1]), (0, 0))
    return linear_map(y_bar, B.T), B_bar


linear_map.defvjp(_linear_map_forward, _linear_map_backward)
