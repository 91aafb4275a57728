"""Draws the pictures of the gallery: `python docs/draw_gallery.py [NAME ...]`. All take about five minutes on one core.

Each shows an orbit of a system as on the page of `attrax systems --gallery`. The pictures are grey on nothing, so that
they suit light and dark pages.
"""

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from attrax.runs.system_gallery import gallery_entries, plotted_points

FOLDER = Path(__file__).parent / "_static" / "gallery"
WIDTH, HEIGHT, DOTS = 2.4, 1.8, 100
GREY = 128


def main(wanted: list[str]) -> None:
    """Draw the systems with these names; all if there are none."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for entry in gallery_entries(tuple(wanted)):
        (FOLDER / f"{entry['name']}.png").write_bytes(picture(entry))


def picture(entry: dict[str, Any]) -> bytes:
    """A small PNG of an orbit: a line for a flow, dots for a map."""
    figure = Figure(figsize=(WIDTH, HEIGHT))
    axes = figure.add_axes((0.02, 0.02, 0.96, 0.96))
    axes.set_axis_off()
    style = () if entry["flow"] else (".",)
    axes.plot(*plotted_points(entry).T, *style, color="black", linewidth=0.45, markersize=1)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=DOTS)
    return _grey_on_nothing(out.getvalue())


def _grey_on_nothing(image: bytes) -> bytes:
    """The same picture with one grey, whose opacity is the darkness of the original."""
    opacity = 255 - np.asarray(Image.open(io.BytesIO(image)).convert("L"))
    steps = Image.fromarray((opacity // 32).astype(np.uint8), "P")
    steps.putpalette([GREY] * 3 * 8)
    out = io.BytesIO()
    steps.save(out, "png", optimize=True, transparency=bytes(min(255, 36 * i) for i in range(8)), bits=3)
    return out.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
