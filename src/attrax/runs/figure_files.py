"""Writes figures to files: PNG, SVG, and the numbers as CSV."""

from collections.abc import Callable, Sequence
from pathlib import Path

from attrax.plots.figure import Figure
from attrax.plots.matplotlib_renderer import render_file
from attrax.plots.theme import LIGHT, Theme
from attrax.runs.tree_file import write_atomically


def write_figures(
    figures: Sequence[Figure],
    folder: Path,
    *,
    theme: Theme = LIGHT,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Path, ...]:
    """Write each figure as a PNG, an SVG and a CSV file. The CSV file holds the numbers that are drawn.

    Args:
        figures: The figures; their names become the file names.
        folder: Where to write; created if it does not exist.
        theme: Colors and sizes.
        progress: Called with the number of figures written and their total.

    Returns: The paths of the PNG files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for i, figure in enumerate(figures):
        png = folder / f"{figure.name}.png"
        write_atomically(png, render_file(figure, "png", theme))
        write_atomically(png.with_suffix(".svg"), render_file(figure, "svg", theme))
        write_atomically(png.with_suffix(".csv"), figure.thinned().to_csv().encode())
        written.append(png)
        if progress is not None:
            progress(i + 1, len(figures))
    return tuple(written)
