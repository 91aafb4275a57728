"""Repaired: what a repair gives back."""

from typing import NamedTuple

from attrax.data.series import Dataset


class Repaired(NamedTuple):
    """A mended dataset and what was done to it.

    Attributes:
        dataset: The recordings, mended.
        done: A sentence for each repair, `repair: what it did`, with counts.
    """

    dataset: Dataset
    done: tuple[str, ...] = ()
