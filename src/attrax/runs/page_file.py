"""Writes HTML pages to files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrax.core.errors import RunError
from attrax.runs.tree_file import write_atomically

OTHER_FILE = "choose a file you may write to with {}"
"""The advice if a page cannot be written, with a place for the option that names its file."""


@contextmanager
def told_as_page(path: Path, fix: str) -> Iterator[None]:
    """Turn failures of the machine inside the block, which writes a page, into an error about the page.

    Args:
        path: The file of the page.
        fix: What the reader can do, for the error.

    Raises:
        RunError: R304 if something cannot be written.
    """
    try:
        yield
    except OSError as failure:
        raise RunError(
            "R304",
            "the report cannot be written",
            where=str(path),
            why=failure.strerror or "not writable",
            fix=fix,
        ) from None


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
    with told_as_page(path, OTHER_FILE.format(option)):
        write_atomically(path, html.encode())
    return path
