"""`attrax forecast`: continue a recording."""

from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.options import Out, Quiet, RunFolder


def forecast(
    run: RunFolder,
    data: Annotated[
        list[str] | None, typer.Argument(help="Recording to continue; the run's own if not given.", show_default=False)
    ] = None,
    steps: Annotated[int, typer.Option(min=1, help="Number of steps ahead.")] = 500,
    out: Out = Path("forecast.csv"),
    quiet: Quiet = False,
) -> None:
    """Forecast what comes after the last row of a recording; time is counted from its first row."""
    from attrax.runs.continuation import forecast_run
    from attrax.runs.output import writer_for

    writer_for(out)
    continuation = forecast_run(run, steps, data)

    from attrax.runs.console import Console

    Console(quiet=quiet).say("wrote", continuation.write(out))
