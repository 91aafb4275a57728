"""`attrax systems`: lists the built-in systems, or shows the facts about one."""

from pathlib import Path
from typing import Annotated

import typer

from attrax.cli.options import Json, Quiet, echo, print_json


def systems(
    name: Annotated[str | None, typer.Argument(help="Name of a system; default: all.", show_default=False)] = None,
    domain: Annotated[str | None, typer.Option(help="Only systems of this field, such as climate.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Folder for a figure of the attractor.")] = None,
    measure: Annotated[
        Path | None, typer.Option(help="Measure exponents, dimension and period again; the JSON file to write.")
    ] = None,
    gallery: Annotated[
        Path | None, typer.Option(help="HTML file for a page with every attractor, its exponents and equations.")
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """List the built-in systems, or show one: equations, parameters, Lyapunov exponents and reference."""
    if measure is not None:
        from attrax.runs.measured_invariants import update_measurements

        update_measurements(measure, (name,) if name else ())
        return
    if gallery is not None:
        _draw_gallery((name,) if name else (), domain, gallery, quiet=quiet, json=json)
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


def _draw_gallery(names: tuple[str, ...], domain: str | None, page: Path, *, quiet: bool, json: bool) -> None:
    from attrax.runs.console import Console, show_path
    from attrax.runs.system_pages import system_rows

    chosen = names or tuple(line["name"] for line in system_rows() if domain in (None, line["domain"]))
    console = Console(quiet=quiet)
    console.say("recording", f"{len(chosen)} systems, on all cores")

    from attrax.report.gallery_page import gallery_page
    from attrax.runs.page_file import write_page
    from attrax.runs.system_gallery import gallery_entries

    with console.progress("systems", len(chosen)) as move:
        entries = gallery_entries(chosen, progress=move)
    console.say("wrote", show_path(write_page(page, gallery_page(entries), option="--gallery")))
    if json:
        told = [{key: value for key, value in entry.items() if key != "points"} for entry in entries]
        print_json("systems", {"systems": told, "page": str(page)})
