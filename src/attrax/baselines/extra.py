"""The libraries behind the rivals, imported when one of them is fitted."""

import importlib
from typing import Any

from attrax.core.errors import ConfigError


def required(module: str, name: str) -> Any:
    """Something of a library of the extra `rivals`.

    Raises: ConfigError C640 if it is not installed.
    """
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError:
        library = module.partition(".")[0]
        raise ConfigError(
            "C640",
            "a library is missing",
            where=f"{library}: a rival is fitted by it",
            why="rivals are thin over libraries of their own, the extra `rivals`",
            fix='pip install "attrax[rivals]"',
        ) from None
