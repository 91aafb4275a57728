"""`attrax report`: writes the report of a run again, or a page that compares all runs in a folder."""

from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.options import Json, Quiet, print_json, run_folder


def report(
    run: Annotated[
        Path,
        typer.Argument(
            metavar="RUN|RUNS",
            parser=run_folder,
            help="A run folder, a folder of run folders, or a run of many subjects; `latest`: the newest run.",
        ),
    ],
    out: Annotated[Path | None, typer.Option(help="File of the page; default: report.html in the folder.")] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Write the report of a run as one HTML page, and its figures; or a page that compares all runs in a folder."""
    from attrax.cli.page import make_page
    from attrax.report.run_comparison import comparison_page
    from attrax.report.run_report import FILE_NAME
    from attrax.runs.console import Console, show_path
    from attrax.runs.folder import run_folders
    from attrax.runs.hierarchy import SUBJECTS
    from attrax.runs.page_file import write_page

    console = Console(quiet=quiet)
    run = run / SUBJECTS if (run / SUBJECTS).is_dir() else run
    if not (run / "run.json").is_file() and run_folders(run):
        path = out or run / FILE_NAME
        console.say("comparing", show_path(run))
        path = write_page(path, comparison_page(run, beside=path.parent))
        console.say("wrote", show_path(path))
    else:
        console.say("drawing", f"the report of {show_path(run)}")
        path = make_page(run, console, out=out)
        console.say("wrote", f"{show_path(path)}   figures/ (.png .svg .pdf .csv)")
    if json:
        print_json("report", {"page": str(path)})
