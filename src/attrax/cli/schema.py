"""`attrax schema`: prints the schema of what a command prints with `--json`."""

import json
import sys
from typing import Annotated

import typer


def schema(
    command: Annotated[
        list[str] | None, typer.Argument(help="A command, such as fit; default: all.", show_default=False)
    ] = None,
) -> None:
    """Show the JSON schema of what a command prints with --json; without a command, those of all."""
    from attrax.cli.json_documents import DOCUMENTS, schema_of

    wanted = " ".join(command or ())
    if wanted and wanted not in DOCUMENTS:
        raise typer.BadParameter(f"no document of {wanted!r}; commands with one are: {', '.join(DOCUMENTS)}")
    found = schema_of(wanted) if wanted else {name: schema_of(name) for name in DOCUMENTS}
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
