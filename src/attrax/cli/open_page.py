"""`attrax open`: shows the report of a run in the browser."""

import webbrowser

import typer

from attrax.cli.options import Json, RunFolder, print_json


def open_page(run: RunFolder, json: Json = False) -> None:
    """Show the report of a run in the browser."""
    from attrax.report.run_report import FILE_NAME

    page = run / FILE_NAME
    if not page.is_file():
        raise typer.BadParameter(f"{page} does not exist; write it with: attrax report {run}")
    if not webbrowser.open(page.resolve().as_uri()):
        raise typer.BadParameter(f"no browser was found; open this file in one: {page.resolve()}")
    if json:
        print_json("open", {"page": str(page)})
    else:
        typer.echo(f"opened     {page}")
