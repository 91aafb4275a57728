"""Constants: channels that never change, and a recording without them."""

from dataclasses import replace

import numpy as np

from attrax.core.errors import DataError
from attrax.data.diagnosis.checks import varies
from attrax.data.repair.repaired import Repaired
from attrax.data.series import Dataset, Series


def drop_constant(dataset: Dataset) -> Repaired:
    """Leave out the channels that have one value, or none, in all series together.

    Raises: DataError D103 if no channel is left.
    """
    kept = np.flatnonzero(varies(dataset)).tolist()
    names = dataset[0].channels
    if not kept:
        raise DataError(
            "D103",
            "every channel is constant",
            where=f"{dataset.source}: columns {', '.join(map(repr, names[:8]))}",
            why="a constant carries no dynamics",
            fix="choose a recording in which something happens",
        )
    gone = [repr(name) for k, name in enumerate(names) if k not in kept]
    sentence = f"drop constant: {', '.join(gone) if gone else 'no channel is constant'}"

    def without(series: Series) -> Series:
        mask = None if series.mask is None else series.mask[:, kept]
        return replace(series, x=series.x[:, kept], mask=mask, channels=tuple(names[k] for k in kept))

    return Repaired(dataset.map(without), (sentence,))
