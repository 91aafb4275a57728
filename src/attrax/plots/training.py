"""The figure of the training: loss and forcing strength of every restart over the parameter updates."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import AbstractTrace, Line, Points


def training_figure(
    history: Sequence[dict[str, Any]],
    *,
    seeds: Sequence[int] = (),
    chosen: tuple[int, int] | None = None,
    name: str = "training",
) -> Figure:
    """Training loss (left) and forcing strength (right) over the updates, one line for each restart.

    Args:
        history: The training record. Each entry has `step`, and `loss` and `alpha` with one value for each restart.
        seeds: Seed of each restart, for the legend.
        chosen: Seed and step of the model that was selected; marked on its loss curve.
        name: File name of the figure, without suffix.
    """
    step = np.array([entry["step"] for entry in history], dtype=float)
    loss = np.array([entry["loss"] for entry in history], dtype=float)
    alpha = np.array([entry["alpha"] for entry in history], dtype=float)
    seeds = tuple(seeds) or tuple(range(loss.shape[1]))
    falling: list[AbstractTrace] = _lines(step, np.where(loss > 0, loss, np.nan), seeds)
    if chosen is not None and chosen[0] in seeds:
        i, at = seeds.index(chosen[0]), int(np.argmin(np.abs(step - chosen[1])))
        mark = Points(
            x=step[at : at + 1], y=loss[at : at + 1, i], name="chosen model", role=Role.TEXT, marker="diamond", size=7
        )
        falling.append(mark)
    x = Axis(label="parameter updates")
    panels = (
        Panel(traces=tuple(falling), x=x, y=Axis(label="training loss", scale="log"), title="loss"),
        Panel(
            traces=tuple(_lines(step, alpha, seeds)),
            x=x,
            y=Axis(label="forcing strength α", bounds=(0.0, max(1.05 * float(np.nanmax(alpha)), 0.05))),
            title="forcing",
        ),
    )
    caption = (
        "Mean over each chunk of updates, one line for each restart. The loss is the error on training windows under "
        "teacher forcing. It says little about free runs; therefore the model is selected by its free run instead."
    )
    return Figure(name=name, title="Training", panels=panels, caption=caption, columns=2)


def _lines(step: np.ndarray, values: np.ndarray, seeds: Sequence[int]) -> list[AbstractTrace]:
    return [
        Line(x=step, y=column, name=f"seed {seed}", role=Role.series(i))
        for i, (seed, column) in enumerate(zip(seeds, values.T, strict=False))
    ]
