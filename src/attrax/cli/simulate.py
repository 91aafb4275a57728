"""`attrax simulate`: writes a free run of a trained model to a file."""

from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.options import Future, Json, Out, Quiet, RunFolder, Subject, print_json
from attrax.core.random_seed import LARGEST_SEED


def simulate(
    run: RunFolder,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Number of steps; default: 10,000, or the rows of --future.")
    ] = None,
    future: Future = None,
    seed: Annotated[
        int,
        typer.Option(
            min=0,
            max=LARGEST_SEED,
            help="Seed of the random row of the training data to start from, and of the dynamical noise.",
        ),
    ] = 0,
    subject: Subject = None,
    out: Out = Path("simulation.csv"),
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Simulate a model without forcing, from a random row of its training data."""
    from attrax.runs.output import writer_for

    writer_for(out)

    from attrax.cli.outcome import file_content, warn
    from attrax.runs.console import Console, show_path
    from attrax.runs.opened_run import open_system
    from attrax.runs.run_forecasts import simulate_run, write_forecast

    console = Console(quiet=quiet)
    console.say("opening", show_path(run))
    fit = open_system(run, subject)
    warn(fit, console)
    found = simulate_run(fit, steps, seed=seed, future=future)
    told = write_forecast(found, out, fit.recordings.whole.source)
    console.say("wrote", told)
    if json:
        print_json("simulate", file_content(fit, out, told))
