"""Extras: libraries that read formats few recordings come in, imported when one does."""

import importlib
import importlib.util
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
