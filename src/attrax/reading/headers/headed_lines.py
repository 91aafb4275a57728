"""HeadedLines: the rows of a text file of an instrument, and what its header says about them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from attrax.reading.text_layout import NumberedLines

TAB = "\t"


class HeadedLines(NamedTuple):
    """One recording in a text file.

    Attributes:
        lines: The names of the columns, and the rows.
        step: The time between two rows and its unit, such as `0.001 s`; empty if the header does not tell it.
        units: A unit for each column; empty if they are not known.
        notices: What had to be guessed, a sentence each.
        separator: What separates cells in lines that were written anew; empty if they are those of the file.
    """

    lines: NumberedLines
    step: str = ""
    units: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    separator: str = ""


def headed(lines: NumberedLines, names: Sequence[str], rows: Sequence[int], separator: str = TAB) -> NumberedLines:
    """Rows below a line with the names of their columns.

    Args:
        lines: All lines of the file.
        names: The names.
        rows: The positions of the rows among the lines.
        separator: What separates cells.
    """
    header = separator.join(f'"{name}"' if separator in name else name for name in names)
    first = lines.numbers[rows[0]] - 1 if rows else 1
    numbers = np.concatenate([[first], lines.numbers[list(rows)]]).astype(np.int64)
    return NumberedLines((header, *(lines.text[i] for i in rows)), numbers, lines.place)


def unquoted(line: str, separator: str = TAB) -> list[str]:
    """The cells of a line of a header, without the quotes and spaces around them."""
    return [cell.strip().strip('"').strip() for cell in line.split(separator)]
