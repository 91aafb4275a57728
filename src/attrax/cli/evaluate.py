"""`attrax evaluate`: scores the model of a run again, on its own test recording or on another one."""

from typing import Annotated

import typer

from attrax.cli.option_flags import NOTHING, Options, with_options
from attrax.cli.options import Json, Quiet, RunFolder, Subject, print_json
from attrax.reading.read_options import ReadOptions


@with_options(ReadOptions)
def evaluate(
    run: RunFolder,
    data: Annotated[list[str] | None, typer.Option(help="Another test recording; default: that of the run.")] = None,
    options: Options = NOTHING,
    subject: Subject = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Score a trained model; each score is shown with its floor (data vs data) and its linear null model."""
    from attrax.reconstruct.judging.evaluation import scores_as_json
    from attrax.reconstruct.preparation.recordings import read_recording
    from attrax.runs.console import Console
    from attrax.runs.opened_run import open_system

    console, fit = Console(quiet=quiet), open_system(run, subject)
    recording = None if data is None else read_recording(fit.config, data, options)
    console.say("judging", "free runs on the test recording" if recording is None else recording.source)
    with console.counted("judging") as count:
        evaluation = fit.evaluate(recording, progress=count)
    console.evaluation(evaluation)
    if json:
        print_json("evaluate", scores_as_json(evaluation))
