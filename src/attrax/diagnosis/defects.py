"""Defects of a recording that disturb training without stopping it, and the option that repairs each."""

from dataclasses import dataclass, replace

from attrax.data.clock.durations import spelled
from attrax.data.column_names import option
from attrax.data.repair.interpolation import interpolated_values
from attrax.data.series import Dataset
from attrax.diagnosis.excerpt import Excerpt, excerpt, spread_rows, standardised
from attrax.diagnosis.far_values import FarValue, far_values, without_far_values
from attrax.diagnosis.level_drift import Drift, DriftKind, drifts
from attrax.diagnosis.redundancy import Redundant, redundant
from attrax.diagnosis.sampling import SamplingDensity, sampling_density
from attrax.diagnosis.slow_baseline import PERIODS, SlowBaseline, slow_baselines
from attrax.diagnosis.stuck_values import StuckValue, stuck_values
from attrax.diagnosis.value_notices import value_notices

LISTED = 6


@dataclass(frozen=True)
class Defects:
    """The defects of a recording, in the order of their codes.

    Attributes:
        redundant: Channels that are linear functions of other channels (D113).
        drifts: Channels with a trend or a level shift (D114).
        baselines: Channels with a slow baseline (D114).
        sampling: How densely the motion is sampled (D115).
        highpass: The period of a high-pass filter that removes them, as the option takes it; empty if there are none.
        far: Values far from all others: codes for missing values (D127) and faults (D129).
        stuck: Rails and flat stretches (D128), and counters that wrap around (D130).
        values: A notice for each of the values in `far` and `stuck`.
    """

    redundant: tuple[Redundant, ...]
    drifts: tuple[Drift, ...]
    sampling: SamplingDensity
    baselines: tuple[SlowBaseline, ...] = ()
    highpass: str = ""
    far: tuple[FarValue, ...] = ()
    stuck: tuple[StuckValue, ...] = ()
    values: tuple[str, ...] = ()

    def in_components(self) -> "Defects":
        """The same without redundant channels: principal components of them are not redundant."""
        return replace(self, redundant=())

    def notices(self) -> tuple[str, ...]:
        """A sentence for each kind of defect, with the option that repairs it."""
        return (
            *([_redundancy(self.redundant)] if self.redundant else []),
            *_levels(self.drifts),
            *([_slow_baseline(self.baselines, self.highpass)] if self.baselines else []),
            *_density(self.sampling),
            *self.values,
        )


def find_defects(dataset: Dataset, taken: Excerpt | None = None) -> Defects:
    """Find redundant channels, drifts, unlikely values, and time steps that are too small or too large.

    Args:
        dataset: The recordings.
        taken: The excerpt of them; None takes it here.

    Cost: About 0.1 s for 64 channels, for recordings of any length.

    Example:
        >>> import numpy as np
        >>> from attrax.reading.load import load
        >>> t = np.arange(5000)
        >>> find_defects(load(np.stack([np.sin(t / 9), np.sin(t / 5) + t / 1000], axis=1))).drifts[0].channel
        'x1'
    """
    series = dataset.longest
    spread, moving = standardised(interpolated_values(without_far_values(spread_rows(series))))
    names = tuple(series.channels[k] for k in moving)
    taken = taken or excerpt(dataset)
    baselines = slow_baselines(taken.x, taken.channels, taken.period)
    far, stuck = far_values(dataset), stuck_values(dataset)
    return Defects(
        redundant(spread, names),
        drifts(spread, names),
        sampling_density(taken.x),
        baselines,
        _length(baselines[0].rows * series.dt, series.unit) if baselines else "",
        far,
        stuck,
        tuple(value_notices(dataset, far, stuck)),
    )


def _redundancy(found: tuple[Redundant, ...]) -> str:
    parts = [
        f"'{r.channel}' {'repeats' if r.copy else 'is a sum of others, most similar to'} '{r.like}' "
        f"(correlation {r.correlation:+.4f})"
        for r in found
    ]
    if len(found) > LISTED:
        # So many are the places of a field: none was measured twice, and all have few components.
        return f"D113  {_listed(parts)}  (keep them, or learn from their principal components: --pca auto)"
    dropped = option("--drop", *(r.channel for r in found))
    return f"D113  {_listed(parts)}  (keep it, or leave out with {dropped} what was measured twice)"


def _levels(found: tuple[Drift, ...]) -> list[str]:
    trends = [d for d in found if d.kind is DriftKind.TREND]
    shifts = [d for d in found if d.kind is DriftKind.LEVEL_SHIFT]
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
        notices.append(f"D114  {_listed(parts)}  (train on the rows before or after it)")
    return notices


def _slow_baseline(found: tuple[SlowBaseline, ...], period: str) -> str:
    parts = [f"{100 * slow.share:.0f} % of the variance of '{slow.channel}'" for slow in found]
    return (
        f"D114  a baseline changes more slowly than {PERIODS} periods: {_listed(parts)}"
        f"  (--highpass {period} if it is no part of the dynamics)"
    )


def _length(time: float, unit: str) -> str:
    """A length of time with two digits, as an option takes it."""
    return spelled(float(f"{time:.2g}"), unit).replace(" ", "")


def _density(found: SamplingDensity) -> list[str]:
    if found.every > 1:
        return [
            f"D115  over-sampled: {found.rows_per_turn:.0f} rows in a cycle  (--every {found.every} is faster to train "
            f"on, if nothing faster than {2 * found.every} rows matters)"
        ]
    if found.coarse:
        return ["D115  under-sampled, or noise: a row does not predict the next one  (record at a smaller time step)"]
    return []


def _listed(parts: list[str]) -> str:
    more = f"; and {len(parts) - LISTED} more channels" if len(parts) > LISTED else ""
    return "; ".join(parts[:LISTED]) + more
