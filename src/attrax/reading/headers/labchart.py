"""Text files of LabChart and PowerLab: blocks of rows, each below lines such as `Interval=` and `ChannelTitle=`."""

import re
from collections.abc import Mapping

from attrax.reading.headers.headed_lines import TAB, HeadedLines, headed, unquoted
from attrax.reading.text_layout import NumberedLines

_KEY = re.compile(r"(?P<key>[A-Za-z][A-Za-z ]*)=(?:\t|$)")
_FIRST, _TITLES = "Interval", "ChannelTitle"
_COMMENT = "#"
_NAMES = {1: ("time",), 2: ("time", "date")}
_NUMBER_BEFORE = re.compile(r"[+-]?[\d.,]+(?:[eE][+-]?\d+)?\s*(?P<unit>\S*)")


def labchart_lines(lines: NumberedLines) -> tuple[HeadedLines, ...]:
    """The blocks of a file; empty if the file is of another kind.

    Columns in front of the channels are the time, and the date if it was written, too. Comments behind the values of a
    row, which begin with `#`, are left out.
    """
    if not lines.text[0].startswith(f"{_FIRST}="):
        return ()
    starts = [i for i, line in enumerate(lines.text) if line.startswith(f"{_FIRST}=")]
    ends = [*starts[1:], len(lines.text)]
    return tuple(_block(lines, start, end) for start, end in zip(starts, ends, strict=True))


def _block(lines: NumberedLines, start: int, end: int) -> HeadedLines:
    header: dict[str, list[str]] = {}
    for i in range(start, end):
        match = _KEY.match(lines.text[i])
        if match is None:
            break
        header[match["key"].strip()] = unquoted(lines.text[i])[1:]
    rows = [i for i in range(start + len(header), end) if lines.text[i].strip()]
    text = [_without_comment(lines.text[i]) if _COMMENT in lines.text[i] else lines.text[i] for i in rows]
    titles = [title for title in header.get(_TITLES, []) if title]
    width = len(text[0].rstrip(TAB).split(TAB)) if text else len(titles)
    before = _NAMES.get(width - len(titles), ()) if titles else ()
    names = [*before, *titles] if len(before) + len(titles) == width else [f"x{i}" for i in range(width)]
    found = headed(lines, names, rows)
    found = found._replace(text=(found.text[0], *(line.rstrip(TAB) for line in text)))
    units = ("",) * len(before) + _units(header, len(titles))
    return HeadedLines(found, " ".join(header.get(_FIRST, [""])[:1]), units if len(units) == width else ())


def _without_comment(line: str) -> str:
    return TAB.join(cell for cell in line.split(TAB) if not cell.lstrip().startswith(_COMMENT))


def _units(header: Mapping[str, list[str]], n: int) -> tuple[str, ...]:
    """The units that are named, or those of the ranges."""
    named = next((header[key] for key in ("UnitName", "UnitNames", "Units", "Unit") if key in header), [])
    if any(named):
        return tuple((named + [""] * n)[:n])
    matches = [_NUMBER_BEFORE.fullmatch(cell) for cell in (header.get("Range", []) + [""] * n)[:n]]
    return tuple(match["unit"] if match else "" for match in matches)
