"""Specs and registries: the description of each implementation, and the lists from which one is chosen by name.

A family is a group of implementations with the same purpose, such as all dynamics. Each file in the folder of a family
(`models/dynamics/almost_linear.py`) holds one implementation and, below it, its description, the `SPEC`. Its name in
the settings is the name of the file (`almost-linear`), so the names are known before any file is imported. Another
package adds an implementation with an entry point in the group of the family that points to a `SPEC`.
"""

import difflib
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
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
"""The name, in the settings, of an implementation that the user passed as an object instead of choosing it by name."""


def not_from_settings(*arguments: Any) -> Any:
    """The `create` function of specs for objects: an object passed by the user cannot be created from settings.

    Raises: TypeError, always.
    """
    raise TypeError(f"an object that was passed by the user cannot be created from settings: {arguments}")


class Settings(BaseModel):
    """The settings of an implementation: each with a default, a range and a description. They are immutable.

    A field with a `title` is a size; descriptions of a model show it, for example `50 hidden`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Spec:
    """The description of an implementation.

    Attributes:
        title: Its name in a sentence, for messages and reports.
        implementation: The class or function.
        settings: The class of its settings, with defaults.
    """

    title: str
    implementation: Callable[..., Any]
    settings: type[Settings] = Settings

    @property
    def summary(self) -> str:
        """The first line of the docstring of the implementation."""
        return (self.implementation.__doc__ or "").strip().partition("\n")[0]

    @property
    def references(self) -> tuple[str, ...]:
        """The papers cited in the docstring of the implementation, as keys of `docs/refs.bib`."""
        return tuple(dict.fromkeys(re.findall(r"@(\w+)", self.implementation.__doc__ or "")))

    @property
    def citations(self) -> tuple[str, ...]:
        """The same papers for readers: authors, title and year, as the docstring lists them under `References`."""
        listed = " ".join((self.implementation.__doc__ or "").partition("References:")[2].split())
        # What stands behind a key is the place in the paper, such as `, Algorithm 1.`
        papers = re.split(r"\s*\[@\w+[^\]]*\](?:,[^.]*)?\.?\s*", listed)
        return tuple(paper for paper in papers if paper)


S = TypeVar("S", bound=Spec)


@dataclass(frozen=True)
class Registry(Generic[S]):
    """All implementations of one family by name: those in attrax and those of other installed packages.

    Args:
        noun: What an implementation of this family is called in messages, such as `dynamics`.
        packages: Packages of attrax with one implementation in each file.
        group: The group of entry points through which other packages add implementations.
        word_break: The character that replaces the underscore of file names in the names of implementations.
        also: Registries whose implementations belong to this family too.
        object_module: The module with the spec `OBJECT`, which describes objects passed by the user (kind `object`).
            Empty for families that cannot be passed as objects.
    """

    noun: str
    packages: tuple[str, ...]
    group: str
    word_break: str = "-"
    also: "tuple[Registry[S], ...]" = ()
    object_module: str = ""
    _temporary: dict[str, S] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """All names in alphabetical order. No implementation is imported to find them."""
        return tuple(sorted({*self._places, *self._temporary}))

    def spec(self, name: str, *, option: str = "") -> S:
        """Import the implementation with this name and return its spec.

        Args:
            name: The name.
            option: The command-line option that sets it, such as `--preset`; the message for an unknown name shows it.

        Raises: ConfigError C512 for an unknown name, C513 if the other package that adds it cannot be imported.
        """
        if name in self._temporary:
            return self._temporary[name]
        if self.object_module and name == OBJECT:
            return import_module(self.object_module).OBJECT
        if name not in self._places:
            near = nearest(name, self.names)
            raise ConfigError(
                "C512",
                f"unknown {self.noun} {name!r}",
                where=option or self.group,
                why=f"neither attrax nor another installed package has it; known are: {', '.join(self.names)}",
                fix=f"{option} {near}" if option else f"did you mean {near!r}?",
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
        """All specs by name. This imports every implementation of the family."""
        return {name: self.spec(name) for name in self.names}

    def usable_specs(self) -> dict[str, S]:
        """All specs by name, but those of other packages that cannot be imported; `attrax doctor` names these."""
        found = {}
        for name in self.names:
            with suppress(ConfigError):
                found[name] = self.spec(name)
        return found

    def checked(self, name: str) -> str:
        """Return `name` if it is the name of an implementation, or `object` where objects are allowed.

        Raises: ValueError for an unknown name; the message suggests the most similar one.
        """
        if name in self.names or (self.object_module and name == OBJECT):
            return name
        meant = alike(name, self.names)
        raise ValueError(
            f"{self.noun} is one of {', '.join(self.names)}" + (f"; did you mean {meant!r}?" if meant else "")
        )

    @contextmanager
    def added(self, name: str, spec: S) -> Iterator[None]:
        """Context manager: add or replace an implementation in this process until the `with` block ends."""
        before = dict(self._temporary)
        self._temporary[name] = spec
        try:
            yield
        finally:
            self._temporary.clear()
            self._temporary.update(before)

    def name_of(self, implementation: Any) -> str | None:
        """The name under which a class or function is registered; None if it is not registered."""
        for name, (module, _) in self._places.items():
            if module == implementation.__module__ and self.spec(name).implementation is implementation:
                return name
        return None

    @cached_property
    def _places(self) -> dict[str, tuple[str, str]]:
        """Module and attribute of every spec, by name."""
        own = {
            file.replace("_", self.word_break): (f"{package}.{file}", "SPEC")
            for package in self.packages
            for file in _files(package)
        }
        added = {point.name: (point.module, point.attr or "SPEC") for point in _added(self.group)}
        inner = {name: place for registry in self.also for name, place in registry._places.items()}
        return inner | added | own


def nearest(name: str, names: Iterable[str]) -> str:
    """The most similar of several names, to suggest for a misspelt one; the first of them if none is similar."""
    names = list(names)
    return alike(name, names) or names[0]


def alike(name: str, names: Iterable[str], *, cutoff: float = 0.5) -> str | None:
    """The first name that begins with a text, or the most similar one; None if none is similar.

    Args:
        name: The text, in capital letters or not.
        names: The names.
        cutoff: Smallest similarity, from 0 to 1.

    Example:
        >>> alike("GRU", ["almost-linear", "gru"]), alike("lorenz", ["lorenz63", "lorenz96"]), alike("mse", ["loss"])
        ('gru', 'lorenz63', None)
    """
    folded: dict[str, str] = {}
    for known in names:
        folded.setdefault(known.casefold(), known)
    text = name.casefold()
    begin = [known for known in folded if len(text) > 1 and known.startswith(text)]
    if begin:
        return folded[begin[0]]
    similarity = {known: difflib.SequenceMatcher(None, known, text).ratio() for known in folded}
    best = max(similarity, key=similarity.__getitem__, default="")
    return folded[best] if best and similarity[best] >= cutoff else None


def _files(package: str) -> list[str]:
    """Names of the modules in a package of attrax, read from its folder, because importing the package is slow."""
    root, *folders = package.split(".")
    found = find_spec(root)
    places = found.submodule_search_locations if found else None
    paths = [str(Path(place, *folders)) for place in places or ()]
    return [module.name for module in pkgutil.iter_modules(paths) if not module.ispkg]


def _added(group: str) -> Iterable[EntryPoint]:
    """The entry points of a group, from all installed packages."""
    return _entry_points().select(group=group)


@cache
def _entry_points() -> Any:
    """All entry points of all installed packages. Cached, because the search takes tens of milliseconds."""
    return entry_points()
