"""Writes simulated recordings to CSV, NumPy or Parquet files, with channel names and times."""

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float

from attrax.core.errors import ConfigError
from attrax.core.optional_library import FILE_LIBRARIES
from attrax.data.reading.labels import worded

NO_WORDS: Mapping[int, tuple[str, ...]] = {}


def writer_for(path: Path) -> Callable[..., None]:
    """The function that writes the file format given by the suffix of a path.

    Args:
        path: The file that is to be written.

    Returns: A function of the path, the values, the times of the rows, the names of the time and all channels,
        and the words that the numbers of some channels stand for, by the number of the channel.

    Raises:
        ConfigError: C507 if no writer fits the suffix, C508 if the folder does not exist.
    """
    if not path.parent.is_dir():
        raise ConfigError(
            "C508",
            "folder for the output does not exist",
            where=str(path.parent),
            why="nothing can be written there",
            fix=f"mkdir -p {path.parent}",
        )
    if path.suffix not in WRITERS:
        raise ConfigError(
            "C507",
            f"cannot write {path.suffix or 'a file without suffix'}",
            where=f"--out {path}",
            why="the suffix selects the format: " + " ".join(WRITERS),
            fix=f"--out {path.with_suffix('.csv')}",
        )
    return WRITERS[path.suffix]


def _write_csv(
    path: Path,
    x: Float[np.ndarray, "time obs"],
    t: np.ndarray,
    names: tuple[str, ...],
    words: Mapping[int, tuple[str, ...]] = NO_WORDS,
) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(names)
        for time, values in zip(_written(t), x, strict=True):
            rows.writerow([time, *(_cell(value, words.get(k, ())) for k, value in enumerate(values))])


def _cell(value: float, words: Sequence[str]) -> str:
    return worded(value, words) if words else f"{value:.9g}"


def write_table(
    path: Path, columns: Sequence[str], names: Sequence[str], values: Float[np.ndarray, "row column"]
) -> None:
    """Write a CSV file whose rows have a name and numbers.

    Args:
        path: The file.
        columns: Headings; the first one is the heading of the names.
        names: Name of each row.
        values: Numbers of each row.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(columns)
        for name, row in zip(names, values, strict=True):
            rows.writerow([name, *(f"{value:.9g}" for value in row)])


def _written(t: np.ndarray) -> list[str]:
    """Times as text: numbers, or dates with the fewest digits of a second that hold all of them exactly."""
    if t.dtype.kind != "M":
        return [f"{value:.12g}" for value in t]
    for unit in ("s", "ms", "us"):
        if (t == t.astype(f"datetime64[{unit}]")).all():
            return np.datetime_as_string(t, unit).tolist()
    return np.datetime_as_string(t).tolist()


def _write_npy(
    path: Path,
    x: Float[np.ndarray, "time obs"],
    t: np.ndarray,
    names: tuple[str, ...],
    words: Mapping[int, tuple[str, ...]] = NO_WORDS,
) -> None:
    del t, names, words
    np.save(path, x)


def _write_parquet(
    path: Path,
    x: Float[np.ndarray, "time obs"],
    t: np.ndarray,
    names: tuple[str, ...],
    words: Mapping[int, tuple[str, ...]] = NO_WORDS,
) -> None:
    arrow, parquet = FILE_LIBRARIES.load("pyarrow", "pyarrow.parquet", place=str(path))
    columns = [[worded(v, words[k]) for v in column] if k in words else column for k, column in enumerate(x.T)]
    parquet.write_table(arrow.table([t, *columns], names=list(names)), path)


WRITERS = {".csv": _write_csv, ".npy": _write_npy, ".parquet": _write_parquet}
