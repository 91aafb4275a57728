"""Draws the picture of the first fit: `python docs/draw_first_fit.py`. It runs `attrax fit lorenz63`: about a minute.

The settings are the defaults; the verdict is printed.
"""

import io
from pathlib import Path

import numpy as np
from PIL import Image

import attrax
from attrax.plots import DARK, LIGHT, Axis, Figure, Line, Panel, Role
from attrax.plots.matplotlib_renderer import render_file

FOLDER = Path(__file__).parent / "_static"
ROWS = 6_000


def panel(x: np.ndarray, role: Role, title: str) -> Panel:
    """An orbit of Lorenz-63, seen from the side."""
    bounds = {"x": Axis(label="x", bounds=(-22, 22)), "y": Axis(label="z", bounds=(0, 50))}
    return Panel(traces=(Line(x=x[:, 0], y=x[:, 2], role=role, width=0.4),), title=title, **bounds)


def main() -> None:
    """Fit, and write the picture for light and dark pages."""
    fit = attrax.fit("lorenz63", seed=0, quiet=True)
    print(fit)
    recording = fit.recordings.test[0].x
    free = fit.model.simulate(recording[:1], ROWS).x
    figure = Figure(
        name="first_fit",
        title="",
        panels=(panel(recording[:ROWS], Role.DATA, "recording"), panel(np.asarray(free), Role.MODEL, "free run")),
        caption=f"{ROWS:,} rows each",
        columns=2,
    )
    for theme, name in ((LIGHT, "light"), (DARK, "dark")):
        image = Image.open(io.BytesIO(render_file(figure, "png", theme))).convert("RGB").quantize(64)
        image.save(FOLDER / f"first_fit_{name}.png", optimize=True)


if __name__ == "__main__":
    main()
