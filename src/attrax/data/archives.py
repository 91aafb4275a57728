"""Archives: recordings in NumPy's own files. Nothing is ever unpickled, so a file cannot run code."""

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from attrax.core.errors import DataError
from attrax.data.arrays import array_table, matrix
from attrax.data.columns import unique
from attrax.data.options import ReadOptions
from attrax.data.table import Table

_ABOUT = ("dt", "mask", "inputs", "channels", "time")


def read_npy(path: Path, options: ReadOptions) -> tuple[Table, ...]:
    """The table in an `.npy` file: an array of time by channel, or one channel.

    Raises: DataError D111 for what is no table of numbers, D118 for a damaged file.
    """
    with path.open("rb") as file:
        array = _array(file, str(path))
    return (array_table(array, str(path), transpose=options.transpose),)


def read_npz(path: Path, options: ReadOptions) -> tuple[Table, ...]:
    """The tables in an `.npz` file: the array `x`, or else every 2-D array in the order of their names.

    The arrays `dt`, `mask`, `inputs`, `channels` and `time` are about the recording: a step, an array like `x` that is
    false where a value is missing, inputs by row, a name for each column and a time for each row.

    Raises: DataError D111 for what is no table of numbers, D118 for a damaged file.
    """
    arrays = _members(path)
    recordings = {"x": arrays["x"]} if "x" in arrays else _recordings(arrays)
    if not recordings:
        listed = ", ".join(f"'{key}' {array.shape} {array.dtype}" for key, array in arrays.items()) or "none"
        raise DataError(
            "D111",
            "no array of time by channel",
            where=f"{path}: arrays {listed}",
            why="a recording is a table of numbers, time in rows and channels in columns",
            fix="store it under the name x: np.savez(file, x=values)",
        )
    about = {key: arrays[key] for key in _ABOUT if key in arrays}
    return tuple(
        _describe(array, about, f"{path}, array '{key}'", transpose=options.transpose)
        for key, array in sorted(recordings.items())
    )


def _members(path: Path) -> dict[str, np.ndarray]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = {name.removesuffix(".npy"): name for name in archive.namelist()}
            # What lies beside a recording called x need not be readable.
            wanted = members if "x" not in members else [key for key in ("x", *_ABOUT) if key in members]
            arrays = {}
            for key in wanted:
                with archive.open(members[key]) as file:
                    arrays[key] = _array(file, f"{path}, array '{key}'")
            return arrays
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise _damaged(str(path), error) from None


def _array(file: Any, place: str) -> np.ndarray:
    try:
        return np.lib.format.read_array(file, allow_pickle=False)
    # A damaged file can break a parser in any way; they all mean the same to its owner.
    except Exception as error:
        if "allow_pickle" in str(error):
            raise DataError(
                "D111",
                "pickled objects",
                where=f"{place}: dtype object",
                why="unpickling would run whatever code the file holds, and objects are no numbers",
                fix="store plain numbers, as np.asarray(values, dtype=float); name the recording x",
            ) from None
        raise _damaged(place, error) from None


def _recordings(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    numeric = {key: array for key, array in arrays.items() if key not in _ABOUT and array.dtype.kind in "fiub"}
    tables = {key: array for key, array in numeric.items() if array.ndim == 2}
    return tables or (numeric if len(numeric) == 1 else {})


def _describe(array: np.ndarray, about: Mapping[str, np.ndarray], place: str, *, transpose: bool) -> Table:
    """The table of an array together with what the archive says about it."""
    if "mask" in about:
        values, mask = matrix(array, place), matrix(about["mask"], f"{place}, its mask")
        array = np.where(_fit("mask", mask, values.shape, place) != 0, values, np.nan)
    table = array_table(array, place, transpose=transpose)
    n = len(table.columns[0]) if table.columns else 0
    if "channels" in about:
        names = _fit("channels", np.atleast_1d(about["channels"]), (len(table.names),), place)
        table = replace(table, names=unique([str(name) for name in names]))
    if "time" in about:
        time = matrix(np.ravel(about["time"]), f"{place}, its time")[:, 0]
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
            why="a recording has one step between its rows",
            fix="store dt as one number, or leave it out of the archive and give it with --dt",
        )
    return float(dt.item())


def _fit(key: str, array: np.ndarray, shape: tuple[int, ...], place: str) -> np.ndarray:
    if array.shape != shape:
        raise DataError(
            "D111",
            f"{key} does not fit the recording",
            where=f"{place}: {key} has shape {array.shape}, expected {shape}",
            why=f"{key} belongs to the recording value by value",
            fix=f"store {key} again with shape {shape}, or leave it out of the archive",
        )
    return array


def _damaged(place: str, error: Exception) -> DataError:
    return DataError(
        "D118",
        "damaged or truncated file",
        where=f"{place}: {error}",
        why="part of the recording would be missing without notice",
        fix="copy or save the file again with np.save or np.savez",
    )
