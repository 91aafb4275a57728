"""`attrax fill`: fills the gaps of a recording with the model of a run."""

from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.option_flags import NOTHING, Options, with_options
from attrax.cli.options import Json, Out, Quiet, RunFolder, Subject, print_json
from attrax.reading.read_options import ReadOptions


@with_options(ReadOptions)
def fill(
    run: RunFolder,
    data: Annotated[
        list[str] | None, typer.Argument(help="Recording to fill; default: that of the run.", show_default=False)
    ] = None,
    options: Options = NOTHING,
    subject: Subject = None,
    interval: Annotated[
        float | None,
        typer.Option(
            min=0.5, max=0.999, help="Also write intervals that contain this share of the missing values, e.g. 0.9."
        ),
    ] = None,
    out: Out = Path("filled.csv"),
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Fill the gaps of a recording with the values that the model of a run expects."""
    from attrax.runs.output import writer_for

    writer_for(out)

    from attrax.cli.outcome import file_content, warn
    from attrax.core.number_text import counted
    from attrax.reconstruct.forecasting.filled_recording import USUAL_LEVEL
    from attrax.reconstruct.preparation.recordings import read_recording
    from attrax.runs.console import Console, show_path
    from attrax.runs.opened_run import open_system
    from attrax.runs.run_filling import remarks_on, write_filled

    console = Console(quiet=quiet)
    console.say("opening", show_path(run))
    fit = open_system(run, subject)
    warn(fit, console)
    recording = read_recording(fit.config, data, options)
    with console.counted("filling") as progress:
        filled = fit.fill(recording, level=interval or USUAL_LEVEL, progress=progress)
    write_filled(filled, out, recording.source, intervals=interval is not None)
    remarks = remarks_on(filled, fit, own=data is None)
    size = f"{counted(len(filled.x), 'row')} of {counted(len(filled.channels), 'channel')}"
    told = f"{out}: {size}, {filled.summary()}{remarks}"
    console.say("wrote", told)
    if json:
        print_json("fill", file_content(fit, out, told))
