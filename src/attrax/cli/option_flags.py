"""Makes flags of commands from options that are declared as fields of a dataclass."""

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from attrax.cli.grouped_help import OTHER, RECORDING, REPAIR
from attrax.cli.options import given, words
from attrax.core.declared_options import DeclaredOption, declared
from attrax.data.repair.repair_options import RepairOptions
from attrax.reading.read_options import ReadOptions

OPTIONS = "options"

Options = dict[str, Any]
"""The options that were typed, by name of their fields; all others keep their defaults."""

NOTHING: Options = {}

HEADINGS = {ReadOptions: RECORDING, RepairOptions: REPAIR}
"""Under which heading of the help the options of a declaration are shown."""


def with_options(*declarations: type) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorator that replaces the parameter `options` of a command by one flag for each field of `declarations`.

    The command then receives the values that were typed in `options`, by name of the field.

    Args:
        declarations: Dataclasses of options, such as `ReadOptions`.
    """
    flags = {option.name: option for declaration in declarations for option in declared(declaration)}
    headings = {option.name: _heading(kind) for kind in declarations for option in declared(kind)}

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        parameters = list(inspect.signature(command).parameters.values())
        at = next(i for i, parameter in enumerate(parameters) if parameter.name == OPTIONS)
        # Typer reads the flags of a command from its signature.
        parameters[at : at + 1] = [_flag(option, headings[name]) for name, option in flags.items()]
        parameters = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in parameters]

        @functools.wraps(command)
        def call(**typed: Any) -> None:
            options = {name: typed.pop(name) for name in flags}
            options = {name: words(value) if flags[name].several else value for name, value in options.items()}
            command(**typed, options=given(**options))

        call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        return call

    return decorate


def _heading(declaration: type) -> str:
    return next((heading for kind, heading in HEADINGS.items() if issubclass(declaration, kind)), OTHER)


def _flag(option: DeclaredOption, heading: str) -> inspect.Parameter:
    """The parameter from which Typer makes the flag of an option."""
    names = [option.flag] if option.type_ is bool else []
    help_ = f"{option.help[:-1]}; comma separated." if option.several else option.help
    default = f" Default: {option.default}." if option.choices and option.default else ""
    choices = f"<{'|'.join(filter(None, option.choices))}>" if option.choices else None
    annotation = Annotated[
        _typed(option), typer.Option(*names, help=help_ + default, rich_help_panel=heading, metavar=choices)
    ]
    return inspect.Parameter(option.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _typed(option: DeclaredOption) -> Any:
    """The type of an option for Typer: numbers and switches keep theirs, all others are text that is checked later."""
    for type_ in (bool, int, float):
        if option.type_ in (type_, type_ | None):
            return type_ | None
    return str | None
