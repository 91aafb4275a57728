"""Writes figures to files: PNG, SVG, PDF, interactive pages, and the numbers as CSV."""

from collections.abc import Callable, Sequence
from pathlib import Path

from attrax.core.errors import ConfigError, RunError
from attrax.plots.figure import Figure
from attrax.plots.matplotlib_renderer import Kind, render_file, render_files
from attrax.plots.theme import LIGHT, Theme
from attrax.runs.tree_file import write_atomically

KINDS: dict[str, Callable[[Figure, Theme], bytes]] = {
    ".png": lambda figure, theme: render_file(figure, "png", theme),
    ".svg": lambda figure, theme: render_file(figure, "svg", theme),
    ".pdf": lambda figure, theme: render_file(figure, "pdf", theme),
    ".csv": lambda figure, _: figure.thinned().to_csv().encode(),
    ".html": lambda figure, theme: figure.to_plotly(theme).to_html(include_plotlyjs=True).encode(),
}
"""What a file holds, by the end of its name."""
IMAGES: tuple[Kind, ...] = ("png", "svg", "pdf")
"""The kinds of images in the folder of figures of a run; beside them is the file of numbers."""


def save_figure(figure: Figure, path: str | Path, *, theme: Theme = LIGHT) -> Path:
    """Write a figure to a file. The end of the name decides what is written.

    Args:
        figure: The figure.
        path: A file whose name ends with `.png`, `.svg`, `.pdf`, `.csv` (the numbers) or `.html` (an interactive page).
        theme: Colors and sizes: `attrax.plots.LIGHT`, `attrax.plots.DARK`, or `attrax.plots.paper(85)` for print.

    Returns: The file.
    Raises: ConfigError C615 if the name ends with anything else; RunError R304 if the file cannot be written.

    Example:
        >>> import numpy as np, tempfile
        >>> from attrax.plots import Axis, Line, Panel
        >>> panel = Panel(traces=(Line(x=np.arange(3.0), y=np.ones(3)),), x=Axis(label="t"), y=Axis(label="x"))
        >>> figure = Figure(name="flat", title="A flat line", panels=(panel,), caption="Three points.")
        >>> save_figure(figure, tempfile.mkdtemp() + "/flat.csv").name
        'flat.csv'
    """
    path = Path(path)
    if path.suffix.lower() not in KINDS:
        raise ConfigError(
            "C615",
            f"a figure cannot be written to a file with the suffix {path.suffix!r}",
            where=str(path),
            why=f"the suffix selects what is written, and can be {', '.join(KINDS)}",
            fix=f"figure.save({str(path.with_suffix('.pdf'))!r})",
        )
    try:
        write_atomically(path, KINDS[path.suffix.lower()](figure, theme))
    except OSError as failure:
        raise RunError(
            "R304",
            "the figure cannot be written",
            where=str(path),
            why=failure.strerror or "not writable",
            fix="choose a file that you may write to",
        ) from None
    return path


def write_figures(
    figures: Sequence[Figure],
    folder: Path,
    *,
    theme: Theme = LIGHT,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Path, ...]:
    """Write each figure as a PNG, an SVG, a PDF and a CSV file. The CSV file holds the numbers that are drawn.

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
        for kind, image in render_files(figure, IMAGES, theme).items():
            write_atomically(png.with_suffix(f".{kind}"), image)
        write_atomically(png.with_suffix(".csv"), KINDS[".csv"](figure, theme))
        written.append(png)
        if progress is not None:
            progress(i + 1, len(figures))
    return tuple(written)
