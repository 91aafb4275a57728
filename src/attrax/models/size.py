"""The number of trainable parameters of a model."""

import equinox as eqx
import jax
from jaxtyping import PyTree


def number_of_parameters(model: PyTree) -> int:
    """The number of trainable parameters: the entries of all float arrays.

    Example:
        >>> number_of_parameters({"W": jax.numpy.zeros((2, 3)), "name": "kept as it is"})
        6
    """
    return sum(leaf.size for leaf in jax.tree.leaves(eqx.filter(model, eqx.is_inexact_array)))
