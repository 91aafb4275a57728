"""`attrax doctor`: is this installation fit for work."""

import typer

from attrax.cli.options import Json, print_json


def doctor(json: Json = False) -> None:
    """Check the installation: versions, device, float64, what can be chosen by name, a short training run."""
    from attrax.runs.installation_check import check_installation

    findings = check_installation()
    if json:
        print_json([finding._asdict() for finding in findings])
    else:
        for finding in findings:
            typer.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.what:<20} {finding.detail}")
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)
