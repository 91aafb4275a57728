"""Text files of the loggers of Campbell Scientific: TOA5, with four lines above the rows."""

from attrax.reading.headers.headed_lines import HeadedLines, headed, unquoted
from attrax.reading.text_layout import NumberedLines

_KINDS = ("TOA5", "TOACI1")
_NO_UNITS = ("TS", "RN")
_COMMA = ","


def campbell_lines(lines: NumberedLines) -> tuple[HeadedLines, ...]:
    """The rows of a file, the names in its second line and the units in its third; empty for files of other kinds."""
    if unquoted(lines.text[0], _COMMA)[0] not in _KINDS or len(lines.text) < 3:
        return ()
    long = unquoted(lines.text[0], _COMMA)[0] == _KINDS[0]
    first = 4 if long else 2
    rows = [i for i in range(first, len(lines.text)) if lines.text[i].strip()]
    names = unquoted(lines.text[1], _COMMA)
    units = tuple("" if unit in _NO_UNITS else unit for unit in unquoted(lines.text[2], _COMMA)) if long else ()
    return (HeadedLines(headed(lines, names, rows, _COMMA), units=units),)
