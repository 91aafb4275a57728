"""How a run's report is made, with its progress shown."""

from pathlib import Path

from attrax.runs.console import Console


def make_page(folder: Path, console: Console, *, out: Path | None = None) -> Path:
    """Write the report of a run and its figures.

    Args:
        folder: The run folder.
        console: Where progress is shown.
        out: Another place for the page.

    Returns: The page.
    """
    from attrax.report.run_report import write_report

    with console.counted("report") as count:
        return write_report(folder, out=out, progress=count)
