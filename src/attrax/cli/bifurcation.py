"""`attrax bifurcation`: how a system, or a driven model, behaves as one parameter changes."""

from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.options import Json, Quiet, print_json, run_folder


def bifurcation(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SYSTEM|RUN",
            parser=lambda text: str(run_folder(text)),
            help="A built-in system such as lorenz63, or the run of a model with inputs; `latest`: the newest run.",
        ),
    ],
    span: Annotated[
        str,
        typer.Argument(metavar="PARAMETER=FROM:TO", help="A parameter of the system or an input of the run."),
    ],
    values: Annotated[int, typer.Option(min=2, help="Number of values.")] = 200,
    out: Annotated[Path | None, typer.Option(help="Folder of figures; default: SYSTEM-bifurcation or the run.")] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Draw a bifurcation diagram: long-term states and the largest exponent as one parameter changes."""
    from attrax.runs.console import Console, show_path

    console = Console(quiet=quiet)
    console.say("following", f"{source}: {values} values of {span}")

    import numpy as np

    from attrax.core.plain_values import plain
    from attrax.plots.figure import warned
    from attrax.runs.figure_files import write_figures
    from attrax.runs.parameter_sweep import family_of, parse_range, sweep_figure, sweep_parameter

    name, low, high = parse_range(span)
    family = family_of(source, name)
    if family.warning:
        console.say("WARNING", family.warning)
    found = sweep_parameter(family, np.linspace(low, high, values))
    folder = (out or family.folder) / "figures"
    write_figures([warned(sweep_figure(found, family, name), family.warning)], folder)
    console.say("wrote", f"{show_path(folder)}: bifurcation (.png .svg .pdf .csv)")
    if json:
        worth = {"warning": family.warning} if family.warning else {}
        numbers = {"values": found.values.tolist(), "exponents": plain(found.exponents)}
        print_json("bifurcation", {**worth, "folder": str(folder), "parameter": name, **numbers})
