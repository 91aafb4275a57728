"""Options that several commands share, and functions that turn options into settings."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from attrax.core.safe_text import printable
from attrax.core.spec import Registry

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]
LATEST = "latest"
RUNS = Path("runs")


def run_folder(text: str) -> Path:
    """The folder of a run; `latest` is the one in ./runs that changed last.

    Raises: BadParameter for `latest` if there is no run in ./runs.
    """
    if text != LATEST or Path(text).exists():
        return Path(text)
    from attrax.runs.folder import latest_run

    run = latest_run(RUNS)
    if run is None:
        raise typer.BadParameter(
            f"there is no run in ./{RUNS}; give the folder of a run, or begin with: attrax fit FILE"
        )
    return run


RunFolder = Annotated[
    Path, typer.Argument(metavar="RUN", parser=run_folder, help="A run folder; `latest`: the newest one in ./runs.")
]
Out = Annotated[Path, typer.Option("--out", help="File to write: .csv, .npy, .parquet or .nc.")]
Components = Annotated[
    str | None, typer.Option("--pca", help="Number of principal components to learn from; auto: 99 % of the variance.")
]
Future = Annotated[
    str | None,
    typer.Option(help="File with the external inputs of the steps ahead, for models with --inputs: a column for each."),
]
Subject = Annotated[
    str | None, typer.Option(help="Name of a subject, for runs of many subjects (attrax fit --hierarchical).")
]


def words(text: str | None) -> list[str] | None:
    """The parts of a comma-separated list; None stays None."""
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]


def kinds_of(registry: Registry[Any]) -> str:
    """The help of an option that names an implementation."""
    return f"{registry.noun.capitalize()}: {', '.join(registry.names)}."


def given(**settings: Any) -> dict[str, Any]:
    """The settings that were given. Those that are None are left out, so that preset and file set their values."""
    return {name: value for name, value in settings.items() if value is not None}


def assign(settings: dict[str, Any], assignments: list[str]) -> None:
    """Write `section.name=value` assignments into nested settings; values are read as TOML, or else as text.

    Raises: ConfigError C506 if an assignment cannot be read.
    """
    import tomllib

    from attrax.core.errors import ConfigError

    for assignment in assignments:
        path, separator, text = assignment.partition("=")
        if not separator:
            raise ConfigError(
                "C506",
                f"cannot read --set {assignment}",
                where="--set",
                why="an assignment needs a name and a value",
                fix="--set train.batch_size=32",
            )
        try:
            value = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            value = text
        *sections, name = path.strip().split(".")
        level = settings
        for section in sections:
            level = level.setdefault(section, {})
            if not isinstance(level, dict):
                raise ConfigError(
                    "C506",
                    f"cannot read --set {assignment}",
                    where="--set",
                    why=f"{section!r} has a value of its own, so nothing can be set inside it",
                    fix="--set train.batch_size=32",
                )
        level[name] = value


def echo(text: str) -> None:
    """Write a line to standard output, without the control characters that names may have."""
    typer.echo(printable(text))


def print_json(command: str, content: dict[str, Any]) -> None:
    """Write the document of a command to standard output as JSON.

    Args:
        command: Name of the command; `attrax schema` prints the schema of its document.
        content: The fields of the document.
    """
    from attrax.cli.json_documents import document

    sys.stdout.write(document(command, content) + "\n")
