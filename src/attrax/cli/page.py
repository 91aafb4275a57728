"""Writes the report of a run and shows the progress."""

from pathlib import Path

from attrax.runs.console import Console, show_path


def make_page(folder: Path, console: Console, *, out: Path | None = None) -> Path:
    """Write the report of a run, `report.html`, and its figures, `figures/`.

    Args:
        folder: The run folder.
        console: Where progress is shown.
        out: The file of the page; `report.html` in the run folder if not given.

    Returns: The file of the page.
    Raises: RunError if there is no finished run, R304 if the page or a figure cannot be written.
    Cost: Seven seconds of processor time for three channels, most of it for the figure files.
    """
    from attrax.report.run_report import FILE_NAME, page_of_run
    from attrax.runs.figure_files import write_figures
    from attrax.runs.page_file import OTHER_FILE, told_as_page
    from attrax.runs.tree_file import write_atomically

    path = out or folder / FILE_NAME
    with console.counted("report") as count:
        html, figures = page_of_run(folder)
        with told_as_page(path, OTHER_FILE.format("--out") if out else _again(folder)):
            write_atomically(path, html.encode())
            write_figures(figures, folder / "figures", progress=count)
    return path


def renew_page(folder: Path) -> Path:
    """Write the page of a run again, with results that were added; the figures of the run itself have not changed.

    Args:
        folder: The run folder, with a page and figures.

    Returns: The file of the page.
    Raises: RunError if there is no finished run, R304 if the page cannot be written.
    """
    from attrax.report.run_report import FILE_NAME, page_of_run
    from attrax.runs.page_file import told_as_page
    from attrax.runs.tree_file import write_atomically

    path, html = folder / FILE_NAME, page_of_run(folder).html
    with told_as_page(path, _again(folder)):
        write_atomically(path, html.encode())
    return path


def _again(folder: Path) -> str:
    place = show_path(folder)
    return f"the run is complete; make room in {place}, or let it be written, then attrax report {place}"
