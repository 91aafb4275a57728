"""`attrax forecast`: continue a recording."""

from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.options import Out, Quiet, RunFolder, Subject
from attrax.cli.reading import (
    Axes,
    Channels,
    Decimal,
    Drop,
    Dt,
    Inputs,
    Sep,
    Stack,
    Time,
    Transpose,
    Var,
    reading,
)


def forecast(
    run: RunFolder,
    data: Annotated[
        list[str] | None, typer.Argument(help="Recording to continue; the run's own if not given.", show_default=False)
    ] = None,
    steps: Annotated[int, typer.Option(min=1, help="Number of steps ahead.")] = 500,
    channels: Channels = None,
    drop: Drop = None,
    inputs: Inputs = None,
    time: Time = None,
    dt: Dt = None,
    transpose: Transpose = None,
    sep: Sep = None,
    decimal: Decimal = None,
    axes: Axes = None,
    var: Var = None,
    stack: Stack = None,
    subject: Subject = None,
    out: Out = Path("forecast.csv"),
    quiet: Quiet = False,
) -> None:
    """Forecast what comes after the last row of a recording, with its time continued; reading is as at `attrax fit`."""
    from attrax.runs.continuation import forecast_run
    from attrax.runs.hierarchy import subject_folder
    from attrax.runs.output import writer_for

    writer_for(out)
    other = reading(
        channels=channels,
        drop=drop,
        inputs=inputs,
        time=time,
        dt=dt,
        transpose=transpose,
        sep=sep,
        decimal=decimal,
        axes=axes,
        var=var,
        stack=stack,
    )
    continuation = forecast_run(subject_folder(run, subject), steps, data, other)

    from attrax.runs.console import Console

    Console(quiet=quiet).say("wrote", continuation.write(out))
