"""`attrax explain`: which channels and which past rows the forecasts of a model rest on."""

from typing import Annotated

import typer

from attrax.cli.option_flags import NOTHING, Options, with_options
from attrax.cli.options import Json, Quiet, RunFolder, Subject, print_json
from attrax.core.random_seed import LARGEST_SEED
from attrax.reading.read_options import ReadOptions


@with_options(ReadOptions)
def explain(
    run: RunFolder,
    data: Annotated[
        list[str] | None, typer.Argument(help="Recording to explain; default: that of the run.", show_default=False)
    ] = None,
    row: Annotated[
        int | None, typer.Option(min=0, help="Row that the forecast starts from; default: the last one.")
    ] = None,
    horizon: Annotated[
        int | None, typer.Option(min=1, help="Number of steps ahead; default: that of the prediction error, 20.")
    ] = None,
    past: Annotated[int, typer.Option(min=0, help="Rows before it that the state follows by forcing.")] = 0,
    alpha: Annotated[
        float | None, typer.Option(min=0, max=1, help="Strength of that forcing; default: as at the end of training.")
    ] = None,
    influence: Annotated[bool, typer.Option(help="Measure the influence of each channel on each other.")] = True,
    seed: Annotated[int, typer.Option(min=0, max=LARGEST_SEED, help="Seed of the shuffled models.")] = 0,
    options: Options = NOTHING,
    subject: Subject = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Explain a forecast: which channels and past rows it rests on, and which channels influence each other.

    The report of a run is written again and includes the results.
    """
    from attrax.cli.page import renew_page
    from attrax.reconstruct.preparation.recordings import read_recording
    from attrax.runs.console import Console, show_path
    from attrax.runs.explanation import explain as job
    from attrax.runs.opened_run import open_system

    console = Console(quiet=quiet)
    fit = open_system(run, subject)
    console.say("explaining", show_path(run))
    found = job(
        fit,
        read_recording(fit.config, data, options) if data else None,
        row=row,
        horizon=horizon,
        past=past,
        alpha=alpha,
        influence=influence,
        seed=seed,
        quiet=quiet,
    )
    folder = found.save(quiet=quiet)
    if (folder / "report.html").is_file():
        console.say("report", "written again with the results")
        console.say("wrote", show_path(renew_page(folder)))
    if json:
        worth = {"verdict": fit.outcome, "warning": fit.warning}
        print_json("explain", {**worth, "folder": str(folder), **found.as_json()})
