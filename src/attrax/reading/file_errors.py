"""Errors of files that cannot be found, opened or understood."""

import difflib
from pathlib import Path

from attrax.core.errors import DataError


def not_found(path: Path, why: str = "there is no recording to read") -> DataError:
    """The error of a path or a glob without a file (D117).

    Args:
        path: The path.
        why: What cannot be done without the file.
    """
    folder = path.parent
    nearest = []
    if folder.is_dir():
        nearest = difflib.get_close_matches(path.name, [file.name for file in folder.iterdir()], n=1, cutoff=0.5)
    return DataError(
        "D117",
        "file not found",
        where=f"{path}" if folder.is_dir() else f"{path}: the folder {folder} does not exist either",
        why=why,
        fix=f"did you mean {folder / nearest[0]}?"
        if nearest
        else "check the path; relative paths start in the current folder",
    )


def unreadable(path: Path, reason: str, fix: str) -> DataError:
    """The error of a file that cannot be opened, or whose type is not known (D118)."""
    return DataError("D118", "file cannot be read", where=f"{path}: {reason}", why="there is no reader for it", fix=fix)


def damaged(place: str, error: Exception) -> DataError:
    """The error of a file that its reader does not understand (D118).

    Args:
        place: The file, and the part of it.
        error: What the reader raised.
    """
    return DataError(
        "D118",
        "damaged or truncated file",
        where=f"{place}: {str(error).splitlines()[0][:200] if str(error) else type(error).__name__}",
        why="a part of the recording would be missing without notice",
        fix="copy or save the file again",
    )
