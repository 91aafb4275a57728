"""`attrax inspect`: look at a recording before training."""

import shlex
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from attrax.cli.options import Json, assign, given, print_json, words

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
    if json:
        print_json(found.as_json())
        return

    from attrax.runs.inspection_screen import lines

    for label, text in lines(found):
        typer.echo(f"{label:<10} {text}")
    typer.echo(_next([word for word in sys.argv[2:] if word != "--json"], found))


def _next(arguments: list[str], found: "Inspection") -> str:
    """What to type next: the same recording and options with `fit`, or the way past what would stop it."""
    if found.obstacle is not None:
        from attrax.cli.app import app
        from attrax.cli.remedy import with_command

        return f"stop       attrax fit would end with:\n{with_command(found.obstacle, ['fit', *arguments], app)}"
    embed = ["--embed", "auto"] if found.plan is not None and found.plan.lags else []
    return f"next       {shlex.join(['attrax', 'fit', *arguments, *embed])}"
