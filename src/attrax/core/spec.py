"""Spec and registry: an implementation declares itself once, and everything that is said about it is read from there.

A file of a family's folder (`models/dynamics/almost_linear.py`) holds one implementation and, below it, its `SPEC`. The
name in settings is that of the file (`almost-linear`), so that the names are known without importing anything. A
package from outside adds its own by an entry point of the family's group that points to such a `SPEC`.
"""

import difflib
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from attrax.core.errors import ConfigError

OBJECT = "object"
"""The name, in settings, of what was handed over as an object and cannot be made again from them."""


def handed_over(*arguments: Any) -> Any:
    """Stands where a spec says how to make something, for what was handed over as an object."""
    raise TypeError(f"what was handed over as an object is not made from settings: {arguments}")


class Settings(BaseModel):
    """The settings of an implementation: each with its default, its range and a description; never changed.

    A field whose `title` is set is a size, and is told where a model is described: `50 hidden`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Spec:
    """What an implementation says of itself.

    Attributes:
        title: What it is called in a sentence.
        implementation: The class, or the function.
        settings: What can be set, with defaults.
    """

    title: str
    implementation: Callable[..., Any]
    settings: type[Settings] = Settings

    @property
    def summary(self) -> str:
        """The first line of its docstring."""
        return (self.implementation.__doc__ or "").strip().partition("\n")[0]

    @property
    def references(self) -> tuple[str, ...]:
        """The papers that its docstring cites, as keys of `docs/refs.bib`."""
        return tuple(dict.fromkeys(re.findall(r"@(\w+)", self.implementation.__doc__ or "")))


S = TypeVar("S", bound=Spec)


@dataclass(frozen=True)
class Registry(Generic[S]):
    """All implementations of one family by name: those of its folders, and those of other installed packages.

    Args:
        noun: What the family is called in messages.
        packages: Folders that hold one implementation a file.
        group: The group of entry points by which other packages add theirs.
        word_break: What stands in names for the underscore of file names.
        also: Registries whose implementations belong to this family, too.
        handed_over: The module whose `OBJECT` stands for what was handed over as an object, under the name `object`.
    """

    noun: str
    packages: tuple[str, ...]
    group: str
    word_break: str = "-"
    also: "tuple[Registry[S], ...]" = ()
    handed_over: str = ""
    _for_now: dict[str, S] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """All names in order; nothing is imported to find them."""
        return tuple(sorted({*self._places, *self._for_now}))

    def spec(self, name: str) -> S:
        """The spec of that name; its file is imported.

        Raises: ConfigError C512 if there is none of that name, C513 if the package that adds it cannot be used.
        """
        if name in self._for_now:
            return self._for_now[name]
        if self.handed_over and name == OBJECT:
            return import_module(self.handed_over).OBJECT
        if name not in self._places:
            raise ConfigError(
                "C512",
                f"unknown {self.noun} {name!r}",
                where=f"{self.group}: {', '.join(self.names)}",
                why="there is no file and no installed package of that name",
                fix=f"did you mean {nearest(name, self.names)!r}?",
            )
        module, attribute = self._places[name]
        try:
            return getattr(import_module(module), attribute)
        except (ImportError, AttributeError) as failure:
            if module.startswith("attrax."):
                raise
            raise ConfigError(
                "C513",
                f"the {self.noun} {name!r} cannot be used",
                where=f"entry point {self.group}: {name} = {module}:{attribute}",
                why=str(failure),
                fix=f"repair or remove the package that installs {module.partition('.')[0]}",
            ) from failure

    def specs(self) -> dict[str, S]:
        """Every spec by its name."""
        return {name: self.spec(name) for name in self.names}

    def checked(self, name: str) -> str:
        """The name, if it is one of an implementation or stands for an object; for the settings.

        Raises: ValueError if it is not; it tells the nearest name.
        """
        if name in self.names or (self.handed_over and name == OBJECT):
            return name
        raise ValueError(f"{self.noun} is one of {', '.join(self.names)}; did you mean {nearest(name, self.names)!r}?")

    @contextmanager
    def added(self, name: str, spec: S) -> Iterator[None]:
        """Add an implementation, or replace one, in this process and for as long as the block runs."""
        before = dict(self._for_now)
        self._for_now[name] = spec
        try:
            yield
        finally:
            self._for_now.clear()
            self._for_now.update(before)

    def name_of(self, implementation: Any) -> str | None:
        """The name under which a class or function is registered; None if it is not."""
        for name, (module, _) in self._places.items():
            if module == implementation.__module__ and self.spec(name).implementation is implementation:
                return name
        return None

    @cached_property
    def _places(self) -> dict[str, tuple[str, str]]:
        """Module and attribute of every spec."""
        own = {
            file.replace("_", self.word_break): (f"{package}.{file}", "SPEC")
            for package in self.packages
            for file in _files(package)
        }
        added = {point.name: (point.module, point.attr or "SPEC") for point in _added(self.group)}
        inner = {name: place for registry in self.also for name, place in registry._places.items()}
        return inner | added | own


def nearest(name: str, names: Iterable[str]) -> str:
    """The one of several names that somebody may have meant."""
    names = list(names)
    return next(iter(difflib.get_close_matches(name, names, n=1, cutoff=0.4)), names[0])


def _files(package: str) -> list[str]:
    """The modules in a package of attrax, found by looking into its folder: importing it could import much."""
    root, *folders = package.split(".")
    found = find_spec(root)
    places = found.submodule_search_locations if found else None
    paths = [str(Path(place, *folders)) for place in places or ()]
    return [module.name for module in pkgutil.iter_modules(paths) if not module.ispkg]


def _added(group: str) -> Iterable[EntryPoint]:
    """The entry points of a group."""
    return _entry_points().select(group=group)


@cache
def _entry_points() -> Any:
    """Those of all installed packages: finding them takes tens of milliseconds."""
    return entry_points()
