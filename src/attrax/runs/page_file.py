"""Writes HTML pages to files."""

from pathlib import Path

from attrax.core.errors import RunError
from attrax.runs.tree_file import write_atomically


def write_page(path: Path, html: str, *, option: str = "--out") -> Path:
    """Write an HTML page to a file.

    Args:
        path: The file.
        html: The page.
        option: The command-line option that sets the file, for the advice in the error.

    Returns: The file.

    Raises:
        RunError: R304 if the file cannot be written.
    """
    try:
        write_atomically(path, html.encode())
    except OSError as failure:
        raise RunError(
            "R304",
            "the report cannot be written",
            where=str(path),
            why=failure.strerror or "not writable",
            fix=f"choose a file you may write to with {option}",
        ) from None
    return path
