"""`attrax study`: checks the claims of a paper with one command."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attrax.cli.options import Json, Quiet, print_json, words

if TYPE_CHECKING:
    from attrax.runs.console import Console

LIST = "list"
STUDIES = Path("studies")
FAILED = 2


def study(
    name: Annotated[
        str | None, typer.Argument(help="Name or folder of a study; `list` shows all studies and writes STATUS.md.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Run every study.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Do the full run, not the short smoke run.")] = False,
    only: Annotated[str | None, typer.Option(help="Only these experiments, comma separated.")] = None,
    seeds: Annotated[
        int | None, typer.Option(min=1, help="Number of seeds of each experiment; default: as the study says.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes on this machine, for the full run.")] = None,
    scheduler: Annotated[str, typer.Option(help="Address of a Dask scheduler, for the full run.")] = "",
    data_dir: Annotated[Path | None, typer.Option(help="Folder that holds the data files the study names.")] = None,
    outdated: Annotated[
        bool, typer.Option("--outdated", help="Measure again what another version of the code has measured.")
    ] = False,
    studies: Annotated[Path, typer.Option(help="Folder that holds the studies.")] = STUDIES,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Check in seconds that a study works; with --full, measure its claims and show the verdicts.

    A full run keeps every result, and continues where it was stopped. It writes results.json of the study, and
    STATUS.md and report.html of all studies.
    """
    if (name is None) == (not every):
        raise typer.BadParameter("give the name of a study, `list`, or --all")
    from attrax.campaigns.cluster import Cluster
    from attrax.campaigns.study.study_folder import all_studies, find_study
    from attrax.runs.console import Console

    console = Console(quiet=quiet)
    if name == LIST:
        table = show_all(studies, console)
        if json:
            print_json("study", {"studies": [row[0] for row in table], "table": table})
        return
    opened = all_studies(studies, data_dir) if name is None else [find_study(name, studies, data_dir)]

    from attrax.campaigns.study.study_run import run_all_smokes, run_full, run_smoke

    if not full and name is not None:
        run_smoke(opened[0], console, only=words(only) or [])
        if json:
            print_json("study", {"studies": [opened[0].name]})
        return
    if not full:
        failed = run_all_smokes(opened, console)
        if json:
            print_json("study", {"studies": [one.name for one in opened], "failed": len(failed)})
        raise typer.Exit(FAILED if failed else 0)
    given = {"--only": only, "--seeds": seeds, "--workers": workers, "--scheduler": scheduler, "--data-dir": data_dir}
    given |= {"--studies": studies} if studies != STUDIES else {}
    told = [part for option, value in given.items() if value for part in (option, str(value))]
    told += ["--outdated"] if outdated else []
    command = shlex.join(["attrax", "study", name or "--all", "--full", *told])
    cluster = Cluster(workers=workers or 0, scheduler=scheduler)
    try:
        for one in opened:
            run_full(
                one,
                console,
                only=words(only) or [],
                seeds=seeds,
                cluster=cluster,
                outdated=outdated,
                command=command,
            )
    finally:
        table = show_all(opened[0].folder.parent, console)
    if json:
        print_json("study", {"studies": [one.name for one in opened], "table": table})


def show_all(studies: Path, console: "Console") -> list[list[str]]:
    """Show the status of all studies, and write STATUS.md and report.html. Returns the rows that were shown."""
    from attrax.campaigns.study.study_folder import all_studies
    from attrax.campaigns.study.study_results import read_results
    from attrax.campaigns.study.study_status import COLUMNS, line, write_status
    from attrax.report.study_page import study_page
    from attrax.runs.console import show_path
    from attrax.runs.page_file import write_page

    opened = all_studies(studies)
    if not opened:
        console.say("none", f"no study in {show_path(studies)}; give the folder of studies with --studies FOLDER")
        return []
    cards = write_status(opened, studies)
    write_page(studies / "report.html", study_page(cards))
    rows = [list(map(str, line(one, read_results(one)))) for one in opened]
    console.table(COLUMNS, rows)
    console.say("wrote", f"{show_path(studies)}: STATUS.md  report.html")
    return rows
