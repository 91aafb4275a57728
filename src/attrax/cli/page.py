"""Writes the report of a run and shows the progress."""

from pathlib import Path

from attrax.runs.console import Console


def make_page(folder: Path, console: Console, *, out: Path | None = None) -> Path:
    """Write the report of a run, `report.html`, and its figures, `figures/`.

    Args:
        folder: The run folder.
        console: Where progress is shown.
        out: The file of the page; `report.html` in the run folder if not given.

    Returns: The file of the page.
    Raises: RunError if there is no finished run, or the page cannot be written.
    Cost: 12 s of processor time for one channel, 24 s for five, most of it for the figure files.
    """
    from attrax.report.run_report import FILE_NAME, page_of_run
    from attrax.runs.figure_files import write_figures
    from attrax.runs.page_file import write_page

    with console.counted("report") as count:
        html, figures = page_of_run(folder)
        path = write_page(out or folder / FILE_NAME, html)
        write_figures(figures, folder / "figures", progress=count)
    return path
