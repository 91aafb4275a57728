"""Turns the docstrings of attrax, which are written for a terminal, into what Sphinx reads.

Three things differ in docstrings: sections that begin on the line of their name (`Returns: The folder.`), equations
between dollars, and papers: the key after a reference, as in `Hess et al., ICML 2023 [@hess2023]`, becomes a link to
the list of references.
"""

import re
from collections.abc import Iterator

from sphinx.application import Sphinx

REFERENCES = "References"
SECTIONS = ("Returns", "Raises", "Yields", "Cost", "Fails when", "Note", "For developers", REFERENCES)
"""Sections that may begin on the line of their name. The others (Args, Attributes, Example) never do."""

_SECTION = re.compile(rf"^({'|'.join(SECTIONS)}): *(\S.*)?$")
_LIST_OF_ERRORS = re.compile(r"^ +[A-Z]\w+(, [A-Z]\w+)*: ")
_END_OF_REFERENCE = re.compile(r"\]\.?$")
_EQUATION = re.compile(r"\$\$(.+?)\$\$|\$([^$]+)\$", flags=re.DOTALL)
_OWN_PARAGRAPH = re.compile(r"(?<![^\n]\n)^( *)\$\$?([^$]+)\$\$?([.,:;]?)$(?!\n *[^\s])", flags=re.MULTILINE)
_ARRAY = re.compile(r"\bjaxlib\._jax\.Array\b")
_PAPERS = re.compile(r"\s*\[(@\w+(?:; *@\w+)*)\]")


def setup(app: Sphinx) -> dict[str, bool]:
    """Rewrite every docstring before napoleon reads it, and every signature."""
    app.connect("autodoc-process-docstring", _rewrite, priority=400)
    app.connect("autodoc-process-signature", _short_types)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _rewrite(_app: Sphinx, _what: str, _name: str, _thing: object, _options: object, lines: list[str]) -> None:
    lines[:] = rewritten("\n".join(lines)).split("\n")


def _short_types(
    _app: Sphinx, _what: str, _name: str, _thing: object, _options: object, arguments: str | None, returned: str | None
) -> tuple[str | None, str | None]:
    """The signature with arrays under the names that everybody uses."""
    arguments, returned = (text and _ARRAY.sub("Array", text) for text in (arguments, returned))
    return arguments, returned


def rewritten(text: str) -> str:
    """The docstring with its sections as fields, equations as roles and papers as citations."""
    text = "\n".join(_with_sections(text.split("\n")))
    text = _OWN_PARAGRAPH.sub(lambda found: f"{found[1]}.. math:: {_in_one_line(found[2])} {found[3]}".rstrip(), text)
    text = _EQUATION.sub(lambda found: f":math:`{_in_one_line(found[1] or found[2])}`", text)
    return _PAPERS.sub(lambda found: f" :cite:p:`{re.sub('[@ ]', '', found[1]).replace(';', ',')}`", text)


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _with_sections(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        begins = _SECTION.match(lines[at])
        body = _indented(lines[at + 1 :])
        if not begins or (not begins[2] and body and _LIST_OF_ERRORS.match(body[0])):
            yield lines[at]
            at += 1
            continue
        name, first = begins[1], begins[2]
        text = ([first] if first else []) + [line.strip() for line in body]
        yield from _field(name, _list(text) if name == REFERENCES else text)
        at += 1 + len(body)


def _indented(lines: list[str]) -> list[str]:
    """The lines of a section, up to the first that is empty or not indented."""
    end = next((i for i, line in enumerate(lines) if not line.startswith("    ")), len(lines))
    return lines[:end]


def _field(name: str, text: list[str]) -> Iterator[str]:
    yield ""
    yield f":{name}:"
    yield from (f"    {line}" for line in text)
    yield ""


def _list(text: list[str]) -> list[str]:
    """References as items of a list. A reference ends with its key."""
    starts = [i == 0 or bool(_END_OF_REFERENCE.search(text[i - 1])) for i in range(len(text))]
    return [("* " if start else "  ") + line for start, line in zip(starts, text, strict=True)]
