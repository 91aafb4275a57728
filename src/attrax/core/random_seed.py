"""`Seed`: the type of a seed in settings; `checked_seed`: a seed that was given in Python."""

import operator
from typing import Annotated, SupportsIndex

from pydantic import Field

from attrax.core.errors import ConfigError

LARGEST_SEED = 4_000_000_000
"""Random keys of JAX have 32 bits: 2 ** 32 would silently be the same seed as 0. Restarts take the next seeds."""

Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]


def checked_seed(seed: SupportsIndex, name: str = "seed") -> int:
    """The seed as an integer, if random keys can hold it.

    Args:
        seed: An integer, also of NumPy.
        name: Name of the argument, for the message.

    Raises: ConfigError C518 for a negative seed, and for one that would silently be another one.

    Example:
        >>> checked_seed(7)
        7
    """
    number = operator.index(seed)
    if not 0 <= number <= LARGEST_SEED:
        raise ConfigError(
            "C518",
            "a seed that random keys cannot hold",
            where=f"{name}={number}",
            why=f"a seed is a number from 0 to {LARGEST_SEED:,}; others would silently be the same as one of these",
            fix=f"{name}={number % LARGEST_SEED}",
        )
    return number
