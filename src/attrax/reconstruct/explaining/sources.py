"""The recorded values behind the columns of a model: a delayed copy of a channel is a value of an earlier row."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from attrax.data.embedding.delay_embedding import newest_columns


class Sources(NamedTuple):
    """The channels of a recording and the ages of the values that a model is given.

    Attributes:
        channels: Names of the channels, without delayed copies.
        ages: How many rows before the row of the forecast the values were recorded, in rising order.
        age_of: For each row and each column of the model, the place of its age.
    """

    channels: tuple[str, ...]
    ages: Int[np.ndarray, " age"]
    age_of: Int[np.ndarray, "row column"]

    def collected(self, parts: Float[np.ndarray, "*batch row column"]) -> Float[np.ndarray, "*batch age channel"]:
        """Values that belong to rows and columns of a model, added up for each age and channel.

        Several columns of a delay embedding hold the same recorded value if their rows differ.

        Args:
            parts: The values, which are added.
        """
        copies = self.age_of.shape[1] // len(self.channels)
        found = np.zeros((*parts.shape[:-2], len(self.ages), len(self.channels)))
        for row, columns in enumerate(self.age_of):
            for column, age in enumerate(columns):
                found[..., age, column // copies] += parts[..., row, column]
        return found


def sources_of(columns: Sequence[str], rows: int, lags: Sequence[int]) -> Sources:
    """The sources of the last rows of a recording as a model is given them.

    Args:
        columns: Names of the columns of the model.
        rows: Number of rows.
        lags: The delays of the embedding; empty for none.

    Example:
        >>> found = sources_of(("a@0", "a@5"), 1, (0, 5))
        >>> found.channels, found.ages.tolist(), found.collected(np.array([[1.0, 2.0]])).tolist()
        (('a',), [0, 5], [[2.0], [1.0]])
    """
    behind = max(lags) - np.array(lags) if lags else np.zeros(1, int)
    names = columns[newest_columns(lags)]
    suffix = f"@{max(lags)}" if lags else ""
    ages = np.arange(rows)[::-1, None] + np.tile(behind, len(names))
    kept, place = np.unique(ages, return_inverse=True)
    return Sources(tuple(name.removesuffix(suffix) for name in names), kept, place.reshape(ages.shape))
