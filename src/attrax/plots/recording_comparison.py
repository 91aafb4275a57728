"""Figures that compare recordings channel by channel: distributions, power spectra, return maps."""

import numpy as np
from jaxtyping import Float
from scipy.signal import find_peaks, welch

from attrax.plots.attractor import COMPARED_ROLES, is_continuous
from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import Line, Points

MAXIMUM_CHANNELS = 9
BINS = 60
SEGMENT = 4_096
# A spectrum is drawn up to the frequency below which this share of the power lies.
DRAWN_POWER = 0.9999
RETURN_POINTS = 4_000
FEW_POINTS = 300

Recordings = dict[str, Float[np.ndarray, "_time obs"]]


def distributions_figure(
    recordings: Recordings, names: tuple[str, ...], *, unit: str = "", name: str = "distributions"
) -> Figure:
    """Histogram of the values of each channel.

    Args:
        recordings: Up to three recordings by their names in the legend; the data first.
        names: Names of the channels.
        unit: Unit of the channels.
        name: File name of the figure, without suffix.
    """
    recordings = complete_rows(recordings)
    panels = []
    for i, channel in enumerate(names[:MAXIMUM_CHANNELS]):
        columns = {title: x[:, i] for title, x in recordings.items()}
        low, high = _range(columns)
        edges = np.linspace(low, high, BINS + 1)
        middle = (edges[1:] + edges[:-1]) / 2
        traces = tuple(
            Line(x=middle, y=_density(x, edges), name="" if i else title, role=role, width=1.6)
            for role, (title, x) in zip(COMPARED_ROLES, columns.items(), strict=False)
        )
        panels.append(
            Panel(traces=traces, x=Axis(label=channel, unit=unit), y=Axis(label="probability density"), title=channel)
        )
    caption = f"Histograms of {BINS} bins over the range of the data. {_counts(recordings)}{_left_out(names)}"
    return _grid(name, "Distributions", panels, caption)


def spectra_figure(
    recordings: Recordings, names: tuple[str, ...], *, dt: float, unit: str = "", name: str = "spectra"
) -> Figure:
    """Power spectral density of each channel, by Welch's method.

    Args:
        recordings: Up to three recordings by their names in the legend; the data first.
        names: Names of the channels.
        dt: Time step between rows.
        unit: Unit of time.
        name: File name of the figure, without suffix.
    """
    recordings = complete_rows(recordings)
    segment = max(8, min(SEGMENT, min(len(x) for x in recordings.values()) // 4))
    panels = []
    for i, channel in enumerate(names[:MAXIMUM_CHANNELS]):
        traces = []
        last = 0.0
        for role, (title, x) in zip(COMPARED_ROLES, recordings.items(), strict=False):
            f, power = welch(x[:, i], fs=1 / dt, nperseg=min(segment, len(x)))
            if role is Role.DATA:
                last = _last_frequency(f, power)
            shown = (f > 0) & (f <= last)
            line = Line(x=f[shown], y=_positive(power[shown]), name="" if i else title, role=role, width=1.3)
            traces.append(line)
        panels.append(
            Panel(
                traces=tuple(traces),
                x=Axis(label="frequency", unit=f"1/{unit}" if unit else "1/time", bounds=(0.0, last)),
                y=Axis(label="power density", scale="log"),
                title=channel,
            )
        )
    caption = (
        f"Power spectral density (Welch, segments of {segment:,} rows, Hann window), up to the frequency below which "
        f"99.99 % of the power of the data lies.{_left_out(names)}"
    )
    return _grid(name, "Spectra", panels, caption)


def return_map_figure(
    recordings: Recordings, names: tuple[str, ...], *, unit: str = "", name: str = "return_map"
) -> Figure:
    """Each maximum of a channel against the next maximum; for a map, each value against the next value.

    For a flow this is a kind of Poincaré section: a nearly one-dimensional attractor shows as a thin curve.

    Args:
        recordings: Up to three recordings by their names in the legend; the data first.
        names: Names of the channels.
        unit: Unit of the channels.
        name: File name of the figure, without suffix.
    """
    recordings = complete_rows(recordings)
    flow = is_continuous(next(iter(recordings.values())))
    what = "maximum" if flow else "value"
    panels = []
    for i, channel in enumerate(names[:MAXIMUM_CHANNELS]):
        traces = []
        for role, (title, x) in zip(COMPARED_ROLES, recordings.items(), strict=False):
            values = (_maxima(x[:, i]) if flow else x[:, i])[: RETURN_POINTS + 1]
            label, size = "" if i else title, 5 if len(values) > FEW_POINTS else 9
            traces.append(Points(x=values[:-1], y=values[1:], name=label, role=role, marker="dot", size=size))
        panels.append(
            Panel(
                traces=tuple(traces),
                x=Axis(label=f"{channel}, a {what}", unit=unit),
                y=Axis(label=f"{channel}, the next", unit=unit),
                title=channel,
            )
        )
    caption = (
        f"Every {what} of a channel against the next, at most {RETURN_POINTS:,} of each recording. A thin curve means "
        "nearly one-dimensional dynamics; a cloud means many dimensions or observation noise."
        f"{_left_out(names)}"
    )
    return _grid(name, "Return maps", panels, caption)


def complete_rows(recordings: Recordings) -> Recordings:
    """Each recording without the rows in which a channel has no value."""
    return {title: x[np.isfinite(x).all(axis=1)].astype(np.float64) for title, x in recordings.items()}


def _grid(name: str, title: str, panels: list[Panel], caption: str) -> Figure:
    return Figure(name=name, title=title, panels=tuple(panels), caption=caption, columns=min(3, len(panels)))


def _range(columns: dict[str, np.ndarray]) -> tuple[float, float]:
    """The range of the first recording and a tenth of it on either side.

    A simulation that leaves this range would otherwise make the bins so wide that all data fall into one.
    """
    x = next(iter(columns.values()))
    low, high = float(x.min()), float(x.max())
    margin = 0.1 * (high - low) + 1e-12 + 1e-6 * abs(low)
    return low - margin, high + margin


def _density(x: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Probability density in each bin. Values outside all bins count in the total, so they lower the curve."""
    counts, _ = np.histogram(x, edges)
    return counts / max(len(x), 1) / np.diff(edges)


def _last_frequency(f: np.ndarray, power: np.ndarray) -> float:
    share = np.cumsum(power[1:]) / max(np.sum(power[1:]), 1e-300)
    return float(f[1:][min(np.searchsorted(share, DRAWN_POWER), len(share) - 1)])


def _positive(power: np.ndarray) -> np.ndarray:
    return np.where(power > 0, power, np.nan)


def _maxima(x: np.ndarray) -> np.ndarray:
    """Peaks higher than their surroundings by a twentieth of the standard deviation; noise makes smaller ones."""
    spread = np.std(x) if len(x) else 0.0
    return x[find_peaks(x, prominence=0.05 * spread + 1e-12)[0]]


def _counts(recordings: Recordings) -> str:
    return ", ".join(f"{title}: {len(x):,} rows" for title, x in recordings.items()) + "."


def _left_out(names: tuple[str, ...]) -> str:
    left = len(names) - MAXIMUM_CHANNELS
    return f" The first {MAXIMUM_CHANNELS} of {len(names)} channels are shown." if left > 0 else ""
