"""`attrax bench`: compares methods on the same recordings."""

from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.grouped_help import GroupedCommand, GroupedCommands
from attrax.cli.options import Json, Quiet, print_json
from attrax.core.random_seed import LARGEST_SEED

bench = typer.Typer(
    name="bench",
    cls=GroupedCommands,
    help="Fit all methods to the same recordings with the same budget, and compare their scores.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def run_suite(
    context: typer.Context,
    *,
    data: Annotated[
        list[Path] | None, typer.Option(help="For published: the .npz file of series, then the .csv file of scores.")
    ] = None,
    systems: Annotated[str, typer.Option(help="Only these, comma separated.")] = "",
    rivals: Annotated[str, typer.Option(help="Only these methods, comma separated; all if not given.")] = "",
    trials: Annotated[int, typer.Option(min=1, help="Number of settings that each method may try.")] = 1,
    seconds: Annotated[float, typer.Option(min=0, help="Time after which no further setting is tried.")] = 30.0,
    seed: Annotated[int, typer.Option(min=0, max=LARGEST_SEED, help="Seed of all random numbers.")] = 0,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes on this machine.")] = None,
    scheduler: Annotated[str, typer.Option(help="Address of a Dask scheduler, e.g. tcp://10.0.0.1:8786.")] = "",
    out: Annotated[Path | None, typer.Option(help="Folder of results; bench/SUITE if not given.")] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Compute the missing results of a suite, show the table, and write a page with all values."""
    from attrax.campaigns.bench.arena_options import open_arena, run
    from attrax.campaigns.cluster import Cluster
    from attrax.runs.console import Console

    suite = str(context.info_name)
    folder = out or Path("bench") / suite
    arena = open_arena(
        suite,
        data or [],
        systems=systems,
        rivals=rivals,
        trials=trials,
        seconds=seconds,
        seed=seed,
        folder=folder,
    )
    console = Console(quiet=quiet)
    content = run(arena, console, Cluster(workers=workers or 0, scheduler=scheduler))

    from attrax.report.bench_page import bench_page
    from attrax.runs.page_file import write_page

    path = write_page(folder / "report.html", bench_page(content))
    console.say("wrote", f"{path}  table.md  values.csv")
    if json:
        print_json("bench", {"page": str(path)})


HELP = {
    "quick": "Twelve systems, all channels.",
    "dysts": "Every flow of the catalogue, all channels.",
    "published": "131 univariate series with the published scores of 16 methods.",
}
for suite, text in HELP.items():
    bench.command(suite, cls=GroupedCommand, help=text)(run_suite)


@bench.command("rivals", cls=GroupedCommand)
def rivals(json: Json = False) -> None:
    """List all methods: name, title, reference, and the library it needs."""
    from attrax.campaigns.bench.arena_options import list_rivals

    if json:
        print_json("bench rivals", {"rivals": [list(map(str, line)) for line in list_rivals()]})
        return
    for name, title, paper, takes in list_rivals():
        typer.echo(f"{name:<22} {title:<36} {takes:<14} {paper}".rstrip())


@bench.command("add-rival", cls=GroupedCommand)
def add_rival(
    name: Annotated[str, typer.Argument(help="Name of the method.")],
    python: Annotated[Path, typer.Option(help="Python interpreter of its environment, e.g. ENV/bin/python.")],
    script: Annotated[Path, typer.Option(help="Its program: reads arrays from a folder, writes paths.npy.")],
    licence: Annotated[str, typer.Option(help="Its licence, e.g. GPL-3.0.")],
    yes: Annotated[bool, typer.Option("--yes", help="Accept the licence without being asked.")] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Add a method that runs in another Python environment; its licence is shown first."""
    from attrax.campaigns.bench.external import ExternalRival
    from attrax.campaigns.bench.external import add_rival as register
    from attrax.runs.console import Console

    Console(quiet=quiet).say("licence", f"{name}: {licence}; it runs in its own process and is no part of attrax")
    if not yes:
        typer.confirm("Use it under this licence?", abort=True)
    register(name, ExternalRival(str(python.absolute()), str(script.absolute()), licence))
    Console(quiet=quiet).say("added", f"attrax bench quick --rivals attrax,{name}")
    if json:
        print_json("bench rivals", {"rivals": [[name, licence, str(script), str(python)]]})
