"""`attrax systems`: lists the built-in systems, or shows the facts about one."""

from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.options import Json, echo, print_json


def systems(
    name: Annotated[str | None, typer.Argument(help="Name of a system; default: all.", show_default=False)] = None,
    domain: Annotated[str | None, typer.Option(help="Only systems of this field, such as climate.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Folder for a figure of the attractor.")] = None,
    measure: Annotated[
        Path | None, typer.Option(help="Measure exponents, dimension and period again; the JSON file to write.")
    ] = None,
    json: Json = False,
) -> None:
    """List the built-in systems, or show one: equations, parameters, Lyapunov exponents and reference."""
    if measure is not None:
        from attrax.runs.measured_invariants import update_measurements

        update_measurements(measure, (name,) if name else ())
        return
    if name is None:
        _list(domain, json)
        return

    from attrax.runs.system_pages import draw_attractor, fact_lines, system_facts

    facts = system_facts(name)
    if json:
        print_json("systems", {"systems": [facts]})
    else:
        for label, text in fact_lines(facts):
            echo(f"{label:<10} {text}")
    if picture is not None:
        typer.echo(f"wrote      {draw_attractor(name, picture)}", err=True)


def _list(domain: str | None, json: bool) -> None:
    from attrax.runs.system_pages import COLUMNS, cells_of, system_rows

    lines = [line for line in system_rows() if domain is None or line["domain"] == domain]
    if json:
        print_json("systems", {"systems": lines})
        return
    rows = [COLUMNS, *map(cells_of, lines)]
    widths = [max(len(cells[i]) for cells in rows) for i in range(len(COLUMNS) - 1)]
    for cells in rows:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=False))
        typer.echo("  ".join([*padded, cells[-1]]))
    typer.echo(f"\n{len(lines)} systems. `attrax systems NAME` shows one, `attrax fit NAME` learns it.")
