"""Figure files: each figure as dots, as curves, and as the numbers behind it."""

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
    """Write every figure as PNG, SVG and CSV; the CSV holds the numbers that were drawn.

    Args:
        figures: Their names become the names of the files.
        folder: Made if it is not there.
        theme: Colors and sizes.
        progress: Called with the number of figures done and their total.

    Returns: The PNG files.
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
