"""Diagnosis: everything that is examined in a recording before training."""

from dataclasses import asdict, dataclass
from typing import Any

from attrax.core.plain_values import plain
from attrax.data.series import Dataset
from attrax.diagnosis.contents import Clock, Missing, clock, constant, missing
from attrax.diagnosis.cycle_count import count_cycles
from attrax.diagnosis.defects import Defects, find_defects
from attrax.diagnosis.embedding_advice import EmbeddingAdvice, advise_embedding
from attrax.diagnosis.excerpt import excerpt
from attrax.diagnosis.period import Period
from attrax.diagnosis.time_scales import TimeScales, time_scales


@dataclass(frozen=True)
class Diagnosis:
    """What was found in a recording.

    Attributes:
        name, source: Those of the dataset.
        rows: Number of rows of every series.
        channels, inputs: Their names.
        units: The unit of each channel whose unit is known, by name.
        clock: Time step, jitter and gaps.
        missing: Channels with missing values.
        constant: Channels that never change.
        defects: Redundant channels, drifts, and how densely the motion is sampled.
        period: The dominant period; None if there is none.
        cycles: Number of dominant periods in all rows; without a period, of cycles of the channel with the most cycles.
        time_scales: The fast and the slow time scale.
        embedding: Whether a delay embedding is needed, and which; with an upper bound of the noise.
        examined: Number of consecutive rows from which period, time scales, noise and embedding were computed.
        examined_channels: Number of channels, none of them constant, from which they were computed.

    Example:
        >>> import numpy as np
        >>> from attrax.reading.load import load
        >>> found = diagnose(load(np.sin(2 * np.pi * np.arange(2000) / 50), dt=0.1))
        >>> found.rows, found.cycles
        ((2000,), 40)
    """

    name: str
    source: str
    rows: tuple[int, ...]
    channels: tuple[str, ...]
    inputs: tuple[str, ...]
    units: dict[str, str]
    clock: Clock
    missing: tuple[Missing, ...]
    constant: tuple[str, ...]
    defects: Defects
    period: Period | None
    cycles: int
    time_scales: TimeScales
    embedding: EmbeddingAdvice
    examined: int
    examined_channels: int

    def as_json(self) -> dict[str, Any]:
        """All findings as plain values; NaN and infinity become None."""
        found = asdict(self)
        found["embedding"]["sentence"] = self.embedding.sentence(self.clock.step, self.clock.unit)
        found["time_scales"]["ratio"] = self.time_scales.ratio
        found["defects"]["sampling"]["every"] = self.defects.sampling.every
        return plain(found)


def diagnose(dataset: Dataset, embedding: EmbeddingAdvice | None = None) -> Diagnosis:
    """Examine a recording: clock, missing values, constants, redundancy, drift, period, noise, sampling, embedding.

    Clock, missing values and constants are those of all rows. Redundancy and drift are computed from up to 20,000 rows
    spread over the longest series, all else from up to 20,000 consecutive rows in its middle; with more than 64
    channels, from fewer rows, and with more than 1,000, from 1,000 evenly spaced ones.

    Args:
        dataset: The recordings, as `attrax.reading.load` or `attrax.reading.load_raw` gives them.
        embedding: The advice on delay embedding, if it is known; else it is that of these recordings.

    Cost: About a second; one more pass over recordings of a hundred million values.

    Example:
        >>> import numpy as np
        >>> from attrax.reading.load import load
        >>> found = diagnose(load(np.sin(2 * np.pi * np.arange(2000) / 50), dt=0.1))
        >>> round(found.period.rows), found.defects.drifts
        (50, ())

    References:
        Kraemer et al., A unified and automated approach to attractor reconstruction, New J. Physics 2021
        [@kramer2021].
    """
    taken = excerpt(dataset)
    period, examined = taken.period, len(taken.x)
    turns = examined / period.rows if period else max(map(count_cycles, taken.x.T), default=0)
    return Diagnosis(
        name=dataset.name,
        source=dataset.source,
        rows=tuple(map(len, dataset)),
        channels=dataset[0].channels,
        inputs=dataset[0].input_channels,
        units=dict(dataset[0].channel_units),
        clock=clock(dataset),
        missing=missing(dataset),
        constant=constant(dataset),
        defects=find_defects(dataset, taken),
        period=period,
        cycles=round(turns * sum(map(len, dataset)) / examined),
        time_scales=time_scales(taken.x, period),
        embedding=embedding or advise_embedding(dataset),
        examined=examined,
        examined_channels=len(taken.channels),
    )
