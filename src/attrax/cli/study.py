"""`attrax study`: repeat a paper with one command."""

from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.options import Quiet


def study(
    folder: Annotated[Path, typer.Argument(help="Folder of the study, for example studies/hess2023_gtf.")],
    data_dir: Annotated[Path | None, typer.Option(help="Folder that holds the data files the study names.")] = None,
    full: Annotated[bool, typer.Option("--full", help="The full run, not the short smoke run.")] = False,
    experiment: Annotated[list[str] | None, typer.Option(help="Only this experiment. Repeatable.")] = None,
    seeds: Annotated[int | None, typer.Option(min=1, help="Independent runs of each experiment.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes on this machine, for the full run.")] = 1,
    scheduler: Annotated[str, typer.Option(help="Address of a Dask scheduler, for the full run.")] = "",
    quiet: Quiet = False,
) -> None:
    """Run a study and write its results.json and studies/STATUS.md."""
    from attrax.campaigns.study import open_study

    opened = open_study(folder, data_dir)

    from attrax.campaigns.study_job import run_study
    from attrax.campaigns.sweep.description import Cluster
    from attrax.runs.console import Console

    cluster = Cluster(workers=workers, scheduler=scheduler)
    run_study(opened, full=full, only=experiment, seeds=seeds, console=Console(quiet=quiet), cluster=cluster)
