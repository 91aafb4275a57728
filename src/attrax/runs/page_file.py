"""Pages on disk."""

from pathlib import Path

from attrax.core.errors import RunError
from attrax.runs.tree_file import write_atomically


def write_page(path: Path, html: str, *, option: str = "--out") -> Path:
    """Write a page.

    Args:
        path: The file.
        html: Its text.
        option: What the user chooses the file with.

    Raises:
        RunError: R304, it cannot be written.
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
