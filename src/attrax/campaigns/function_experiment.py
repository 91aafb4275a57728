"""`FunctionExperiment`: runs a function in a Python file, `name(budget, key, **arguments) -> Measurement`."""

import importlib.util
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from attrax.campaigns.budget import Budget
from attrax.campaigns.experiment import AbstractExperiment, ExperimentFailed
from attrax.campaigns.metric import Measurement
from attrax.campaigns.program_hash import program_hash
from attrax.core.errors import AttraxError, ConfigError


@dataclass(frozen=True)
class FunctionExperiment(AbstractExperiment):
    """An experiment that is a function in a Python file.

    Attributes:
        file: The file.
        function: Name of the function.
        arguments: Arguments besides budget and key, as values for JSON.
    """

    file: Path
    function: str
    arguments: dict[str, Any]

    @property
    def identity(self) -> Any:
        """The program without its comments and docstrings, the name of the function, and its arguments."""
        return {"program": _program(self.file), "function": self.function, "arguments": self.arguments}

    @property
    def seeds_used(self) -> int:
        """One seed."""
        return 1

    def run(self, budget: Budget, key: int) -> Measurement:
        """Call the function. An error in it is stored as a failure until the program is changed."""
        function = function_of(self.file, self.function)
        try:
            measured = function(budget, key, **self.arguments)
        except (AttraxError, ExperimentFailed, ImportError, MemoryError):
            raise
        except Exception as failure:
            raise ExperimentFailed(self._told(failure)) from failure
        if not isinstance(measured, Measurement):
            raise _unusable(self.file, f"{self.function} returned {type(measured).__name__}, not a Measurement")
        return measured

    def _told(self, failure: Exception) -> str:
        """The error message, with the line of the file in which the error was raised."""
        frames = traceback.extract_tb(failure.__traceback__)
        lines = [frame.lineno for frame in frames if Path(frame.filename).resolve() == self.file.resolve()]
        return f"{type(failure).__name__}: {failure} ({self.file.name}, line {lines[-1] if lines else '?'})"


def function_of(file: Path, name: str) -> Callable[..., Any]:
    """Load a function from a Python file.

    Raises: ConfigError C558 if the file cannot be run, or has no such function.
    """
    found = getattr(_module(file, file.stat().st_mtime_ns if file.is_file() else 0), name, None)
    if not callable(found):
        raise _unusable(file, f"there is no function {name!r} in it")
    return found


def _program(file: Path) -> str:
    try:
        return program_hash(file.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError) as failure:
        raise _unusable(file, str(failure)) from None


@lru_cache(maxsize=100)
def _module(file: Path, changed: int) -> Any:
    del changed
    spec = importlib.util.spec_from_file_location(f"attrax_study_{file.parent.name}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as failure:
        raise _unusable(file, f"{type(failure).__name__}: {failure}") from None
    return module


def _unusable(file: Path, why: str) -> ConfigError:
    return ConfigError(
        "C558",
        "the experiments of the study cannot be used",
        where=str(file),
        why=why,
        fix="write a function `name(budget, key, ...)` that returns an attrax.campaigns.Measurement",
    )
