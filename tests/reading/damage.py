"""Damage to a whole recording in a file, and what may come out when it is read again."""

import faulthandler
import json
import re
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np

from attrax.core.errors import AttraxError
from attrax.data.series import Dataset, Series
from attrax.diagnosis import check
from attrax.reading.load import load
from tests.mutated_bytes import mutated
from tests.reading.mutations import ENCODINGS, TOKENS, meant
from tests.reading.whole_files import X

LIMIT = 10
"""Seconds in which a file must be read or refused."""

HEADERS = (
    *("", "time,a", "time,a,a", "time,a,b,c", "a,b,time", "1,2,3", '"time,a,b', "ti\x00me,a,b", "# time,a,b"),
    *("=1+1,a,b", "é" * 99),
)
NUMBER = re.compile(r"[+-]?[0-9]+[.,]?[0-9]*([eE][+-]?[0-9]+)?")


class Damage(NamedTuple):
    """What was done to which file of a recording, and by how many bytes it is longer now."""

    how: str
    file: Path
    longer: int


def damaged(path: Path, rng: np.random.Generator) -> Damage:
    """Damage one of the files of a recording."""
    files = [path] if path.is_file() else sorted(part for part in path.rglob("*") if part.is_file())
    files += [path.with_suffix(".dat")] if path.suffix == ".hea" else []
    file = files[int(rng.integers(len(files)))]
    content = whole = file.read_bytes()
    if path.suffix in (".csv", ".tsv", ".txt", ".jsonl") and rng.random() < 0.6:
        how, content = _edited(content.decode(), rng)
    else:
        how, content = "bytes", mutated(content, rng)
        for _ in range(int(rng.integers(3))):
            content = mutated(content, rng) if content else content
    file.write_bytes(content)
    return Damage(how, file, len(content) - len(whole))


def _edited(text: str, rng: np.random.Generator) -> tuple[str, bytes]:
    """The bytes of a text with lines shuffled, a cell replaced, a broken header or another encoding."""
    lines = text.splitlines()
    separator = next(sign for sign in ",;\t " if sign in lines[0])
    how = str(rng.choice(["shuffled", "cell", "header", "encoding"]))
    encoding = str(rng.choice(ENCODINGS)) if how == "encoding" else "utf-8"
    if how == "shuffled":
        lines[1:] = rng.permutation(lines[1:]).tolist()
    if how == "cell":
        i = int(rng.integers(len(lines)))
        cells = lines[i].split(separator)
        cells[int(rng.integers(len(cells)))] = str(rng.choice(np.array(TOKENS, dtype=object)))
        lines[i] = separator.join(cells)
    if how == "header":
        lines[0] = HEADERS[int(rng.integers(len(HEADERS)))].replace(",", separator)
    return how, ("\n".join(lines) + "\n").encode(encoding, errors="replace")


def outcome(path: Path) -> Dataset | AttraxError:
    """What `attrax inspect` reads from a file and checks, or its error; a reader that does not end ends the tests."""
    faulthandler.dump_traceback_later(3 * LIMIT, exit=True)
    began = time.perf_counter()
    try:
        dataset = load(path)
        check(dataset, any_missing=True)
    except AttraxError as error:
        return error
    finally:
        faulthandler.cancel_dump_traceback_later()
        assert time.perf_counter() - began < LIMIT
    return dataset


def same(series: Series, to: float) -> bool:
    """Whether a series holds the recording that was written."""
    return series.x.shape == X.shape and series.mask is None and bool(np.all(np.abs(series.x - X) <= to))


def rows_of(content: bytes, comma: bool) -> np.ndarray:
    """Time and both channels in every line of a text, by hand: NaN where a cell is no number."""
    text = content.decode("utf-8-sig", errors="replace")
    if text.lstrip().startswith("{"):
        found = [_record(line) for line in text.splitlines()]
    else:
        found = [[_number(cell, comma) for cell in _cells(line, comma)] for line in re.split("\r\n|\r|\n", text)]
    return np.array([row for row in found if len(row) == 3], dtype=float).reshape(-1, 3)


def as_in_lines(series: Series, lines: np.ndarray) -> str:
    """What is wrong with a series that was read from a text; nothing if its rows are the lines of numbers.

    A value that is missing may be anything in the text.
    """
    read = series.values if series.obs_dim == 3 else np.column_stack([series.times, series.values])
    if read.shape[1] != 3:
        return f"{read.shape[1] - 1} channels"
    at = 0
    for i, row in enumerate(read):
        while at < len(lines) and not np.all(np.isnan(row) | (row == lines[at])):
            if np.isfinite(lines[at]).all():
                return f"the line {lines[at]} was left out before row {i}, {row}"
            at += 1
        if at == len(lines):
            return f"no line holds row {i}, {row}"
        at += 1
    lost = [line for line in lines[at:] if np.isfinite(line).all()]
    return f"the line {lost[0]} was left out at the end" if lost else ""


def _cells(line: str, comma: bool) -> list[str]:
    separator = ";" if comma else next((sign for sign in ",\t" if sign in line), " ")
    return line.split(separator)


def _number(cell: str, comma: bool) -> float:
    return float(cell.replace(",", ".")) if NUMBER.fullmatch(cell.strip('"')) else meant(cell.strip('"'), comma=comma)


def _record(line: str) -> list[float]:
    with suppress(ValueError):
        found = json.loads(line)
        return [float(found.get(name) if isinstance(found.get(name), float | int) else "nan") for name in "tab"]
    return []
