"""Options that are declared once, as fields of a frozen dataclass, for Python functions and for the command line.

A field is annotated with its type and a help text:

    sep: Annotated[str, "What separates the cells of a text file."] = ""

`takes_options` gives a Python function a keyword argument for each field; `attrax.cli` makes flags of the same fields.
"""

import difflib
import functools
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from types import MappingProxyType
from typing import (
    Annotated,
    Any,
    Concatenate,
    Literal,
    NamedTuple,
    ParamSpec,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

from attrax.core.errors import ConfigError
from attrax.core.python_advice import python_caller

Names = Sequence[str]
"""One name or several names; `normalize` converts them to a tuple."""

Parameters = ParamSpec("Parameters")
Options = TypeVar("Options")
Result = TypeVar("Result")


class DeclaredOption(NamedTuple):
    """One field of a dataclass of options.

    Attributes:
        name: Name of the field.
        type_: Its type, such as `bool`, `Names` or `float | None`.
        default: Its default value.
        help: The help text for users.
    """

    name: str
    type_: Any
    default: Any
    help: str

    @property
    def several(self) -> bool:
        """Whether the option takes several names."""
        return get_origin(self.type_) is Sequence

    @property
    def choices(self) -> tuple[str, ...]:
        """The allowed values if the type is a `Literal`; otherwise empty."""
        return get_args(self.type_) if get_origin(self.type_) is Literal else ()

    @property
    def flag(self) -> str:
        """Its name on the command line, such as `--min-length`."""
        return "--" + self.name.replace("_", "-")


def declared(*declarations: Any) -> Iterator[DeclaredOption]:
    """Iterate over the options that dataclasses declare, in the order of their fields."""
    for declaration in declarations:
        hints = get_type_hints(declaration, include_extras=True)
        for field in fields(declaration):
            type_, help_ = get_args(hints[field.name])[:2]
            yield DeclaredOption(field.name, type_, field.default, help_)


def with_fields(options: Iterable[DeclaredOption]) -> Callable[[type[Options]], type[Options]]:
    """Decorator that adds options to the fields of a class, before `dataclass` reads them.

    Example:
        >>> from dataclasses import dataclass
        >>> @dataclass(frozen=True, kw_only=True)
        ... @with_fields([DeclaredOption("width", int, 80, "Characters in a line.")])
        ... class Layout:
        ...     "How to print."
        >>> Layout(width=60), [option.help for option in declared(Layout)]
        (Layout(width=60), ['Characters in a line.'])
    """

    def decorate(declaration: type[Options]) -> type[Options]:
        annotations = inspect.get_annotations(declaration)
        for option in options:
            annotations[option.name] = Annotated[option.type_, option.help]
            setattr(declaration, option.name, option.default)
        declaration.__annotations__ = annotations
        return declaration

    return decorate


def normalize(options: Any) -> None:
    """Convert all names in a frozen dataclass of options to tuples, and check values that must be one of a few.

    Raises: ConfigError C556 for an unknown choice.
    """
    for option in declared(type(options)):
        given = getattr(options, option.name)
        if option.several:
            names = (given,) if isinstance(given, str) and given else tuple(given or ())
            object.__setattr__(options, option.name, names)
        if option.choices and given not in option.choices:
            raise ConfigError(
                "C556",
                f"unknown choice {given!r}",
                where=f"{option.flag} {given}",
                why="the choices are: " + ", ".join(option.choices),
                fix=f"{option.flag} {(difflib.get_close_matches(str(given), option.choices) or option.choices)[0]}",
            )


def takes_options(
    declaration: Callable[Parameters, Options],
    other_flags: Mapping[str, str] = MappingProxyType({}),
) -> Callable[[Callable[[Any, Options], Result]], Callable[Concatenate[Any, Parameters], Result]]:
    """Decorator: a function that takes an object with all options takes each option as a keyword argument instead.

    Errors of the function name these arguments, not the flags of the command line.

    Args:
        declaration: The dataclass that declares the options.
        other_flags: What errors say in place of flags that are no options of the function, as `in_python` takes it.

    Example:
        >>> from dataclasses import dataclass
        >>> from typing import Annotated
        >>> @dataclass(frozen=True, kw_only=True)
        ... class Style:
        ...     mark: Annotated[str, "What to write at the end."] = "!"
        >>> @takes_options(Style)
        ... def shout(text, style):
        ...     "Write a text."
        ...     return text + style.mark
        >>> shout("a"), shout("a", mark="?")
        ('a!', 'a?')
    """

    def decorate(function: Callable[[Any, Options], Result]) -> Callable[Concatenate[Any, Parameters], Result]:
        source = next(iter(inspect.signature(function).parameters.values()))
        keywords = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=type_)
            for name, type_, default, _ in declared(declaration)
        ]
        signature = inspect.signature(function).replace(parameters=[source, *keywords])

        options = list(declared(declaration))
        arguments = {option.flag: f"{option.name}={{{'!r' * is_text(option)}}}" for option in options} | dict(
            other_flags
        )

        @python_caller(arguments, frozenset(option.flag for option in options if option.type_ is bool))
        @functools.wraps(function)
        def call(source: Any, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
            # An unknown keyword is an error of the function that was called, not of its options.
            signature.bind(source, *args, **kwargs)
            return function(source, declaration(*args, **kwargs))

        call.__signature__ = signature  # type: ignore[attr-defined]
        call.__doc__ = _with_arguments(function.__doc__ or "", declaration)
        return call

    return decorate


def is_text(option: DeclaredOption) -> bool:
    """Whether its values are text, even if they look like numbers."""
    return option.several or option.type_ is str


def _with_arguments(doc: str, declaration: Any) -> str:
    """The docstring with one line for each option at the end of its `Args` section.

    It has no margin: since Python 3.13 the compiler has removed it already.
    """
    lines = [
        textwrap.fill(f"{option.name}: {option.help}", 116, initial_indent=4 * " ", subsequent_indent=8 * " ")
        for option in declared(declaration)
    ]
    before, gap, after = inspect.cleandoc(doc).partition("\n\nReturns:")
    return "\n".join([before, *lines]) + gap + after
