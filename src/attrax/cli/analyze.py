"""`attrax analyze`: take a map apart: exponents, fixed points, cycles, regions, attractors."""

from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.options import Json, Quiet, print_json, words


def analyze(
    source: Annotated[
        str,
        typer.Argument(
            metavar="RUN|MODEL|SYSTEM", help="A run folder, a model file, or a built-in system such as lorenz63."
        ),
    ],
    order: Annotated[int, typer.Option(min=2, help="Longest cycles to search for.")] = 4,
    steps: Annotated[int, typer.Option(min=1_000, help="Steps of the averages along orbits.")] = 400_000,
    budget: Annotated[int, typer.Option(min=1, help="Most candidates solved for each order of cycles.")] = 200_000,
    seed: Annotated[int, typer.Option(min=0, help="Chooses starts and searches.")] = 0,
    only: Annotated[str | None, typer.Option(help="Analyses wanted, comma separated, e.g. lyapunov,cycles.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for results; the run's own, or one beside the model, if not given.")
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Take a map apart: exponents, fixed points, cycles, regions, attractors, and how close they are to the truth.

    The report of a run is made again with what was found.
    """
    from attrax.cli.page import make_page
    from attrax.runs.analysis import analyze as job
    from attrax.runs.console import Console, show_path

    found = job(source, only=words(only) or (), order=order, steps=steps, budget=budget, seed=seed, quiet=quiet)
    folder = found.save(out, quiet=quiet)
    console = Console(quiet=quiet)
    if (folder / "run.json").is_file() and (folder / "report.html").is_file():
        console.say("report", "made again with what was found")
        console.say("wrote", show_path(make_page(folder, console)))
    if json:
        print_json({"folder": str(folder), **found.as_json()})
