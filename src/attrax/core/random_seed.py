"""`Seed`: the type of a seed in settings."""

from typing import Annotated

from pydantic import Field

LARGEST_SEED = 4_000_000_000
"""Random keys of JAX have 32 bits: 2 ** 32 would silently be the same seed as 0. Restarts take the next seeds."""

Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]
