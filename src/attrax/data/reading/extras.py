"""Extras: libraries that read formats few recordings come in, imported when one does."""

import importlib
import importlib.util
from pathlib import Path
from typing import Any

from attrax.core.errors import DataError


def required(*modules: str, place: str) -> list[Any]:
    """The modules of the extra `io`.

    Raises: DataError D125 that names the extra, if one of them is not installed.
    """
    missing = [name for name in modules if importlib.util.find_spec(name.partition(".")[0]) is None]
    if missing:
        raise DataError(
            "D125",
            "a library is missing",
            where=f"{place}: reading it takes {' and '.join(name.partition('.')[0] for name in missing)}",
            why="formats other than text and NumPy's own are read by their own libraries, the extra `io`",
            fix='pip install "attrax[io]"',
        )
    return [importlib.import_module(name) for name in modules]


def damaged(path: Path, error: Exception) -> DataError:
    """The error of a file that the library for its format cannot make sense of (D118)."""
    return DataError(
        "D118",
        "damaged or truncated file",
        where=f"{path}: {str(error).splitlines()[0][:200] if str(error) else type(error).__name__}",
        why="part of the recording would be missing without notice",
        fix="copy or save the file again",
    )
