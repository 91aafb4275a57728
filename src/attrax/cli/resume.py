"""`attrax resume`: go on where a run was stopped, to the very model it would have become."""

from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.options import Json, Quiet


def resume(
    run: Annotated[
        Path | None, typer.Argument(help="Run folder; the newest unfinished one in ./runs if not given.")
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Continue an interrupted run, bit for bit."""
    from attrax.runs.folder import newest_unfinished

    folder = run or newest_unfinished(Path("runs"))

    from attrax.cli.outcome import tell
    from attrax.runs.console import Console, show_path
    from attrax.runs.reconstruct import continue_job

    console = Console(quiet=quiet)
    console.say("run", show_path(folder))
    tell(continue_job(folder, console=console), folder, console, json=json)
