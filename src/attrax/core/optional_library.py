"""Optional libraries: imported only when needed; if one is missing, the error says how to install it."""

import importlib
import importlib.util
import re
from importlib.metadata import PackageNotFoundError, distribution, requires
from typing import Any, NamedTuple

from attrax.core.errors import ConfigError


class Extra(NamedTuple):
    """A group of optional libraries that are installed together with `pip install "attrax[NAME]"`.

    Attributes:
        name: The name in the square brackets.
        purpose: What the libraries are needed for; part of the error message.

    Example:
        >>> [json] = FILE_LIBRARIES.load("json", place="a file")
        >>> json.loads("[1, 2]")
        [1, 2]
    """

    name: str
    purpose: str

    def check(self, *modules: str, place: str) -> None:
        """Check that libraries are installed, without importing them.

        Args:
            modules: Names of modules, such as `h5py` or `pyarrow.parquet`.
            place: The file or function that needs them, for the error message.

        Raises: ConfigError C640 if a library is not installed.
        """
        libraries = dict.fromkeys(module.partition(".")[0] for module in modules)
        missing = [library for library in libraries if importlib.util.find_spec(library) is None]
        if missing:
            raise ConfigError(
                "C640",
                "a library is missing",
                where=f"{place} needs {' and '.join(missing)}",
                why=f"{self.purpose}, the optional libraries `{self.name}`",
                fix=f'pip install "attrax[{self.name}]"',
            )

    @property
    def missing(self) -> tuple[str, ...]:
        """The libraries of the group that are not installed, as the installed attrax lists them."""
        ours = re.compile(rf"([\w.-]+)[^;]*;.*\bextra == ['\"]{self.name}['\"]")
        named = (found[1] for line in requires("attrax") or () if (found := ours.match(line)))
        return tuple(name for name in named if not _installed(name))

    def load(self, *modules: str, place: str) -> list[Any]:
        """Import modules and return them in the same order.

        Args:
            modules: Names of modules, such as `h5py`.
            place: The file or function that needs them, for the error message.

        Raises: ConfigError C640 if a library is not installed.
        """
        self.check(*modules, place=place)
        return [importlib.import_module(module) for module in modules]


def _installed(name: str) -> bool:
    try:
        return bool(distribution(name).version)
    except PackageNotFoundError:
        return False


FILE_LIBRARIES = Extra("io", "file formats other than text and NumPy's own are read and written by their own libraries")
PHYSIOLOGY_LIBRARIES = Extra("physio", "files of BrainVision and WFDB are read by their own libraries")
CLUSTER_LIBRARIES = Extra("sweep", "several workers and searches need libraries of their own")
ESTIMATOR_LIBRARIES = Extra("sklearn", "the estimator has the interface of scikit-learn and is made from its classes")
TOPOLOGY_LIBRARIES = Extra("topology", "pieces and holes of a cloud of states are found by a library of its own")
RIVAL_LIBRARIES = Extra("rivals", "methods for comparison come from their own libraries")
EXTRAS = (FILE_LIBRARIES, PHYSIOLOGY_LIBRARIES, CLUSTER_LIBRARIES, ESTIMATOR_LIBRARIES, RIVAL_LIBRARIES)
"""All groups, for `attrax doctor`."""
