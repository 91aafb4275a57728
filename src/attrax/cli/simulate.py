"""`attrax simulate`: a long free run of a trained model, written to a file."""

from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.options import Out, Quiet, RunFolder, Subject


def simulate(
    run: RunFolder,
    steps: Annotated[int, typer.Option(min=1, help="Number of steps.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Chooses the row of the training data to start from.")] = 0,
    subject: Subject = None,
    out: Out = Path("simulation.csv"),
    quiet: Quiet = False,
) -> None:
    """Let a model run freely from a state of its training data."""
    from attrax.runs.hierarchy import subject_folder
    from attrax.runs.output import writer_for
    from attrax.runs.run_forecasts import simulate_run, write_forecast

    writer_for(out)
    found = simulate_run(subject_folder(run, subject), steps, seed=seed)

    from attrax.runs.console import Console

    Console(quiet=quiet).say("wrote", write_forecast(found, out))
