"""Refusals in words: why a value was not accepted, told to people who do not know the library that checked it."""

from collections.abc import Callable, Mapping
from typing import Any

from attrax.core.number_text import number_text

_KINDS: dict[str, str] = {
    "int_parsing": "{input!r} is not a whole number",
    "int_type": "{input!r} is not a whole number",
    "int_from_float": "{input!r} is not a whole number",
    "float_parsing": "{input!r} is not a number",
    "float_type": "{input!r} is not a number",
    "finite_number": "{input!r} is not a finite number",
    "bool_parsing": "{input!r} is neither true nor false",
    "bool_type": "{input!r} is neither true nor false",
    "string_type": "{input!r} is not text",
    "greater_than_equal": "it must be {ge} or more",
    "greater_than": "it must be more than {gt}",
    "less_than_equal": "it must be {le} or less",
    "less_than": "it must be less than {lt}",
    "literal_error": "it is one of {expected}",
    "enum": "it is one of {expected}",
    "missing": "it is missing, and needs a value",
    "extra_forbidden": "there is no entry of this name",
    "tuple_type": "{input!r} is not a list; write [...], with commas between the entries",
    "list_type": "{input!r} is not a list; write [...], with commas between the entries",
    "dict_type": "{input!r} is not a table; write {{ name = value }}",
    "model_type": "{input!r} is not a table; write {{ name = value }}",
    "model_attributes_type": "{input!r} is not a table; write {{ name = value }}",
}
"""What is said for each kind of error of pydantic that settings and options can have."""


def refusal_text(error: Mapping[str, Any]) -> str:
    """Why a value was refused, without the words of pydantic.

    Args:
        error: One of `ValidationError.errors()`.

    Example:
        >>> refusal_text({"type": "int_parsing", "input": "many", "msg": "Input should be a valid integer"})
        "'many' is not a whole number"
        >>> refusal_text({"type": "value_error", "input": "x", "msg": "Value error, one of a, b"})
        'one of a, b'
        >>> refusal_text({"type": "less_than_equal", "input": 21, "msg": "", "ctx": {"le": 20.0}})
        'it must be 20 or less'
    """
    template = _KINDS.get(str(error["type"]))
    if template is None:
        return str(error["msg"]).removeprefix("Value error, ")
    bounds = {name: number_text(v) if isinstance(v, float) else v for name, v in error.get("ctx", {}).items()}
    return template.format(**{**bounds, "input": error.get("input")})


def refused_entry(error: Mapping[str, Any], places: Callable[[str], str]) -> str:
    """The entry of a file that was refused, and why.

    Args:
        error: One of `ValidationError.errors()`.
        places: What is added for an entry that is missing or unknown, by its name: the known names, or an example.

    Example:
        >>> refused_entry({"type": "missing", "loc": ("data",), "msg": ""}, lambda name: "; for example [data]")
        'data: it is missing, and needs a value; for example [data]'
    """
    path = ".".join(map(str, error["loc"])) or "the file"
    more = places(path) if error["type"] in ("missing", "extra_forbidden") else ""
    return f"{path}: {refusal_text(error)}{more}"
