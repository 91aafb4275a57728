"""`attrax inspect`: look at a recording before training."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attrax.cli.options import Json, assign, given, print_json, words
from attrax.core.errors import AttraxError

if TYPE_CHECKING:
    from attrax.runs.inspection import Inspection


def inspect(
    source: Annotated[list[str], typer.Argument(help="Files with a recording.", show_default=False)],
    channels: Annotated[str | None, typer.Option(help="Columns to keep, comma separated.")] = None,
    drop: Annotated[str | None, typer.Option(help="Columns to leave out, comma separated.")] = None,
    inputs: Annotated[str | None, typer.Option(help="Columns that are external inputs; globs allowed.")] = None,
    time: Annotated[str | None, typer.Option(help="Name of the time column.")] = None,
    dt: Annotated[float | None, typer.Option(help="Time between two rows.")] = None,
    transpose: Annotated[bool | None, typer.Option("--transpose", help="Channels are in rows.")] = None,
    missing: Annotated[str | None, typer.Option(help="Missing values: mask, interpolate, or split.")] = None,
    resample: Annotated[str | None, typer.Option(help="New even time step, e.g. 4ms or 0.004.")] = None,
    every: Annotated[int | None, typer.Option(help="Keep one row in so many, low-pass filtered first.")] = None,
    detrend: Annotated[str | None, typer.Option(help="Channels to free of their linear trend, or all.")] = None,
    sort: Annotated[bool | None, typer.Option("--sort", help="Put the rows in the order of time.")] = None,
    duplicates: Annotated[str | None, typer.Option(help="Rows that share a time: mean, first or drop.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="Any other setting of `attrax fit`.")] = None,
    page: Annotated[Path | None, typer.Option(help="Write what was found as an HTML page, too.")] = None,
    json: Json = False,
) -> None:
    """Look at a recording before training: clock, gaps, rhythm, noise, embedding, and what a fit would do."""
    from attrax.runs.config import configure
    from attrax.runs.inspection import inspect as job

    data = given(
        source=source,
        channels=words(channels),
        drop=words(drop),
        inputs=words(inputs),
        time=time,
        dt=dt,
        transpose=transpose,
        missing=missing,
        resample=resample,
        every=every,
        detrend=words(detrend),
        sort=sort,
        duplicates=duplicates,
    )
    settings = {"data": data}
    assign(settings, set_ or [])
    found = job(configure(overrides=settings))
    arguments = _recording(sys.argv[2:])
    stop = None if found.obstacle is None else _stop(arguments, found.obstacle)
    command = _next(arguments, found) if stop is None else stop.fix
    if page is not None:
        from attrax.report.inspection_page import write_inspection

        write_inspection(page, found, command)
    if json:
        print_json(found.as_json())
        return

    from attrax.runs.inspection_screen import lines

    for label, text in lines(found):
        typer.echo(f"{label:<10} {text}")
    if page is not None:
        typer.echo(f"wrote      {page}")
    typer.echo(f"next       {command}" if stop is None else f"stop       attrax fit would end with:\n{stop}")


def _recording(arguments: list[str]) -> list[str]:
    """What was typed, without what only `inspect` knows."""
    kept, typed = [], iter(arguments)
    for word in typed:
        if word == "--page":
            next(typed, None)
        elif word != "--json" and not word.startswith("--page="):
            kept.append(word)
    return kept


def _stop(arguments: list[str], obstacle: AttraxError) -> AttraxError:
    """What would stop a fit, with the command that leads past it."""
    from attrax.cli.app import app
    from attrax.cli.remedy import with_command

    return with_command(obstacle, ["fit", *arguments], app)


def _next(arguments: list[str], found: "Inspection") -> str:
    """What to type next: the same recording and options with `fit`."""
    embed = ["--embed", "auto"] if found.plan is not None and found.plan.lags else []
    return shlex.join(["attrax", "fit", *arguments, *embed])
