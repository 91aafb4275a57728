"""Figures of symbolic dynamics: which linear regions an orbit visits, in which order, and how surprising that is."""

import numpy as np
from jaxtyping import Float, Int

from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import Bars, Heat, Line, Points

SHOWN_REGIONS = 30
SHOWN_STEPS = 400


def regions_figure(
    shares: Float[np.ndarray, " region"],
    transitions: Float[np.ndarray, "shown shown"],
    sequence: Int[np.ndarray, " time"],
    rates: Float[np.ndarray, " length"],
    *,
    name: str = "regions",
) -> Figure:
    """Occupation of the linear regions, the transitions between them, the symbolic sequence and its block entropies.

    Args:
        shares: Share of the orbit in each visited region, most visited first.
        transitions: Probability to go from one region (row) to another, for the most visited ones in the same order.
        sequence: The number of the region at each step, numbered as in `shares`.
        rates: Entropy in nats of a symbol, given those before it in a word of 1, 2, ... symbols.
        name: Name of the files.
    """
    number = len(shares)
    shown = min(SHOWN_REGIONS, number)
    caption = (
        f"{number:,} linear regions were visited in {len(sequence):,} steps; the {shown} most visited hold "
        f"{shares[:shown].sum():.0%} of the orbit. How surprising the next symbol is, given "
        "those before it in a word, levels off at the entropy rate if the sequence is long enough for such words."
    )
    panels = (
        _occupation(shares[:shown]),
        _transitions(transitions[:shown, :shown]),
        _sequence(sequence[:SHOWN_STEPS]),
        _entropies(rates),
    )
    return Figure(name=name, title="Regions and symbolic dynamics", panels=panels, caption=caption, columns=2)


def _occupation(shares: Float[np.ndarray, " region"]) -> Panel:
    place = np.arange(1.0, len(shares) + 1)
    return Panel(
        traces=(Bars(x=place, y=shares),),
        x=Axis(label="region, most visited first", integer=True),
        y=Axis(label="share of the orbit"),
        title="occupation",
    )


def _transitions(transitions: Float[np.ndarray, "shown shown"]) -> Panel:
    place = np.arange(1.0, len(transitions) + 1)
    values = np.where(transitions > 0, transitions, np.nan)
    return Panel(
        traces=(Heat(x=place, y=place, values=values, name="probability"),),
        x=Axis(label="next region", integer=True),
        y=Axis(label="region", integer=True),
        title="transitions",
    )


def _sequence(sequence: Int[np.ndarray, " time"]) -> Panel:
    t = np.arange(1.0, len(sequence) + 1)
    symbols = sequence + 1.0
    return Panel(
        traces=(
            Line(x=t, y=symbols, role=Role.QUIET, width=0.4),
            Points(x=t, y=symbols, marker="circle", size=2.5),
        ),
        x=Axis(label="step", integer=True),
        y=Axis(label="region", integer=True),
        title="symbolic sequence",
    )


def _entropies(rates: Float[np.ndarray, " length"]) -> Panel:
    length = np.arange(1.0, len(rates) + 1)
    return Panel(
        traces=(
            Line(x=length, y=rates, role=Role.FIRST),
            Points(x=length, y=rates, name="entropy of the next symbol", size=4),
        ),
        x=Axis(label="length of words", integer=True),
        y=Axis(label="entropy a step", unit="nats"),
        title="block entropies",
    )
