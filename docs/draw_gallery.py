"""Draws the pictures of the gallery: `python docs/draw_gallery.py [NAME ...]`. All take about five minutes on one core.

Each shows an orbit of a system in its first two variables; of a system with one channel, the channel over an earlier
value of it. The pictures are grey on nothing, so that they suit light and dark pages.
"""

import io
import sys
from pathlib import Path

import jax
import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from attrax.core.errors import AttraxError
from attrax.systems import System, find, names, record

FOLDER = Path(__file__).parent / "_static" / "gallery"
ROWS, POINTS_PER_PERIOD = 2_000, 60
WIDTH, HEIGHT, DOTS = 2.4, 1.8, 100
GREY = 128


def main(wanted: list[str]) -> None:
    """Draw the systems with these names; all if there are none."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in wanted or names():
        try:
            (FOLDER / f"{name}.png").write_bytes(picture(find(name)))
        except AttraxError as error:
            print(f"{name}: {error}", file=sys.stderr)


def picture(system: System) -> bytes:
    """A small PNG of an orbit."""
    flow = system.period > 0
    x = record(system, ROWS, points_per_period=POINTS_PER_PERIOD if flow else None, key=jax.random.key(0))[0].x
    lag = POINTS_PER_PERIOD // 4 if flow else 1
    across, up = (x[:-lag, 0], x[lag:, 0]) if x.shape[1] == 1 else (x[:, 0], x[:, 1])
    figure = Figure(figsize=(WIDTH, HEIGHT))
    axes = figure.add_axes((0.02, 0.02, 0.96, 0.96))
    axes.set_axis_off()
    axes.plot(across, up, *(() if flow else (".",)), color="black", linewidth=0.45, markersize=1)
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
