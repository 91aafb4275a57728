"""Units of channels: in the names of columns, such as `CH1 [uV]` or `ecg_mV`, or in a row of their own."""

import re
from collections.abc import Sequence
from dataclasses import replace

from attrax.data.clock.clock_names import is_clock
from attrax.data.clock.durations import canonical_unit
from attrax.reading.raw_table import RawTable

_BRACKETS = re.compile(r"(?P<name>.*\S)\s*[\[(](?P<unit>[^\[\]()]{1,16})[\])]")
_OVER = re.compile(r"(?P<name>.*\S)\s+/\s+(?P<unit>\S.*)")
"""A quantity over its unit, as the norm of quantities (ISO 80000) writes it."""
_PREFIXES = "(?:[fpnuµμmkMGTcdh]|da)?"
_UNITS = re.compile(
    rf"{_PREFIXES}(?:V|A|W|Hz|Pa|N|J|C|F|T|K|g|m|s|L|l|mol|M|Ohm|ohm|eV|bar|rad|B|dB|lx|lm)(?:\^?-?\d|/\w+)*"
    r"|mmHg|cmH2O|bpm|BPM|rpm|deg|degC|degF|°C|°F|°|%|pct|percent|ppm|ppb|psi|atm|kmh|km/h|mph|kn|au|a\.u\.|px|pixels?"
    r"|h|min|d|day|days|usd|eur|USD|EUR|counts?|cps|Torr|torr|Gal|m/s|m/s2|m/s\^2|m s-1|W/m2|W m-2|kg/m3|sigma|mm|hPa"
)
_SUFFIX = re.compile(r"(?P<name>.*[^_\W])[_ ](?P<unit>[^_ ]{1,8})")
_SUFFIX_UNITS = re.compile(
    r"[munpkMµ]?V|[munpkMµ]?A|[munkMµ]?W|[kMG]?Hz|[kMh]?Pa|mmHg|cmH2O|bpm|degC|degF|deg|mm|cm|km|nm|um|kg|mg|ug|mL|ml|"
    r"mmol|nmol|%|°C|pct|ppm|ppb|mbar|rad|mT|nT|uT|rpm|kWh|MWh"
)


def unit_in_name(name: str) -> str:
    """The unit in the name of a column; empty if there is none.

    Example:
        >>> [unit_in_name(name) for name in ("CH1 [uV]", "ecg_mV", "p (mmHg)", "p / hPa", "x (left)", "y_1")]
        ['uV', 'mV', 'mmHg', 'hPa', '', '']
    """
    found = _BRACKETS.fullmatch(name.strip())
    if found:
        square = name.rstrip().endswith("]") and not found["unit"].strip().isdigit()
        return found["unit"].strip() if square or _UNITS.fullmatch(found["unit"].strip()) else ""
    found = _OVER.fullmatch(name.strip())
    if found and is_unit(found["unit"]):
        return unit_of_text(found["unit"])
    found = _SUFFIX.fullmatch(name.strip())
    return found["unit"] if found and _SUFFIX_UNITS.fullmatch(found["unit"]) else ""


def unit_of_text(word: str) -> str:
    """A unit without the brackets around it; nothing for a dash.

    Example:
        >>> [unit_of_text(word) for word in ("[mV]", "(mmHg)", "uV", "-")]
        ['mV', 'mmHg', 'uV', '']
    """
    word = word.strip().strip("\"'").strip()
    word = word[1:-1].strip() if word[:1] + word[-1:] in ("[]", "()", "{}", "<>") else word
    return "" if word in ("-", "--", ".", "?", "none", "1") else word


def is_unit(word: str) -> bool:
    """Whether a word is a usual unit, or stands in brackets as one.

    Example:
        >>> [is_unit(word) for word in ("mV", "[counts]", "m s-1", "ecg")]
        [True, True, True, False]
    """
    word = word.strip().strip("\"'").strip()
    return bool(_UNITS.fullmatch(word)) or (word[:1] + word[-1:] in ("[]", "()") and len(word) <= 18)


def with_units(table: RawTable, units: Sequence[str]) -> RawTable:
    """The table with the unit of each channel: from a row of units, or from the names of the columns.

    Args:
        table: The table.
        units: A unit for each column; empty if the file has no such row.
    """
    row = dict(zip(table.names, units, strict=False))
    found = {name: row.get(name) or unit_in_name(name) for name in table.names}
    time = next((canonical_unit(row[name]) for name in table.names if is_clock(name) and row.get(name)), table.unit)
    channels = {name: unit for name, unit in found.items() if unit and not is_clock(name)}
    return replace(table, unit=time, units={**channels, **table.units})
