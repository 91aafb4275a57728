"""The libraries behind the rivals, imported when one of them is fitted."""

import importlib
import importlib.util
from typing import Any

from attrax.core.errors import ConfigError


def required(module: str, name: str) -> Any:
    """Something of a library of the extra `rivals`.

    Raises: ConfigError C640 if it is not installed.
    """
    require(module.partition(".")[0])
    return getattr(importlib.import_module(module), name)


def require(library: str) -> None:
    """See to it that a library of the extra `rivals` is there, without importing it.

    Raises: ConfigError C640 if it is not installed.
    """
    if importlib.util.find_spec(library) is None:
        raise ConfigError(
            "C640",
            "a library is missing",
            where=f"{library}: a rival is fitted by it",
            why="rivals are thin over libraries of their own, the extra `rivals`",
            fix='pip install "attrax[rivals]"',
        )
