"""`attrax open`: shows the report of a run in the browser."""

import webbrowser

import typer

from attrax.cli.options import Json, RunFolder, print_json

NO_BROWSER = 2


def open_page(run: RunFolder, json: Json = False) -> None:
    """Show the report of a run in the browser."""
    from attrax.report.run_report import FILE_NAME
    from attrax.runs.folder import no_run

    page = run / FILE_NAME
    if not (run / "run.json").is_file():
        raise no_run(run)
    if not page.is_file():
        raise typer.BadParameter(f"{page} does not exist; write it with: attrax report {run}")
    if not webbrowser.open(page.resolve().as_uri()):
        # As on a server: the page is there, and can be copied.
        typer.echo(f"no browser was found here; open this file in one: {page.resolve()}", err=True)
        raise typer.Exit(NO_BROWSER)
    if json:
        print_json("open", {"page": str(page)})
    else:
        typer.echo(f"opened     {page}")
