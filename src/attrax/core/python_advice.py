"""Python advice: fixes of errors written as arguments of the Python function that was called.

Errors name the options of the command line. If a Python function was called, they are shown as its arguments.
"""

import functools
import inspect
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import ParamSpec, TypeVar

from attrax.core.errors import AttraxError
from attrax.core.other_words import RATES, names_meant

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

# What stands in quotes, such as the name of a column, is no option.
_QUOTED = r"(?<![\w'\"])(?:'[^'\n]*'|\"[^\"\n]*\")(?![\w'\"])"
_VALUE = r"(?:'[^']*'|\"[^\"]*\"|[^\s;)'\"])+"
_OPTION = re.compile(rf"{_QUOTED}|(?<!\S)(?P<flag>--[a-z][a-z-]*)(?P<value>(?: (?!--|#|\(){_VALUE})?)")
_NESTED = "}}, settings={'data': {"
"""What stands between two nested settings that become one."""

_PROSE = {
    "and",
    "or",
    "if",
    "of",
    "with",
    "for",
    "by",
    "in",
    "is",
    "to",
    "when",
    "reads",
    "says",
    "instead",
    "replaces",
}
_NUMBER = re.compile(r"[+-]?\d+\.?\d*(?:[eE][+-]?\d+)?")


def in_python(fix: str, arguments: Mapping[str, str], switches: frozenset[str] = frozenset()) -> str:
    """A fix in which options of the command line are arguments of a function.

    Args:
        fix: The fix, such as `--drop ecg  # or correct the cell`.
        arguments: How the function spells each option, by its flag: a format with `{}` for the value, `{!r}` if the
            value is text even if it looks like a number, `{*!r}` if it is a list of texts, `{name!r}` for what stands
            before a sign of equality. An option that it does not have is not changed.
        switches: The flags without a value.

    Example:
        >>> in_python("--drop ecg --sort  # or --dt 1", {"--drop": "drop={}", "--sort": "sort={}", "--dt": "dt={}"},
        ...     frozenset({"--sort"}))
        "drop='ecg', sort=True  # or dt=1"
        >>> in_python("rename the column 'a --sort b'", {"--sort": "sort={}"}, frozenset({"--sort"}))
        "rename the column 'a --sort b'"
    """
    left_out = fix.startswith("without --")
    text = fix.removeprefix("without ") if left_out else fix
    told, end, prose = "", 0, False
    for match in _OPTION.finditer(text):
        if not match["flag"]:
            continue
        spelled = _spelled(match, arguments, switches)
        # Options that follow each other become arguments with commas between them.
        follows = end and text[end : match.start()] == " " and not prose
        joined = ", " if follows and match["flag"] in arguments else None
        prose = match["value"].strip().rstrip(",") in _PROSE
        told += (joined or text[end : match.start()]) + spelled
        end = match.end()
    told = (told + text[end:]).replace(_NESTED, ", ")
    return f"leave out {told.lstrip('-')}" if left_out else told


def _spelled(match: re.Match[str], arguments: Mapping[str, str], switches: frozenset[str]) -> str:
    flag, value = match["flag"], match["value"].strip()
    if flag not in arguments:
        return match[0]
    if flag in switches:
        return _placed(arguments[flag], "True") + match["value"]
    if not value or value.rstrip(",") in _PROSE:
        # In a sentence the name of the argument is enough: that of `attrax.load(data, drop=...)` is `drop`.
        return re.split(r"\(|, ", arguments[flag].partition("=")[0])[-1] + match["value"]
    comma = value.endswith(",") and len(value) > 1
    return _filled(arguments[flag], value[:-1] if comma else value) + "," * comma


def python_caller(
    arguments: Mapping[str, str], switches: frozenset[str] = frozenset()
) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
    """Decorator: errors of a function get their fixes in Python, as `in_python` writes them.

    A keyword argument that the function does not have raises a TypeError that says what is meant.
    """

    def decorate(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
        @functools.wraps(function)
        def call(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
            try:
                return function(*args, **kwargs)
            except AttraxError as failure:
                failure.fix = in_python(failure.fix, arguments, switches)
                raise
            except TypeError:
                parameters = inspect.signature(call).parameters
                unknown = next((name for name in kwargs if name not in parameters), "")
                if not unknown:
                    raise
                raise TypeError(_unknown_argument(function, unknown, kwargs[unknown], parameters, arguments)) from None

        return call

    return decorate


def _unknown_argument(
    function: Callable[..., object], name: str, value: object, known: Iterable[str], arguments: Mapping[str, str]
) -> str:
    """The message for a keyword argument that a function does not have: what is meant, and how it is written here."""
    said = f"{getattr(function, '__name__', 'the function')}() got an unexpected keyword argument {name!r}"
    flags = {flag.lstrip("-").replace("-", "_"): flag for flag in arguments}
    meant = names_meant(name, [*known, *flags])
    if not meant:
        return f"{said}; its arguments are: {', '.join(known)}"
    if name in RATES and isinstance(value, int | float):
        value = f"{value:g}Hz"
    written = f"{meant[0]}={value!r}"
    if meant[0] not in known:
        written = _placed(arguments[flags[meant[0]]], repr(value))
    return f"{said}; write {written}"


def _filled(argument: str, value: str) -> str:
    """An argument with its value as Python writes it."""
    try:
        (value,) = shlex.split(value)
    except ValueError:
        return _placed(argument, repr(value))
    if "{name!r}" in argument:
        return _placed(argument, repr(value.partition("=")[0]))
    number = "!r}" not in argument and _NUMBER.fullmatch(value)
    parts = value.split(",")
    listed = "{*!r}" in argument or (len(parts) > 1 and all(parts))
    return _placed(argument, value if number else repr([part.strip() for part in parts] if listed else value))


def _placed(argument: str, literal: str) -> str:
    for place in ("{name!r}", "{*!r}", "{!r}", "{}"):
        argument = argument.replace(place, literal)
    return argument
