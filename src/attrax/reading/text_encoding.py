"""Encoding of a text file: UTF-8 or UTF-16, else the one in which its columns have names of a time."""

import codecs
import re
from contextlib import suppress

from attrax.core.errors import DataError
from attrax.data.clock.time_words import TIMES

_CONTROL = bytes({*range(0x09), *range(0x0E, 0x20)} - {0x1B})
_SAMPLE = 65_536
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The last reads any file.
_OTHERS = ("cp1252", "cp1251", "gb18030", "shift_jis", "euc_kr", "cp1250", "latin-1")
_FOREIGN = tuple(word for word in TIMES if not word.isascii())
_END = b"\x1a\0"
"""How DOS ends a text file, and what fills blocks of a fixed size."""
_PADDED = re.compile(rb"(?m)^([A-Za-z][^\0\r\n]*)\0+(?=\r?$)")
"""A line of a description in which zeros fill a field of a fixed size."""
_DESCRIPTION = 400
"""So many lines above a table may describe it."""


def decoded(content: bytes, place: str) -> str:
    """The text in the bytes of a file.

    Args:
        content: The bytes.
        place: The file, for messages.

    Raises: DataError D118 for bytes that no text has.

    Example:
        >>> decoded("время,x".encode("cp1251"), "a.csv"), decoded("x,y".encode("utf-16-le"), "a.csv")
        ('время,x', 'x,y')
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            with suppress(UnicodeDecodeError):
                return content.decode(name)
    start = content[:_SAMPLE]
    if b"\0" in start and (wide := _without_mark(start)):
        with suppress(UnicodeDecodeError):
            return content.decode(wide)
    content = content.rstrip(_END)
    if b"\0" in start:
        content = _without_padding(content)
    if not is_text(content):
        raise _not_text(content, place)
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8-sig")
    return content.decode(_of_words(content[: start.find(b"\n", 1) + 1 or None]), errors="replace")


def is_text(content: bytes) -> bool:
    """Whether no byte is one that text does not have."""
    start = content[:_SAMPLE]
    return b"\0" not in content and len(start.translate(None, _CONTROL)) == len(start)


def _without_padding(content: bytes) -> bytes:
    """The contents without zeros at the ends of lines that describe the table; zeros among numbers are damage."""
    head = content.split(b"\n", _DESCRIPTION)
    return b"\n".join([*(_PADDED.sub(rb"\1", line) for line in head[:_DESCRIPTION]), *head[_DESCRIPTION:]])


def _not_text(content: bytes, place: str) -> DataError:
    """The error of bytes that no text has, with the line of the first zero if only zeros are in the way."""
    zero = content.find(b"\0")
    damaged = zero >= 0 and is_text(content.replace(b"\0", b""))
    line = content.count(b"\n", 0, zero) + 1
    return DataError(
        "D118",
        "not a text file",
        where=f"{place}, line {line} of the file" if damaged else place,
        why="it holds zero bytes, as files do that were damaged or not written to the end"
        if damaged
        else "it holds bytes that do not occur in text",
        fix="export the recording again, as text with one row for each time step",
    )


def _without_mark(start: bytes) -> str:
    """The encoding of two bytes for each letter, if every second byte is zero; else nothing."""
    even, odd = start[::2], start[1::2]
    if odd.count(0) > 0.9 * len(odd) and 0 not in even:
        return "utf-16-le"
    return "utf-16-be" if even.count(0) > 0.9 * len(even) and 0 not in odd else ""


def _of_words(header: bytes) -> str:
    """The encoding in which a header holds a word for time in its language; else that of Western Europe."""
    readable = []
    for name in _OTHERS:
        with suppress(UnicodeDecodeError):
            words = re.split(r"[\W_\d]+", header.decode(name).lower())
            readable.append(name)
            if any(word in _FOREIGN for word in words):
                return name
    return readable[0]
