"""`attrax evaluate`: judge the model of a run again, by its own test recording or by another one."""

from typing import Annotated

import typer

from attrax.cli.options import Json, Quiet, RunFolder, Subject, print_json
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


def evaluate(
    run: RunFolder,
    data: Annotated[list[str] | None, typer.Option(help="Another test recording; the run's own if not given.")] = None,
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
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Score a trained model, each score beside its floor and its linear null."""
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

    from attrax.reconstruct.judging.evaluation import scores_as_json
    from attrax.reconstruct.preparation.recordings import read_recording
    from attrax.runs.console import Console
    from attrax.runs.opened_run import open_system

    console, fit = Console(quiet=quiet), open_system(run, subject)
    recording = None if data is None else read_recording(fit.config, data, other)
    console.say("judging", "free runs on the test recording" if recording is None else recording.source)
    with console.counted("judging") as count:
        evaluation = fit.evaluate(recording, progress=count)
    console.evaluation(evaluation)
    if json:
        print_json(scores_as_json(evaluation))
