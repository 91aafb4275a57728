"""Help texts of commands with many options: the options in groups, and examples at the end."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args

from typer.core import TyperCommand

RECORDING = "Recording"
REPAIR = "Repair of the recording (only what is asked for)"
MODEL = "Model"
TRAINING = "Training"
JUDGING = "Judging"
OUTPUT = "Output"
OTHER = "Options"
GROUPS = (RECORDING, REPAIR, MODEL, TRAINING, JUDGING, OUTPUT, OTHER)
"""The headings, in the order in which they are shown."""

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
    """A command whose help shows its options under the headings of `GROUPS`, and keeps the lines of its examples."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments and then the options, group by group."""
        records: dict[str, list[tuple[str, str]]] = {name: [] for name in ("Arguments", *GROUPS)}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                records[_heading(parameter)].append(record)
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


def _heading(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return "Arguments"
    return getattr(parameter, "rich_help_panel", None) or OTHER
