"""`attrax resume`: continues an interrupted run from its last checkpoint."""

from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.options import RUNS, Json, Quiet, run_folder


def resume(
    run: Annotated[
        Path | None, typer.Argument(parser=run_folder, help="Run folder; default: the newest unfinished one in ./runs.")
    ] = None,
    as_new: Annotated[
        bool, typer.Option("--as-new", help="Start a new run with the recording and settings as they are now.")
    ] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Continue an interrupted run; the result is the same, bit for bit, as without the interruption."""
    from attrax.runs.folder import Run, newest_unfinished

    folder = run or newest_unfinished(RUNS)

    if as_new:
        from attrax.cli.fit import start

        start(Run.open(folder).config, None, quiet=quiet, json=json)
        return

    from attrax.cli.outcome import show_outcome
    from attrax.runs.console import Console, show_path
    from attrax.runs.job import continue_job

    console = Console(quiet=quiet)
    console.say("run", show_path(folder))
    show_outcome(continue_job(folder, console=console), folder, console, json=json)
