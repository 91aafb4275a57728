"""NumPy files: recordings in `.npy` and `.npz`. Nothing is unpickled, so a file cannot run code."""

import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from attrax.core.errors import DataError
from attrax.data.column_names import select, unique
from attrax.reading.array_descriptions import STANDARD, described, describes
from attrax.reading.arrays import array_tables, matrix
from attrax.reading.file_errors import damaged
from attrax.reading.raw_table import RawTable
from attrax.reading.read_options import ReadOptions

# Smaller files are copied into memory: a mapped file must not change while its recording is in use.
MAPPED_FROM = 2**26
_SHOWN = 20


def read_npy(path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The table in an `.npy` file: an array of time by channel, or one channel. A large array is mapped, not copied.

    Raises: DataError D111 if it is not a table of numbers, D118 for a damaged file.
    """
    if path.stat().st_size >= MAPPED_FROM:
        return array_tables(_mapped(path), str(path), options)
    with path.open("rb") as file:
        return npy_tables(file, str(path), options)


def npy_tables(file: Any, place: str, options: ReadOptions) -> tuple[RawTable, ...]:
    """The tables in an open `.npy` file.

    Args:
        file: The file, or its bytes in memory.
        place: Its path, for messages.
        options: The options of reading.

    Raises: DataError as `read_npy`.
    """
    array = _array(file, place)
    if array.dtype.names is not None:
        return archive_tables(fields(array), place, options)
    return array_tables(array, place, options)


def fields(array: np.ndarray) -> dict[str, np.ndarray]:
    """The columns of a structured array, by name."""
    return {name: array[name] for name in array.dtype.names or ()}


def read_npz(path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The tables in an `.npz` file, as `archive_tables` finds them.

    Raises: DataError D111 if it is not a table of numbers, D118 for a damaged file.
    """
    return described_tables(_members(path, options), str(path), options)


def described_tables(arrays: Mapping[str, np.ndarray], place: str, options: ReadOptions) -> tuple[RawTable, ...]:
    """As `archive_tables`, where times, sampling rate and names of channels may have other usual names.

    A vector with the name of a time is the time, a number called `fs`, `sfreq` or similar the sampling rate.

    Raises: DataError as `archive_tables`.
    """
    found, unit = described(arrays)
    tables = archive_tables(found, place, options)
    return tuple(replace(table, unit=unit) for table in tables) if unit else tables


def archive_tables(arrays: Mapping[str, np.ndarray], place: str, options: ReadOptions) -> tuple[RawTable, ...]:
    """The tables among named arrays.

    Read are the arrays that `options.var` names; else the table `x`; else every 2-D array, in the order of their names;
    else vectors of equal length, each as one channel. Five names describe the recording: `dt` is the time step, `mask`
    is an array like `x` that is false where a value is missing, `inputs` has a row of external inputs for each row,
    `channels` a name for each column and `time` a time for each row.

    Raises: DataError D111 if none of them is a table of numbers, or one does not fit another.
    """
    recordings = _recordings(arrays, place, options)
    if not recordings:
        raise DataError(
            "D111",
            "no array of time by channel",
            where=f"{place}: arrays {listed_arrays(arrays)}",
            why="a recording is a table of numbers, time in rows and channels in columns",
            fix="store it under the name x: np.savez(file, x=values)",
        )
    about = {key: arrays[key] for key in STANDARD if key in arrays and key not in recordings}
    if len(recordings) > 1 and all(array.ndim == 1 for array in recordings.values()):
        values = [matrix(array, f"{place}, array '{key}'") for key, array in recordings.items()]
        about["channels"] = np.array(list(recordings))
        return (_describe(np.hstack(values), about, place, ReadOptions()),)
    several = len(recordings) > 1
    return tuple(
        replace(table, subject=key) if several else table
        for key, array in sorted(recordings.items())
        for table in _tables(array, about, f"{place}, array '{key}'", options)
    )


def listed_arrays(arrays: Mapping[str, np.ndarray]) -> str:
    """Names, shapes and types of arrays, for messages."""
    shown = [f"'{key}' {array.shape} {array.dtype}" for key, array in arrays.items()]
    return ", ".join(shown[:_SHOWN]) + (f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else "") or "none"


def _mapped(path: Path) -> np.ndarray:
    try:
        array = np.lib.format.open_memmap(path, mode="r")
    except Exception as error:
        raise _unreadable(error, str(path)) from None
    _check_end(path.stat().st_size - array.offset - array.nbytes, str(path))
    return array


def _members(path: Path, options: ReadOptions) -> dict[str, np.ndarray]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = {name.removesuffix(".npy"): name for name in archive.namelist()}
            arrays = {}
            for key in sorted(members, key=lambda key: key != "x"):
                # Arrays beside a table called x need not be readable.
                if options.var or key in STANDARD or "x" not in arrays or arrays["x"].ndim == 1:
                    with archive.open(members[key]) as file:
                        arrays[key] = _array(file, f"{path}, array '{key}'")
                elif describes(key):
                    with archive.open(members[key]) as file, suppress(DataError):
                        arrays[key] = _array(file, f"{path}, array '{key}'")
            return arrays
    except DataError:
        raise
    # A damaged file can make a parser fail in any way.
    except Exception as error:
        raise damaged(str(path), error) from None


def _array(file: Any, place: str) -> np.ndarray:
    try:
        array = np.lib.format.read_array(file, allow_pickle=False)
        # Members of an archive are compared with their checksum at their end.
        rest = len(file.read())
    # A damaged file can make a parser fail in any way.
    except Exception as error:
        raise _unreadable(error, place) from None
    _check_end(rest, place)
    return array


def _check_end(rest: int, place: str) -> None:
    """Nothing follows an array: bytes that were put in move all values behind them."""
    if rest:
        raise damaged(place, ValueError(f"{rest:,} bytes follow the array, which its header does not count"))


def _unreadable(error: Exception, place: str) -> DataError:
    if "allow_pickle" not in str(error) and "Python objects" not in str(error):
        return damaged(place, error)
    return DataError(
        "D111",
        "pickled objects",
        where=f"{place}: dtype object",
        why="unpickling would run any code that the file holds, and objects are not numbers",
        fix="store plain numbers, as np.asarray(values, dtype=float); name the recording x",
    )


def _recordings(arrays: Mapping[str, np.ndarray], place: str, options: ReadOptions) -> dict[str, np.ndarray]:
    if options.var:
        return {key: arrays[key] for key in select(options.var, list(arrays), "--var", place)}
    if "x" in arrays and arrays["x"].ndim != 1:
        return {"x": arrays["x"]}
    numeric = {key: array for key, array in arrays.items() if key not in STANDARD and array.dtype.kind in "fiub"}
    tables = {key: array for key, array in numeric.items() if array.ndim == 2 or (options.axes and array.ndim > 2)}
    vectors = {key: array for key, array in numeric.items() if array.ndim == 1}
    one_clock = len({len(array) for array in vectors.values()}) == 1
    if "x" in arrays:
        return vectors if one_clock and "x" in vectors else {"x": arrays["x"]}
    return tables or (numeric if len(numeric) == 1 else vectors if one_clock else {})


def _tables(
    array: np.ndarray, about: Mapping[str, np.ndarray], place: str, options: ReadOptions
) -> tuple[RawTable, ...]:
    if array.ndim > 2:
        return array_tables(array, place, options)
    return (_describe(array, about, place, options),)


def _describe(array: np.ndarray, about: Mapping[str, np.ndarray], place: str, options: ReadOptions) -> RawTable:
    """The table of an array, with time step, mask, names, times and inputs from the other arrays of its file."""
    if "mask" in about:
        values, mask = matrix(array, place), matrix(about["mask"], f"{place}, its mask")
        array = np.where(_fit("mask", mask, values.shape, place) != 0, values, np.nan)
    (table,) = array_tables(array, place, options)
    n = len(table.columns[0]) if table.columns else 0
    if "channels" in about:
        names = _fit("channels", np.atleast_1d(about["channels"]), (len(table.names),), place)
        table = replace(table, names=unique([str(name) for name in names]))
    if "time" in about:
        time = np.ravel(about["time"])
        # Whole numbers, such as nanoseconds since 1970, may be too large to be exact in float64.
        time = time if time.dtype.kind in "Mmiu" else matrix(time, f"{place}, its time")[:, 0]
        table = replace(
            table, names=unique(["time", *table.names]), columns=(_fit("time", time, (n,), place), *table.columns)
        )
    if "inputs" in about:
        inputs = matrix(about["inputs"], f"{place}, its inputs")
        inputs = _fit("inputs", inputs, (n, inputs.shape[1]), place)
        table = replace(table, inputs=inputs, input_names=tuple(f"s{k}" for k in range(inputs.shape[1])))
    if "dt" in about:
        table = replace(table, dt=_step(about["dt"], place))
    return table


def _step(dt: np.ndarray, place: str) -> float:
    number = dt.dtype.kind in "fiu" and dt.size == 1
    if not (number and np.isfinite(dt).all() and (dt > 0).all()):
        raise DataError(
            "D124",
            "the time step is not a positive number",
            where=f"{place}: dt has shape {dt.shape}, dtype {dt.dtype}" + (f", value {dt.item()}" if number else ""),
            why="all rows of a recording are one time step apart",
            fix="store dt as one number, or leave it out of the archive and give it with --dt",
        )
    return float(dt.item())


def _fit(key: str, array: np.ndarray, shape: tuple[int, ...], place: str) -> np.ndarray:
    if array.shape != shape:
        raise DataError(
            "D111",
            f"{key} does not fit the recording",
            where=f"{place}: {key} has shape {array.shape}, expected {shape}",
            why=f"{key} must have a value for each part of the recording",
            fix=f"store {key} again with shape {shape}, or leave it out of the archive",
        )
    return array
