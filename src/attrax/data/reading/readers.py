"""Readers: from a file to the tables in it, by the suffix of its name."""

import difflib
import glob
from collections.abc import Callable
from pathlib import Path

from attrax.core.errors import DataError
from attrax.data.reading.archives import read_npy, read_npz
from attrax.data.reading.delimited import read_delimited
from attrax.data.reading.parquet import read_parquet
from attrax.data.reading.read_options import ReadOptions
from attrax.data.reading.stores import read_hdf5, read_netcdf
from attrax.data.reading.table import RawTable

READERS: dict[str, Callable[[Path, ReadOptions], tuple[RawTable, ...]]] = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".txt": read_delimited,
    ".dat": read_delimited,
    ".npy": read_npy,
    ".npz": read_npz,
    ".parquet": read_parquet,
    ".nc": read_netcdf,
    ".nc4": read_netcdf,
    ".cdf": read_netcdf,
    ".h5": read_hdf5,
    ".hdf5": read_hdf5,
}


def read(path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The tables in a file, one for each recording.

    Raises: DataError D117 if there is no such file, D118 if it cannot be opened or nobody knows its type, and whatever
        its reader raises.
    """
    if not path.exists():
        raise not_found(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None or not path.is_file():
        kind = f"type '{path.suffix}'" if path.is_file() else "not a file"
        raise _unreadable(
            path, kind, f"save it as one of {', '.join(READERS)}; or load it in Python and pass the array"
        )
    try:
        return reader(path, options)
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error), "check the file's permissions and its disk") from None


def is_pattern(path: Path) -> bool:
    """Whether a path is a glob that stands for files."""
    return any(sign in str(path) for sign in "*?[") and not path.exists()


def matches(pattern: Path) -> list[Path]:
    """The files that a glob stands for, by name.

    Raises: DataError D117 if there is none.
    """
    found = sorted(Path(file) for file in glob.glob(str(pattern), recursive=True) if Path(file).is_file())
    if not found:
        raise not_found(pattern)
    return found


def not_found(path: Path) -> DataError:
    """The error of a path that leads nowhere (D117)."""
    folder = path.parent
    nearest = []
    if folder.is_dir():
        nearest = difflib.get_close_matches(path.name, [file.name for file in folder.iterdir()], n=1, cutoff=0.5)
    return DataError(
        "D117",
        "file not found",
        where=f"{path}" if folder.is_dir() else f"{path}: the folder {folder} does not exist either",
        why="there is no recording to read",
        fix=f"did you mean {folder / nearest[0]}?"
        if nearest
        else "check the path; relative paths start in this folder",
    )


def _unreadable(path: Path, kind: str, fix: str) -> DataError:
    return DataError(
        "D118", "file cannot be read", where=f"{path}: {kind}", why="its content cannot be told from its name", fix=fix
    )
