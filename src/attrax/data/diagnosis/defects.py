"""Defects: what training survives but suffers from, and the option that mends each."""

from dataclasses import dataclass

from attrax.data.diagnosis.drift import Drift, drifts
from attrax.data.diagnosis.excerpt import excerpt, spread_rows, standardised
from attrax.data.diagnosis.redundancy import Redundant, redundant
from attrax.data.diagnosis.sampling import Sampling, sampling
from attrax.data.reading.columns import option
from attrax.data.repair.lines import drawn_through
from attrax.data.series import Dataset

LISTED = 6


@dataclass(frozen=True)
class Defects:
    """What was found, in the order of their codes.

    Attributes:
        redundant: Channels that others determine (D113).
        drifts: Channels with a trend or a level shift (D114).
        sampling: How densely the rows follow the motion (D115).
    """

    redundant: tuple[Redundant, ...]
    drifts: tuple[Drift, ...]
    sampling: Sampling

    def notices(self) -> tuple[str, ...]:
        """A sentence for each kind of defect, with the option that mends it."""
        return (
            *([_redundancy(self.redundant)] if self.redundant else []),
            *_levels(self.drifts),
            *_density(self.sampling),
        )


def find_defects(dataset: Dataset) -> Defects:
    """Look for redundant channels, drifts and a step that is too fine or too coarse.

    Cost: About 0.1 s for 64 channels, however long.

    Example:
        >>> import numpy as np
        >>> from attrax.data.reading.load import load
        >>> t = np.arange(5000)
        >>> find_defects(load(np.stack([np.sin(t / 9), np.sin(t / 5) + t / 1000], axis=1))).drifts[0].channel
        'x1'
    """
    series = dataset.longest
    spread, moving = standardised(drawn_through(spread_rows(series)))
    names = tuple(series.channels[k] for k in moving)
    return Defects(redundant(spread, names), drifts(spread, names), sampling(excerpt(dataset)))


def _redundancy(found: tuple[Redundant, ...]) -> str:
    parts = [
        f"'{r.channel}' {'repeats' if r.copy else 'is a sum of others, most like'} '{r.like}' "
        f"(correlation {r.correlation:+.4f})"
        for r in found
    ]
    return f"D113  {_listed(parts)}  ({option('--drop', *(r.channel for r in found))})"


def _levels(found: tuple[Drift, ...]) -> list[str]:
    trends = [d for d in found if d.kind == "trend"]
    shifts = [d for d in found if d.kind == "level shift"]
    notices = []
    if trends:
        parts = [f"trend in '{d.channel}', {d.change:+.2g} standard deviations" for d in trends]
        notices.append(f"D114  {_listed(parts)}  ({option('--detrend', *(d.channel for d in trends))})")
    if shifts:
        parts = [
            f"level of '{d.channel}' shifts by {d.change:+.2g} standard deviations "
            f"near {round(100 * d.at)} % of the rows"
            for d in shifts
        ]
        notices.append(f"D114  {_listed(parts)}  (learn from one side of it, or leave channels out with --drop)")
    return notices


def _density(found: Sampling) -> list[str]:
    if found.every > 1:
        return [f"D115  over-sampled: {found.rows_per_turn:.0f} rows a turn  (--every {found.every})"]
    if found.coarse:
        return ["D115  under-sampled, or noise: no row tells anything about the next  (record at a finer step)"]
    return []


def _listed(parts: list[str]) -> str:
    more = f"; and {len(parts) - LISTED} more channels" if len(parts) > LISTED else ""
    return "; ".join(parts[:LISTED]) + more
