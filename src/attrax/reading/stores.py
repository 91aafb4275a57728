"""NetCDF and HDF5 files and Zarr stores, which hold many arrays in one tree."""

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from attrax.core.errors import AttraxError, DataError
from attrax.core.optional_library import FILE_LIBRARIES
from attrax.data.clock.durations import conversion
from attrax.data.column_names import option, select
from attrax.reading.archives import MAPPED_FROM, described_tables, fields, listed_arrays
from attrax.reading.array_descriptions import STANDARD, describes
from attrax.reading.axes import guessed_axes
from attrax.reading.file_errors import damaged
from attrax.reading.headers.told_steps import told_step
from attrax.reading.labelled import labelled_tables
from attrax.reading.own_bytes import check_own_bytes, check_own_store
from attrax.reading.raw_table import RawTable
from attrax.reading.read_options import ReadOptions

NETCDF = (".nc", ".nc4", ".cdf")
"""How the names of NetCDF files end."""


def read_netcdf(path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The tables in a NetCDF file, as `labelled_tables` finds them.

    Raises: DataError D112 for many variables, D118 for a damaged file; ConfigError C640 without the
        libraries.
    """
    with _damage_told(path), _netcdf(path) as dataset:
        return labelled_tables(dataset, str(path), options)


def read_zarr(path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The tables in a Zarr store that xarray has written, as `labelled_tables` finds them, in alphabetical order.

    Raises: DataError D112 for many variables, D118 for a damaged store; ConfigError C640 without the libraries.
    """
    with _damage_told(path), _zarr(path) as dataset:
        return labelled_tables(dataset, str(path), options)


@contextmanager
def dataset_in(path: Path) -> Iterator[Any]:
    """The `Dataset` of xarray in a NetCDF file or a Zarr store; None for any other file.

    Raises: As `read_netcdf` and `read_zarr`.
    """
    known = {".zarr": _zarr, **dict.fromkeys(NETCDF, _netcdf)}.get(path.suffix.lower())
    if known is None or not path.exists():
        yield None
        return
    with _damage_told(path), known(path) as dataset:
        yield dataset


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    """Doubts of xarray about encodings do not matter; what a parser raises means that the file is damaged."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except AttraxError:
        raise
    # A damaged file can make a parser fail in any way.
    except Exception as error:
        raise damaged(str(path), error) from None


@contextmanager
def _netcdf(path: Path) -> Iterator[Any]:
    xarray, h5py, _ = FILE_LIBRARIES.load("xarray", "h5py", "h5netcdf", place=str(path))
    with path.open("rb") as file:
        engine = "scipy" if file.read(3) == b"CDF" else "h5netcdf"
    if engine == "h5netcdf":
        # xarray asks for this first; if the file is damaged, its library would print to the screen.
        with h5py.File(path, "r") as root:
            root.attrs.get("_nc3_strict")
        check_own_bytes(h5py, path)
    with _opened(xarray, path, engine) as dataset:
        yield dataset


@contextmanager
def _zarr(path: Path) -> Iterator[Any]:
    xarray, _ = FILE_LIBRARIES.load("xarray", "zarr", place=str(path))
    check_own_store(path)
    with xarray.open_zarr(path, chunks=None) as dataset:
        # The members of a store have no order of their own: each reading may list them in another one.
        yield dataset[sorted(dataset.data_vars, key=str)]


def read_hdf5(path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The table in an HDF5 file: what `options.var` names, the dataset `x`, the only table, or vectors of equal length.

    Large arrays that are neither compressed nor chunked are mapped, not copied.

    Raises: DataError D111 or D112 if it is not clear which datasets are the recording, D118 for a damaged
        file; ConfigError C640 without h5py.
    """
    (h5py,) = FILE_LIBRARIES.load("h5py", place=str(path))
    try:
        check_own_bytes(h5py, path)
        with h5py.File(path, "r") as file:
            datasets: dict[str, Any] = {}
            file.visititems(lambda name, node: datasets.update({name: node}) if hasattr(node, "dtype") else None)
            wanted = _wanted(datasets, str(path), options)
            arrays = {name: _array(datasets[name], path) for name in wanted}
            records = [array for array in arrays.values() if array.dtype.names]
            found = {**_rates(file), **(fields(records[0]) if records else arrays)}
            for name in wanted:
                found = {**_rates(datasets[name]), **_rates(datasets[name].parent), **found}
            return described_tables(found, str(path), options)
    except DataError:
        raise
    except Exception as error:
        raise damaged(str(path), error) from None


def _opened(xarray: Any, path: Path, engine: str) -> Any:
    try:
        return xarray.open_dataset(path, engine=engine)
    except ValueError:
        # Calendars that are not real (360 days a year): times stay numbers as they are in the file.
        return xarray.open_dataset(path, engine=engine, decode_times=False)


def _wanted(datasets: dict[str, Any], place: str, options: ReadOptions) -> list[str]:
    """The names of the datasets to read, and of those that describe them (time step, mask and so on)."""
    about = [name for name in datasets if name in STANDARD or (describes(name) and datasets[name].ndim < 2)]
    if options.var:
        return [*select(options.var, list(datasets), "--var", place), *about]
    numeric = {k: d for k, d in datasets.items() if d.dtype.kind in "fiub" and d.ndim and k not in about}
    # A vector of that name may be one channel of several.
    if "x" in datasets and (datasets["x"].ndim != 1 or len({d.shape for d in numeric.values()}) > 1):
        return ["x", *about]
    tables = [name for name, dataset in numeric.items() if dataset.ndim > 1]
    lengths = {dataset.shape[0] for dataset in numeric.values()}
    if len(tables) == 1 or (numeric and not tables and len(lengths) == 1):
        return [*(tables or numeric), *about]
    records = [name for name, dataset in datasets.items() if dataset.dtype.names and dataset.ndim == 1]
    if not numeric and len(records) == 1:
        return records
    if not numeric:
        raise DataError(
            "D111",
            "no array of time by channel",
            where=f"{place}: datasets {listed_arrays(datasets)}",
            why="a recording is a table of numbers, time in rows and channels in columns",
            fix="store it under the name x",
        )
    largest = max(numeric, key=lambda name: numeric[name].size)
    axes = f" --axes {guessed_axes(numeric[largest].shape)}" if numeric[largest].ndim > 2 else ""
    lines = [f"{name}  {dataset.shape}  {dataset.dtype}" for name, dataset in numeric.items()]
    raise DataError(
        "D112",
        "many variables",
        where=f"{place}:" + "".join(f"\n         {line}" for line in lines[:20]),
        why="it is not clear which of them are the recording",
        fix=f"{option('--var', largest)}{axes}",
    )


def _rates(node: Any) -> dict[str, np.ndarray]:
    """The attributes that tell a time step or a sampling rate: as a rate if its unit is known, else as a step."""
    step = told_step(node.attrs)
    if step is None:
        return {}
    in_seconds = conversion(step.unit, "s") if step.unit else None
    return {"sfreq": np.array(1.0 / (step.dt * in_seconds))} if in_seconds else {"dt": np.array(step.dt)}


def _array(dataset: Any, path: Path) -> np.ndarray:
    """The values of a dataset, mapped if the file holds them in one piece."""
    offset = dataset.id.get_offset()
    plain = dataset.chunks is None and not dataset.external and dataset.dtype.kind in "fiu"
    if (
        plain
        and offset is not None
        and dataset.nbytes >= MAPPED_FROM
        and offset + dataset.nbytes <= path.stat().st_size
    ):
        return np.memmap(path, mode="r", dtype=dataset.dtype, shape=dataset.shape, offset=offset)
    if math.prod(dataset.shape) and dataset.dtype.kind == "O":
        return np.asarray(dataset.asstr()[()]).astype(str)
    return np.asarray(dataset[()])
