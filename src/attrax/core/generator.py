"""Random numbers of NumPy from a JAX key, for few numbers: JAX compiles a program for each shape of a draw."""

import jax
import numpy as np
from jaxtyping import PRNGKeyArray


def generator_of(key: PRNGKeyArray) -> np.random.Generator:
    """A generator of random numbers that the key determines; different keys give unrelated numbers.

    Args:
        key: The random key.

    Example:
        >>> generator_of(jax.random.key(1)).integers(100) == generator_of(jax.random.key(1)).integers(100)
        np.True_
    """
    return np.random.default_rng(np.asarray(jax.random.key_data(key)).astype(np.uint32))
