"""`attrax forecast`: writes the forecast after the last row of a recording to a file."""

from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.option_flags import NOTHING, Options, with_options
from attrax.cli.options import Future, Json, Out, Quiet, RunFolder, Subject, kinds_of, print_json
from attrax.reading.read_options import ReadOptions
from attrax.registries import STARTS


@with_options(ReadOptions)
def forecast(
    run: RunFolder,
    data: Annotated[
        list[str] | None, typer.Argument(help="Recording to continue; default: that of the run.", show_default=False)
    ] = None,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Number of steps ahead; default: 500, or the rows of --future.")
    ] = None,
    future: Future = None,
    options: Options = NOTHING,
    subject: Subject = None,
    interval: Annotated[
        float | None,
        typer.Option(
            min=0.5, max=0.999, help="Use all restarts, and add prediction intervals of this level, e.g. 0.9."
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            help=f"{kinds_of(STARTS)} How the last state is found: from its row, or inferred from the last 20 rows. "
            "Default: last-row."
        ),
    ] = None,
    out: Out = Path("forecast.csv"),
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Forecast the rows after the last row of a recording, and continue its time axis."""
    from attrax.runs.output import writer_for

    writer_for(out)

    from attrax.cli.outcome import file_content, warn
    from attrax.reconstruct.forecasting.forecast_start import USUAL_START, check_start
    from attrax.reconstruct.preparation.recordings import read_recording
    from attrax.runs.console import Console, show_path
    from attrax.runs.opened_run import open_system
    from attrax.runs.run_forecasts import forecast_intervals, forecast_run, write_forecast

    console = Console(quiet=quiet)
    console.say("opening", show_path(run))
    fit = open_system(run, subject)
    warn(fit, console)
    recording = read_recording(fit.config, data, options)
    check_start(start or USUAL_START, interval)
    if interval is None:
        with console.counted("inferring") as count:
            found = forecast_run(fit, steps, recording, future=future, start=start or USUAL_START, progress=count)
    else:
        found = forecast_intervals(fit, steps, recording, interval, future=future)
    told = write_forecast(found, out, recording.source)
    console.say("wrote", told)
    if json:
        print_json("forecast", file_content(fit, out, told))
