"""Cells that hold a number and a sign or unit, such as `12.5 mV`, `$3.20` or `40 %`, the same in the whole column."""

import re
from dataclasses import replace

import numpy as np

from attrax.data.clock.clock_names import is_clock
from attrax.data.clock.durations import canonical_unit
from attrax.reading import cell_text as cells
from attrax.reading.raw_table import RawTable
from attrax.reading.units import is_unit

_NUMBER = r"(?P<number>[+-]?[\d.,]+(?:[eE][+-]?\d+)?)"
_CURRENCIES = "$€£¥"
_CELL = re.compile(rf"(?P<sign>[+-]?)(?P<before>[{_CURRENCIES}]?)\s?{_NUMBER}\s?(?P<behind>[^\s\d+\-.,:]{{0,6}})")


_NEGATIVE = re.compile(r"\((?P<inside>[\d.,]+(?:[eE][+-]?\d+)?)\)|(?P<before>[\d.,]+)-")
_MARKED = re.compile(r"(?P<number>[+-]?[\d.,]+(?:[eE][+-]?\d+)?)\s?(?P<mark>[*†‡^§]+)")


def with_plain_numbers(table: RawTable, marks: str) -> RawTable:
    """The table with numbers where negative ones are written as `(1.5)` or `1.5-`, or some carry a sign such as `*`.

    Args:
        table: The table.
        marks: Possible decimal marks, as for `cell_text.number`.
    """
    columns, told = list(table.columns), list(table.notices)
    for k, (name, column) in enumerate(zip(table.names, table.columns, strict=True)):
        at = [i for i, cell in enumerate(column) if isinstance(cell, str)] if column.dtype == object else []
        # With negative numbers between them, brackets mean something else.
        signed = any(isinstance(cell, float) and cell < 0 for cell in column) if at else False
        for read, what in ((_marked, "is read without the sign"), *(() if signed else ((_negative, "is negative"),))):
            values = [read(column[i].strip(), marks) for i in at]
            if not at or None in values:
                continue
            numbers = column.copy()
            numbers[at] = values
            columns[k] = numbers.astype(np.float64)
            told.append(
                f"D109  {table.place}: {column[at[0]].strip()!r} of '{name}' {what}, as {len(at):,} cells like it"
            )
            break
    return replace(table, columns=tuple(columns), notices=tuple(told))


def without_signs(table: RawTable, marks: str) -> RawTable:
    """The table with numbers in the columns whose cells all carry the same sign or unit, which becomes their unit.

    Args:
        table: The table.
        marks: Possible decimal marks, as for `cell_text.number`.
    """
    columns, unit, units, told = list(table.columns), table.unit, dict(table.units), list(table.notices)
    for k, (name, column) in enumerate(zip(table.names, table.columns, strict=True)):
        texts = [cell.strip() for cell in column if isinstance(cell, str)] if column.dtype == object else []
        found = [_CELL.fullmatch(text) for text in texts]
        # Plain numbers between them would be of another unit.
        if not texts or None in found or any(isinstance(cell, float) and cell == cell for cell in column):
            continue
        signs = {(match["before"], match["behind"]) for match in found if match}
        values = [cells.number(match["sign"] + match["number"], marks) for match in found if match]
        if len(signs) != 1 or signs == {("", "")} or None in values:
            continue
        before, behind = signs.pop()
        if behind and not is_unit(behind) and behind not in _CURRENCIES:
            continue
        sign = before + behind
        numbers = np.full(len(column), np.nan)
        numbers[[isinstance(cell, str) for cell in column]] = np.array(values, dtype=np.float64)
        columns[k] = numbers
        time = canonical_unit(sign) if is_clock(name) else ""
        if time:
            unit = time
        else:
            units[name] = sign
        told.append(f"D109  {table.place}: {texts[0]!r} of '{name}' read as {values[0]:.6g} in {sign}")
    return replace(table, columns=tuple(columns), unit=unit, units=units, notices=tuple(told))


def is_measured(cell: str, marks: str) -> bool:
    """Whether a cell holds a number with a unit.

    Example:
        >>> is_measured("12.5 mV", "."), is_measured("12.5", "."), is_measured("room 7", ".")
        (True, False, False)
    """
    found = _CELL.fullmatch(cell.strip())
    return bool(found and is_unit(found["behind"]) and cells.number(found["number"], marks) is not None)


def _negative(cell: str, marks: str) -> float | None:
    found = _NEGATIVE.fullmatch(cell)
    value = cells.number(found["inside"] or found["before"], marks) if found else None
    return None if value is None else -value


def _marked(cell: str, marks: str) -> float | None:
    found = _MARKED.fullmatch(cell)
    return cells.number(found["number"], marks) if found else None
