"""Reads and writes the JSON files of a run folder; a damaged one is an error that names the place."""

import json
from pathlib import Path
from typing import Any

from attrax.core.errors import RunError
from attrax.core.file_format import check_format

SCHEMA = "schema"
"""Name of the entry that says how a file is to be read."""


def pretty(value: Any) -> bytes:
    """The content of a file with a value as JSON, sorted and indented."""
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()


def read_object(path: Path) -> dict[str, Any]:
    """Read a JSON file that holds one object.

    Raises: RunError R315 if it is damaged.
    """
    return parsed_object(path.read_bytes(), str(path))


def parsed_object(text: bytes, place: str) -> dict[str, Any]:
    """The object that a text holds as JSON.

    Args:
        text: The text.
        place: The file, and the line in it, for the error.

    Raises: RunError R315 if it is damaged.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as failure:
        raise damaged_file(place, str(failure)) from None
    if not isinstance(value, dict):
        raise damaged_file(place, f"it holds {type(value).__name__}, not names and values")
    return value


def check_schema(found: dict[str, Any], reads: int, place: str) -> None:
    """Check that the present version can read a file; a file without a schema is of the first one.

    Args:
        found: The content of the file.
        reads: The newest schema that is known.
        place: The file, for the error.

    Raises: RunError R315 if the schema is no number, R320 if a newer version of attrax wrote the file.
    """
    schema = found.get(SCHEMA, 1)
    if not isinstance(schema, int):
        raise damaged_file(place, f"its schema is {schema!r}, which is no number")
    check_format(place, schema, reads)


def damaged_file(
    place: str,
    why: str,
    fix: str = "restore the file from a copy; the model is a file of its own, which attrax.open_model opens",
) -> RunError:
    """The error of a text file that cannot be understood (R315).

    Args:
        place: The file, and the line in it.
        why: What is wrong with it.
        fix: How to go on; as for a file of a run if not given.
    """
    return RunError(
        "R315",
        "a file of the run is damaged",
        where=f"{place}: {why}",
        why="attrax wrote it completely, so something else has changed it since; its content is lost",
        fix=fix,
    )
