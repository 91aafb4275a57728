"""`attrax inspect`: examines a recording before training."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.option_flags import NOTHING, Options, with_options
from attrax.cli.options import Components, Json, assign, echo, given, print_json, words
from attrax.core.errors import AttraxError
from attrax.data.repair.repair_options import RepairOptions
from attrax.reading.read_options import ReadOptions


@with_options(ReadOptions, RepairOptions)
def inspect(
    source: Annotated[list[str], typer.Argument(help="Files with a recording.", show_default=False)],
    options: Options = NOTHING,
    kinds: Annotated[str | None, typer.Option(help="Channels of other kinds, e.g. stage=categorical.")] = None,
    pca: Components = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="Any other setting of `attrax fit`.")] = None,
    page: Annotated[Path | None, typer.Option(help="Also write the results as an HTML page.")] = None,
    json: Json = False,
) -> None:
    """Examine a recording before training: time axis, gaps, period, noise, embedding, and what a fit would do."""
    from attrax.reconstruct.inspection import inspect as job
    from attrax.reconstruct.settings.configuration import configure

    settings = {"data": {"source": source} | options | given(pca=pca), "model": given(kinds=words(kinds))}
    assign(settings, set_ or [])
    found = job(configure(overrides=settings))
    arguments = _recording(sys.argv[2:])
    stop = None if found.obstacle is None else _stop(arguments, found.obstacle)
    command = _next(arguments) if stop is None else stop.fix
    if page is not None:
        from attrax.report.inspection_page import render_inspection
        from attrax.runs.page_file import write_page

        write_page(page, render_inspection(found, command), option="--page")
    if json:
        print_json("inspect", found.as_json())
        return

    from attrax.runs.inspection_screen import inspection_lines

    for label, text in inspection_lines(found):
        echo(f"{label:<10} {text}")
    if page is not None:
        echo(f"wrote      {page}")
    echo(f"next       {command}" if stop is None else f"stop       attrax fit would end with:\n{stop}")


def _recording(arguments: list[str]) -> list[str]:
    """The arguments that were typed, without options that only `inspect` has."""
    kept, typed = [], iter(arguments)
    for word in typed:
        if word == "--page":
            next(typed, None)
        elif word != "--json" and not word.startswith("--page="):
            kept.append(word)
    return kept


def _stop(arguments: list[str], obstacle: AttraxError) -> AttraxError:
    """The error that would stop a fit, with the command that avoids it."""
    from attrax.cli.app import app
    from attrax.cli.remedy import with_command

    return with_command(obstacle, ["fit", *arguments], app)


def _next(arguments: list[str]) -> str:
    """The next command: `fit` with the same recording and options."""
    return shlex.join(["attrax", "fit", *arguments])
