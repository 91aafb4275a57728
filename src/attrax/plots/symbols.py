"""The figure of symbolic dynamics: linear regions that an orbit visits, their order, and block entropies."""

import numpy as np
from jaxtyping import Float, Int

from attrax.core.number_text import share_text
from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import Bars, Heatmap, Line, Points

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
    """Occupation of the linear regions, transitions between them, the symbolic sequence and its block entropies.

    The symbol of a state is the number of the linear region that holds it.

    Args:
        shares: Share of the orbit in each visited region, most visited first.
        transitions: Probability of a step from one region (row) to another (column), for the most visited regions.
        sequence: Number of the region at each step; 0 is the most visited one.
        rates: Entropy in nats of the last symbol of a word of 1, 2, ... symbols, given the symbols before it.
        name: File name of the figure, without suffix.
    """
    number = len(shares)
    shown = min(SHOWN_REGIONS, number)
    caption = (
        f"{number:,} linear regions were visited in {len(sequence):,} steps; the {shown} most visited hold "
        f"{share_text(shares[:shown].sum())} of the orbit. Block entropies: the entropy of the next symbol, given "
        "the symbols before it, approaches the entropy rate as words get longer, if the sequence is long enough."
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
        traces=(Heatmap(x=place, y=place, values=values, name="probability"),),
        x=Axis(label="next region", integer=True),
        y=Axis(label="region", integer=True),
        title="transitions",
    )


def _sequence(sequence: Int[np.ndarray, " time"]) -> Panel:
    t = np.arange(1.0, len(sequence) + 1)
    symbols = sequence + 1.0
    return Panel(
        traces=(
            Line(x=t, y=symbols, role=Role.MUTED, width=0.4),
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
