"""The format that a file states: a file that a newer version of attrax wrote is refused."""

from pathlib import Path
from typing import Any

from attrax.core.errors import RunError
from attrax.core.version import __version__


def check_format(file: Path | str, written: Any, known: int) -> None:
    """Refuse a file that a newer version of attrax wrote.

    Args:
        file: The file.
        written: The number of the format that the file states. What is no whole number is not checked here.
        known: The newest format that this version reads.

    Raises: RunError R320 if the number is higher.

    Example:
        >>> check_format(Path("run.json"), written=1, known=1)
        >>> try:
        ...     check_format(Path("run.json"), written=2, known=1)
        ... except RunError as error:
        ...     error.code, error.where, error.fix
        ('R320', 'run.json: format 2', 'pip install --upgrade attrax')
    """
    if isinstance(written, int) and written > known:
        raise RunError(
            "R320",
            "file newer than the program",
            where=f"{file}: format {written}",
            why=f"this is attrax {__version__}, which reads format {known}; a newer version wrote the file",
            fix="pip install --upgrade attrax",
        )
