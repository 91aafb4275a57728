"""`attrax doctor`: checks the installation, and lists what can be chosen by name."""

import sys
from typing import Annotated

import typer

from attrax.cli.options import Json, print_json
from attrax.registries import ALL

FAMILIES = ", ".join(registry.group.partition(".")[2] for registry in ALL)


def doctor(
    family: Annotated[str, typer.Argument(help=f"List the names of one family with their settings: {FAMILIES}.")] = "",
    json: Json = False,
) -> None:
    """Check the installation: versions, device, float64, what can be chosen by name, a short training run."""
    if not family and not json:
        # Before the imports, which take seconds.
        typer.echo("checking  versions, device, precision, all implementations, and a short training", err=True)

    from attrax.runs.installation_check import check_installation, describe_family

    if family:
        lines = describe_family(family)
        if json:
            print_json("doctor", {"family": lines})
        else:
            typer.echo("\n".join(lines))
        return
    findings = []
    for finding in check_installation():
        findings.append(finding)
        if not json:
            typer.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.what:<20} {finding.detail}")
            sys.stdout.flush()
    if json:
        print_json("doctor", {"checks": [finding._asdict() for finding in findings]})
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)
