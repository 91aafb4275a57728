"""The rows of a verdict that judge the attractor, each score at the length of its floor."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from attrax.measures import AbstractMeasure, Row, ensemble_score, floor
from attrax.measures.floor import floor_length


class LongRuns(NamedTuple):
    """What is compared: the recording with free runs of the model and of the linear null, as they would be recorded.

    Attributes:
        reference: The test recording.
        model: Free runs of the model.
        null: Free runs of the linear null.
        known: The recording from which the floor is measured; None if there is none that can be compared.
    """

    reference: Float[np.ndarray, "time obs"]
    model: Sequence[Float[np.ndarray, "time obs"]]
    null: Sequence[Float[np.ndarray, "time obs"]]
    known: Float[np.ndarray, "other obs"] | None

    def of(self, columns: slice | Sequence[int]) -> "LongRuns":
        """The same of some columns."""
        model, null = ([run[:, columns] for run in runs] for runs in (self.model, self.null))
        known = None if self.known is None else self.known[:, columns]
        return LongRuns(self.reference[:, columns], model, null, known)

    def row(self, measure: AbstractMeasure, *, seed: int) -> Row:
        """The scores of the model, the floor and the null.

        If the floor could be measured on shorter stretches only, the row has a second one for that length, in which all
        three can be compared.

        Args:
            measure: A measure of the attractor.
            seed: Seed of the bootstrap and of the measure.
        """
        row = self._scored(measure, len(self.reference), seed)
        length = floor_length(self.reference, self.known)
        if length == len(self.reference):
            return row
        return replace(row, matched=self._scored(measure, length, seed))

    def _scored(self, measure: AbstractMeasure, length: int, seed: int) -> Row:
        x = self.reference[:length]
        beneath = floor(measure, self.reference, self.known, key=seed)
        model, null = (
            ensemble_score(measure, x, [run[:length] for run in runs], key=seed) for runs in (self.model, self.null)
        )
        return Row(measure.name, model, beneath, null)
