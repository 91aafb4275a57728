"""`attrax sweep`: runs all combinations of recordings, settings and seeds in a TOML file."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.options import Json, Quiet, print_json


def sweep(
    file: Annotated[Path, typer.Argument(help="The sweep file in TOML, for example examples/sweep.toml.")],
    out: Annotated[Path | None, typer.Option(help="Folder of results; default: sweeps/NAME.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder for relative paths of recordings.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes on this machine.")] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler, e.g. tcp://10.0.0.1:8786.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and show what would be done.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Show the table of the results so far.")] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Run every combination of recordings, settings and seeds that has no result yet, and write a table of all."""
    from attrax.campaigns.sweep.sweep_file import open_sweep_file, placed

    wanted = placed(open_sweep_file(file), workers=workers, scheduler=scheduler)

    from attrax.campaigns.sweep.sweep_run import Sweep
    from attrax.runs.console import Console

    folder, console = out or Path("sweeps") / file.stem, Console(quiet=quiet)
    given = {"--out": out, "--data-dir": data_dir, "--workers": workers, "--scheduler": scheduler}
    told = [part for option, value in given.items() if value for part in (option, str(value))]
    command = shlex.join(["attrax", "sweep", str(file), *told])
    opened = Sweep(wanted, folder, data_dir or Path(), command, console)
    what = opened.dry_run if dry_run else opened.status if status else opened.run
    what()
    if json:
        print_json("sweep", {"folder": str(folder)})
