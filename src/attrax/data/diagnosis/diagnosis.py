"""Diagnosis: what a recording is, and what may stand in the way of learning from it, before anything is learned."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from attrax.data.diagnosis.contents import Clock, Missing, clock, constant, missing
from attrax.data.diagnosis.cycle_count import count_cycles
from attrax.data.diagnosis.defects import Defects, find_defects
from attrax.data.diagnosis.excerpt import excerpt
from attrax.data.diagnosis.period import Period, dominant_period
from attrax.data.embedding.advice import EmbeddingAdvice, advise
from attrax.data.series import Dataset


@dataclass(frozen=True)
class Diagnosis:
    """A recording, examined.

    Attributes:
        name, source: Of the dataset.
        rows: Rows of every series.
        channels, inputs: Their names.
        clock: Step, jitter and gaps of the time stamps.
        missing: Channels with missing values.
        constant: Channels that never change.
        defects: Redundant channels, drifts, density of the rows.
        period: The dominant period; None if there is none.
        cycles: How often the liveliest channel has gone up and down, over all rows.
        embedding: Whether the channels are a state, and which delays make one; with an upper bound of the noise.
        examined: Consecutive rows that period, noise and embedding were judged by.
    """

    name: str
    source: str
    rows: tuple[int, ...]
    channels: tuple[str, ...]
    inputs: tuple[str, ...]
    clock: Clock
    missing: tuple[Missing, ...]
    constant: tuple[str, ...]
    defects: Defects
    period: Period | None
    cycles: int
    embedding: EmbeddingAdvice
    examined: int

    def as_json(self) -> dict[str, Any]:
        """All findings in plain values; what is not a number is null."""
        found = asdict(self)
        found["embedding"]["lags"] = self.embedding.lags
        found["defects"]["sampling"]["every"] = self.defects.sampling.every
        return _plain(found)


def diagnose(dataset: Dataset) -> Diagnosis:
    """Examine a recording: clock, gaps, constants, redundancy, drift, rhythm, noise, density, embedding.

    Clock, gaps and constants are those of all rows. Redundancy and drift are judged by up to 20,000 rows spread over
    the longest series; the rest by up to 20,000 consecutive rows from its middle, fewer of more than 64 channels.

    Args:
        dataset: The recordings, as `attrax.data.load` or `attrax.data.load_raw` gives them.

    Cost: About half a second; one more pass over recordings of a hundred million values.

    Example:
        >>> import numpy as np
        >>> from attrax.data.reading.load import load
        >>> found = diagnose(load(np.sin(2 * np.pi * np.arange(2000) / 50), dt=0.1))
        >>> round(found.period.rows), found.defects.drifts
        (50, ())

    References: [@fraser1986], [@cao1997].
    """
    taken = excerpt(dataset)
    period = dominant_period(taken)
    cycles = max(map(count_cycles, taken.T), default=0)
    return Diagnosis(
        name=dataset.name,
        source=dataset.source,
        rows=tuple(map(len, dataset)),
        channels=dataset[0].channels,
        inputs=dataset[0].input_channels,
        clock=clock(dataset),
        missing=missing(dataset),
        constant=constant(dataset),
        defects=find_defects(dataset),
        period=period,
        cycles=cycles * sum(map(len, dataset)) // len(taken),
        embedding=advise(taken, period),
        examined=len(taken),
    )


def _plain(value: Any) -> Any:
    """Nested values as JSON holds them: what is not a number is null."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
