"""Figures of training: how the loss fell and how strongly the model was forced, a line a restart."""

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
    """Loss and forcing strength over the updates.

    Args:
        history: The training record: `step`, and `loss` and `alpha` with one value a restart.
        seeds: Seed of each restart, for the legend.
        chosen: Seed and step of the model that was kept; marked on the curve of the loss.
        name: Name of the files.
    """
    step = np.array([entry["step"] for entry in history], dtype=float)
    loss = np.array([entry["loss"] for entry in history], dtype=float)
    alpha = np.array([entry["alpha"] for entry in history], dtype=float)
    seeds = tuple(seeds) or tuple(range(loss.shape[1]))
    falling: list[AbstractTrace] = _lines(step, np.where(loss > 0, loss, np.nan), seeds)
    if chosen is not None and chosen[0] in seeds:
        i, at = seeds.index(chosen[0]), int(np.argmin(np.abs(step - chosen[1])))
        mark = Points(
            x=step[at : at + 1], y=loss[at : at + 1, i], name="chosen model", role=Role.INK, marker="diamond", size=7
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
        "Mean over each chunk of updates, one line a restart. The loss is that of one-window forecasts under teacher "
        "forcing; it says little about free runs, which is why the model is chosen by its free run instead."
    )
    return Figure(name=name, title="Training", panels=panels, caption=caption, columns=2)


def _lines(step: np.ndarray, values: np.ndarray, seeds: Sequence[int]) -> list[AbstractTrace]:
    return [
        Line(x=step, y=column, name=f"seed {seed}", role=Role.series(i))
        for i, (seed, column) in enumerate(zip(seeds, values.T, strict=False))
    ]
