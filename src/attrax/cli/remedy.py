"""Remedy: makes a complete command from the options that fix an error, so that the command can be pasted."""

import shlex
from collections.abc import Sequence

import typer

from attrax.core.errors import AttraxError

REPLACED = "D119"
"""The code of the error of a name that does not exist: it is replaced in a list, while others are added to it."""
LISTS = ("--drop", "--detrend", "--transform", "--na", "--labels")


def with_command(failure: AttraxError, arguments: Sequence[str], app: typer.Typer) -> AttraxError:
    """The error with its fix written as a complete command: the one that was typed, with options changed.

    A fix that starts with options has these added to the command; one that starts with `without` has an option removed.
    All other fixes, and options that the command does not have, are not changed. Text after a `#` is a comment.

    Args:
        failure: The error.
        arguments: The arguments of the program, as they were typed.
        app: The program, which knows the options of its commands.
    """
    options, hash_, remark = failure.fix.partition("#")
    left_out = options.startswith("without ")
    options = options.removeprefix("without ")
    known = _options(app, arguments[0]) if arguments else {}
    try:
        wanted = _pairs(shlex.split(options), known)
    except ValueError:
        # shlex fails on an apostrophe: the fix is a sentence, not options.
        return failure
    if not wanted or not all(flag in known for flag, _ in wanted):
        return failure
    change = _without if left_out else _merged
    typed = [word for argument in arguments for word in _apart(argument, known)]
    if failure.code == REPLACED:
        typed = _corrected(typed, wanted, failure.what)
    command = shlex.join(["attrax", *change(typed, wanted, known)])
    fix = f"{command}  {hash_}{remark}".rstrip()
    return type(failure)(failure.code, failure.what, where=failure.where, why=failure.why, fix=fix)


def _options(app: typer.Typer, command: str) -> dict[str, bool]:
    """The options of a command, and whether each is a flag without a value."""
    group = typer.main.get_command(app)
    found = getattr(group, "commands", {}).get(command)
    if found is None:
        return {}
    return {name: bool(getattr(p, "is_flag", False)) for p in found.params for name in p.opts}


def _apart(argument: str, known: dict[str, bool]) -> list[str]:
    """Split `--flag=value` into two words."""
    flag, sign, value = argument.partition("=")
    return [flag, value] if sign and flag in known else [argument]


def _pairs(words: list[str], known: dict[str, bool]) -> list[tuple[str, str | None]]:
    """Pairs of options and their values; the value of a flag is None."""
    pairs = []
    while words:
        flag = words.pop(0)
        pairs.append((flag, words.pop(0) if words and not known.get(flag, False) else None))
    return pairs


def _merged(arguments: list[str], wanted: list[tuple[str, str | None]], known: dict[str, bool]) -> list[str]:
    """The arguments with options added. A value that was already given is replaced, or extended if it is a list."""
    for flag, value in wanted:
        if value is not None and flag in arguments[:-1] and not known[flag] and flag != "--set":
            at = arguments.index(flag) + 1
            arguments[at] = f"{arguments[at]},{value}" if flag in LISTS else value
            # A list that was typed with spaces has its other words behind it.
            while at + 1 < len(arguments) and arguments[at + 1] in value.split(","):
                del arguments[at + 1]
        elif value is not None:
            arguments += [flag, value]
        elif flag not in arguments:
            arguments.append(flag)
    return arguments


def _corrected(arguments: list[str], wanted: list[tuple[str, str | None]], what: str) -> list[str]:
    """The arguments without the names, in the lists of the wanted options, that the message says do not exist."""
    for flag, _ in wanted:
        at = arguments.index(flag) + 1 if flag in LISTS and flag in arguments[:-1] else 0
        if at:
            kept = [name for name in arguments[at].split(",") if f"'{name}'" not in what]
            arguments[at - 1 : at + 1] = [flag, ",".join(kept)] if kept else []
    return arguments


def _without(arguments: list[str], unwanted: list[tuple[str, str | None]], known: dict[str, bool]) -> list[str]:
    """The arguments without some options and their values."""
    for flag, _ in unwanted:
        while flag in arguments:
            at = arguments.index(flag)
            del arguments[at : at + (1 if known[flag] else 2)]
    return arguments
