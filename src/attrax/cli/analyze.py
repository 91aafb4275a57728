"""`attrax analyze`: Lyapunov exponents, fixed points, cycles, regions and attractors of a model or a system."""

from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.options import Json, Quiet, print_json, run_folder, words
from attrax.core.random_seed import LARGEST_SEED
from attrax.registries import ANALYSES


def analyze(
    source: Annotated[
        str,
        typer.Argument(
            metavar="RUN|MODEL|SYSTEM",
            parser=lambda text: str(run_folder(text)),
            help="A run folder (`latest`: the newest one), a model file, or a built-in system such as lorenz63.",
        ),
    ],
    order: Annotated[int, typer.Option(min=2, help="Search for cycles up to this order.")] = 4,
    steps: Annotated[int, typer.Option(min=1_000, help="Steps of the averages along orbits.")] = 400_000,
    budget: Annotated[int, typer.Option(min=1, help="Most candidates for each order of cycles.")] = 200_000,
    seed: Annotated[int, typer.Option(min=0, max=LARGEST_SEED, help="Seed of initial states and searches.")] = 0,
    only: Annotated[str | None, typer.Option(help=f"Only these, comma separated: {', '.join(ANALYSES.names)}.")] = None,
    koopman: Annotated[
        bool, typer.Option("--koopman", help="Also the Koopman spectrum of recording and model, with residuals.")
    ] = False,
    dictionary: Annotated[
        str, typer.Option(help="With --koopman: its functions, `radial`, `polynomial` or `delay`.")
    ] = "radial",
    functions: Annotated[int, typer.Option(min=2, help="With --koopman: most functions.")] = 300,
    out: Annotated[
        Path | None, typer.Option(help="Folder for results; default: the run folder, or one next to the model file.")
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Analyze a model or system: exponents, fixed points, cycles, regions, attractors, comparison with the truth.

    The report of a run is written again and includes the results.
    """
    from attrax.cli.page import renew_page
    from attrax.runs.analysis import analyze as job
    from attrax.runs.console import Console, show_path

    found = job(
        source,
        only=words(only) or (),
        also=("koopman",) if koopman else (),
        order=order,
        steps=steps,
        budget=budget,
        seed=seed,
        dictionary=dictionary,
        functions=functions,
        quiet=quiet,
    )
    folder = found.save(out, quiet=quiet)
    console = Console(quiet=quiet)
    if (folder / "run.json").is_file() and (folder / "report.html").is_file():
        console.say("report", "written again with the results")
        console.say("wrote", show_path(renew_page(folder)))
    if json:
        warning = {"warning": found.warning} if found.warning else {}
        print_json("analyze", {**warning, "folder": str(folder), **found.as_json()})
