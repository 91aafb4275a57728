"""Comparison of arrays up to rounding."""

import jax.numpy as jnp
from jaxtyping import Array


def assert_close(what: str, value: Array, expected: Array, tolerance: float) -> None:
    """Raise an error if two arrays differ by more than `tolerance` relative to their size, or if one is not finite.

    Args:
        what: Name of the values, for the message.
        value: The values.
        expected: The expected values.
        tolerance: Largest relative difference.

    Raises:
        AssertionError: The arrays differ.

    Example:
        >>> import jax.numpy as jnp
        >>> assert_close("the sum", jnp.ones(2) + 1, 2 * jnp.ones(2), 1e-6)
    """
    assert value.shape == expected.shape, f"{what}: shape {value.shape}, expected {expected.shape}"
    size = 1 + jnp.abs(expected).max()
    error = jnp.abs(value - expected).max() / size
    assert error <= tolerance, f"{what}: relative error {error:.2g}, allowed {tolerance:.2g}"
