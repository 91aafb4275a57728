"""Axon text files (ATF) of electrophysiology: a count of header lines, these lines, titles, and rows."""

from attrax.reading.headers.headed_lines import HeadedLines, headed, unquoted
from attrax.reading.text_layout import NumberedLines


def axon_lines(lines: NumberedLines) -> tuple[HeadedLines, ...]:
    """The rows of a file below its titles, which hold units in brackets; empty for files of other kinds."""
    if not lines.text[0].startswith("ATF") or len(lines.text) < 3:
        return ()
    counts = lines.text[1].split()
    if len(counts) < 2 or not counts[0].isdigit() or int(counts[0]) + 3 > len(lines.text):
        return ()
    titles = int(counts[0]) + 2
    rows = [i for i in range(titles + 1, len(lines.text)) if lines.text[i].strip()]
    return (HeadedLines(headed(lines, unquoted(lines.text[titles]), rows)),)
