"""Help texts: options and commands in groups, whole sentences, and examples at the end."""

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args

import typer
from pydantic import ValidationError
from typer.core import TyperCommand, TyperGroup

from attrax.core.other_words import option_meant
from attrax.core.refusal_text import refusal_text

USAGE_ERROR: Any = typer.BadParameter.__bases__[0]
"""The class of all errors of usage. Newer versions of Typer have it in a module of their own, older ones in Click."""

RECORDING = "Recording"
REPAIR = "Repair of the recording (only what is asked for)"
MODEL = "Model"
TRAINING = "Training"
JUDGING = "Judging"
OUTPUT = "Output"
OTHER = "Options"
COMMANDS = "Commands"
GROUPS = (RECORDING, REPAIR, MODEL, TRAINING, JUDGING, OTHER, OUTPUT)
"""The headings, in the order in which they are shown."""

USUAL = {"out": OUTPUT, "quiet": OUTPUT, "json": OUTPUT, "help": OUTPUT}
"""Headings of options that many commands have."""

WORDS_OF_TYPES = {"str": "text", "int": "integer", "float": "number"}
"""What the help says for a type of Python."""

_VERY_LARGE = 1e9
_BRACKETS = re.compile(
    r"\s*\[(?=.)(?:default: (?P<default>[^;\]]+))?(?:; )?"
    r"(?:x>=(?P<least>[\d.]+)|(?P<low>[\d.]+)<=x<=(?P<high>[\d.]+))?\]$"
)
"""What Typer writes behind a help text: the default, and the range of a number."""

Function = TypeVar("Function", bound=Callable[..., None])


def under_headings(names: Mapping[str, str]) -> Callable[[Function], Function]:
    """Decorator that puts the options of a command under headings.

    Args:
        names: For each heading the names of parameters, with spaces between them.
    """
    headings = {name: heading for heading, listed in names.items() for name in listed.split()}

    def decorate(command: Function) -> Function:
        for parameter in inspect.signature(command).parameters.values():
            for option in get_args(parameter.annotation)[1:]:
                option.rich_help_panel = headings.get(parameter.name, option.rich_help_panel)
        return command

    return decorate


class GroupedCommand(TyperCommand):
    """A command whose help shows its options under the headings of `GROUPS`, and keeps the lines of its examples.

    What was typed in a wrong way is told in the words of the options.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read what was typed."""
        try:
            return super().parse_args(ctx, args)
        except USAGE_ERROR as failure:
            raise self._told(failure, ctx) from None

    def _told(self, failure: Any, ctx: Any) -> Any:
        """The error with its message in plain words."""
        refused = failure.__cause__
        if isinstance(refused, ValidationError):
            failure.message = refusal_text(refused.errors()[0])
        elif hasattr(failure, "possibilities"):
            known = {flag: getattr(p, "help", "") or "" for p in self.get_params(ctx) for flag in p.opts}
            failure.message = option_meant(failure.option_name, known)
            failure.possibilities = None
        return failure

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments and then the options, group by group."""
        records: dict[str, list[tuple[str, str]]] = {name: [] for name in ("Arguments", *GROUPS)}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                records[_heading(parameter)].append((_type_in_words(record[0]), _default_in_words(record[1])))
        for heading, lines in records.items():
            if lines:
                with formatter.section(heading):
                    formatter.write_dl(lines)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples, one in a line."""
        del ctx
        if self.epilog:
            with formatter.section("Examples"):
                for line in self.epilog.splitlines():
                    formatter.write(f"{'':{formatter.current_indent}}{line}\n")


class GroupedCommands(TyperGroup):
    """A group of commands whose help shows them under headings, each with its whole sentence."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands, heading by heading in the order in which they were added."""
        records: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.commands[name]
            sentence = inspect.cleandoc(command.help or "").partition("\n\n")[0].replace("\n", " ").removesuffix(".")
            records.setdefault(getattr(command, "rich_help_panel", None) or COMMANDS, []).append((name, sentence))
        for heading, lines in records.items():
            with formatter.section(heading):
                formatter.write_dl(lines)


def _type_in_words(option: str) -> str:
    """`--noise <float>` as `--noise <number>`; an option that can be repeated has the type of one value."""
    return re.sub(
        r"<(?:list\[)?(\w+)(?: range)?\]?>", lambda match: f"<{WORDS_OF_TYPES.get(match[1], match[1])}>", option
    )


def _default_in_words(text: str) -> str:
    """`Order.  [default: 4; x>=2]` as `Order. Default: 4. At least 2.`, as all other defaults are told."""
    found = _BRACKETS.search(text)
    if found is None:
        return text
    default, least, low, high = found.groups()
    told = [f"Default: {default}."] if default else []
    # A seed has a largest value, too, but none that matters.
    least = low if low and float(high) >= _VERY_LARGE else least
    if least and float(least) > 0:
        told.append(f"At least {least}.")
    elif low and not least:
        told.append(f"Between {low} and {high}.")
    return " ".join([text[: found.start()].rstrip(), *told])


def _heading(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return "Arguments"
    return getattr(parameter, "rich_help_panel", None) or USUAL.get(parameter.name, OTHER)
