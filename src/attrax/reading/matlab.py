"""MATLAB files: `.mat` of versions 4 to 7, read by SciPy, and of version 7.3, which is HDF5."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from attrax.core.errors import AttraxError, DataError
from attrax.core.optional_library import FILE_LIBRARIES
from attrax.data.column_names import option
from attrax.reading.archives import archive_tables, listed_arrays
from attrax.reading.array_descriptions import descriptions, plain_name, unit_of_time
from attrax.reading.axes import guessed_axes
from attrax.reading.file_errors import damaged
from attrax.reading.own_bytes import check_own_bytes
from attrax.reading.raw_table import RawTable
from attrax.reading.read_options import ReadOptions

_UNITS = {"units", "unit", "chanunits", "channelunits"}
_DATENUMS = (6.9e5, 7.7e5)
"""Days since the year 0, as MATLAB counts them, from 1900 to 2100."""
_DATENUM_OF_1970 = 719_529
_ROUNDING = 1e-9
_HDF5 = b"\x89HDF"
_HEADER = 512


def read_matlab(path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The tables in a `.mat` file, as `archive_tables` finds them among its variables and the fields of its structs.

    Row and column vectors are vectors. A vector with the name of a time is the time, a number called `fs`, `srate` or
    similar the sampling rate; if there are times, it only determines their unit.

    Raises: DataError D112 for many variables, D118 for a damaged file; ConfigError C640 without h5py for version 7.3.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_HEADER + 4)
        found = _hdf5(path) if _HDF5 in (start[:4], start[_HEADER:]) else _scipy(path)
    except AttraxError:
        raise
    # A damaged file can make a parser fail in any way.
    except Exception as error:
        raise damaged(str(path), error) from None
    return _tables(found, str(path), options)


def _tables(found: dict[str, np.ndarray], place: str, options: ReadOptions) -> tuple[RawTable, ...]:
    arrays = {name: array for name, array in found.items() if array.dtype.kind in "fiub" and array.size > 1}
    about, _ = descriptions(found, arrays)
    if not options.var:
        large = {name: array for name, array in arrays.items() if array.ndim > 1}
        cells = _cells_of_one(large)
        if cells:
            others = {name: array for name, array in found.items() if name not in large}
            return tuple(
                replace(table, subject=str(i))
                for i, array in enumerate(large.values())
                for table in _tables({**_of_cell(others, i), cells: array}, place, options)
            )
        if len(large) > 1 and "x" not in arrays:
            raise _many(large, place)
        arrays = large or arrays
    unit = unit_of_time(about)
    about.pop("dt_unit", None)
    if "time" in about:
        about.pop("dt", None)
        if not options.transpose:
            n = len(about["time"])
            arrays = {name: a.T if a.ndim == 2 and a.shape[1] == n != len(a) else a for name, a in arrays.items()}
    elif "channels" in about and not options.transpose:
        n = len(about["channels"])
        arrays = {name: a.T if a.ndim == 2 and len(a) == n != a.shape[1] else a for name, a in arrays.items()}
    tables = archive_tables({**about, **arrays}, place, options)
    return tuple(_described(table, found, unit, "time" in about) for table in tables)


def _described(table: RawTable, found: Mapping[str, np.ndarray], unit: str, timed: bool) -> RawTable:
    """The table with units, and with dates for times that are days since the year 0."""
    channels = table.names[1:] if timed else table.names
    units = next((np.ravel(a) for name, a in found.items() if plain_name(name) in _UNITS and a.dtype.kind == "U"), ())
    if len(units) == len(channels):
        known = {name: str(word).strip() for name, word in zip(channels, units, strict=True)}
        table = replace(table, units={**{name: word for name, word in known.items() if word}, **table.units})
    dates = _dates(table.columns[0]) if timed else None
    if dates is not None:
        return replace(table, columns=(dates, *table.columns[1:]))
    return replace(table, unit=unit) if unit else table


def _dates(days: np.ndarray) -> np.ndarray | None:
    """The dates of days since the year 0, without what float64 adds to them; None for other numbers."""
    if days.dtype.kind != "f" or not np.isfinite(days).all() or not len(days):
        return None
    if days.min() < _DATENUMS[0] or days.max() > _DATENUMS[1]:
        return None
    seconds = (days - _DATENUM_OF_1970) * 86_400
    whole = np.round(seconds, 3)
    seconds = whole if np.abs(seconds - whole).max() <= _ROUNDING * 86_400 else seconds
    return np.datetime64(0, "us") + np.rint(seconds * 1e6).astype("timedelta64[us]")


def _cells_of_one(large: Mapping[str, np.ndarray]) -> str:
    """The name of a cell array, if all matrices are its cells and have the same number of columns or rows."""
    stems = {name.rpartition(".")[0] for name in large}
    numbered = all(name.rpartition(".")[2].isdigit() for name in large)
    alike = any(len({array.shape[k] for array in large.values()}) == 1 for k in (0, 1))
    return stems.pop() if len(large) > 1 and len(stems) == 1 and numbered and alike else ""


def _of_cell(others: Mapping[str, np.ndarray], i: int) -> dict[str, np.ndarray]:
    """The variables beside a cell array, and of other cell arrays the cell with the same number."""
    kept = {}
    for name, array in others.items():
        stem, _, number = name.rpartition(".")
        if not (stem and number.isdigit()):
            kept[name] = array
        elif int(number) == i:
            kept[stem] = array
    return kept


def _scipy(path: Path) -> dict[str, np.ndarray]:
    from scipy.io import loadmat

    found: dict[str, np.ndarray] = {}
    _collect("", loadmat(path, simplify_cells=True), found)
    return found


def _hdf5(path: Path) -> dict[str, np.ndarray]:
    (h5py,) = FILE_LIBRARIES.load("h5py", place=str(path))
    check_own_bytes(h5py, path)
    found: dict[str, np.ndarray] = {}
    with h5py.File(path, "r") as file:

        def visit(name: str, node: Any) -> None:
            if hasattr(node, "dtype") and node.dtype.kind in "fiub" and not name.startswith("#"):
                text = node.attrs.get("MATLAB_class") == b"char"
                # MATLAB writes the first axis last.
                values = np.asarray(node[()]).T
                found[name.replace("/", ".")] = np.array("".join(map(chr, values.ravel()))) if text else _flat(values)

        file.visititems(visit)
    return found


def _collect(name: str, value: Any, found: dict[str, np.ndarray]) -> None:
    if isinstance(value, Mapping):
        for key, part in value.items():
            if not str(key).startswith("__"):
                _collect(f"{name}.{key}" if name else str(key), part, found)
        return
    # Cell arrays and arrays of structs are lists, or arrays of objects.
    items = _items(value)
    if items:
        if all(isinstance(item, Mapping) for item in items):
            # An array of structs: the values of each field together.
            for key in items[0]:
                _collect(f"{name}.{key}" if name else str(key), [item.get(key) for item in items], found)
            return
        if all(isinstance(item, np.ndarray) for item in items):
            for i, item in enumerate(items):
                _collect(f"{name}.{i}" if len(items) > 1 else name, item, found)
            return
    try:
        array = np.asarray(value)
    except ValueError:
        return
    if array.dtype.kind == "O" and all(isinstance(item, str) for item in array.ravel()):
        array = array.astype(str)
    if array.dtype.kind in "fiubU":
        found[name] = _flat(array)


def _items(value: Any) -> list[Any]:
    """The items of a list, or of an array of objects; none of anything else."""
    if isinstance(value, list):
        return value
    return list(np.ravel(value)) if isinstance(value, np.ndarray) and value.dtype.kind == "O" else []


def _flat(array: np.ndarray) -> np.ndarray:
    """A row or column of MATLAB as a vector."""
    return np.ravel(array) if array.ndim == 2 and 1 in array.shape else array


def _many(arrays: Mapping[str, np.ndarray], place: str) -> DataError:
    largest = max(arrays, key=lambda name: arrays[name].size)
    axes = f" --axes {guessed_axes(arrays[largest].shape)}" if arrays[largest].ndim > 2 else ""
    return DataError(
        "D112",
        "many variables",
        where=f"{place}: {listed_arrays(arrays)}",
        why="it is not clear which of them are the recording",
        fix=f"{option('--var', largest)}{axes}",
    )
