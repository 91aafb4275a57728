"""Readers: the function that reads a file, chosen by the suffix of its name."""

import glob
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from attrax.reading.archives import read_npy, read_npz
from attrax.reading.file_errors import not_found, unreadable
from attrax.reading.instruments import read_brainvision, read_edf, read_wfdb
from attrax.reading.matlab import read_matlab
from attrax.reading.packed import OTHER_TEXT, read_content, read_packed, read_zip
from attrax.reading.parquet import read_feather, read_parquet
from attrax.reading.raw_table import RawTable
from attrax.reading.read_options import ReadOptions
from attrax.reading.spreadsheets import read_spreadsheet
from attrax.reading.stores import NETCDF, read_hdf5, read_netcdf, read_zarr
from attrax.reading.text_encoding import is_text

_START = 65_536

READERS: dict[str, Callable[[Path, ReadOptions], tuple[RawTable, ...]]] = {
    **dict.fromkeys((".csv", ".tsv", ".txt", ".dat", ".jsonl", ".ndjson", ".json", *OTHER_TEXT), read_content),
    **dict.fromkeys((".gz", ".bz2", ".xz"), read_packed),
    ".zip": read_zip,
    **dict.fromkeys((".edf", ".bdf"), read_edf),
    ".vhdr": read_brainvision,
    ".hea": read_wfdb,
    **dict.fromkeys((".xlsx", ".xls", ".xlsb", ".ods"), read_spreadsheet),
    ".zarr": read_zarr,
    ".mat": read_matlab,
    ".npy": read_npy,
    ".npz": read_npz,
    ".parquet": read_parquet,
    **dict.fromkeys((".feather", ".arrow"), read_feather),
    **dict.fromkeys(NETCDF, read_netcdf),
    ".h5": read_hdf5,
    ".hdf5": read_hdf5,
}
"""The function that reads files with each suffix."""


def read(path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    r"""The tables in a file, one for each recording.

    Raises: DataError D117 if there is no such file, D118 if it cannot be opened or its type is not known, and the
        errors of its reader.

    Example:
        >>> import tempfile
        >>> from attrax.reading import ReadOptions
        >>> path = Path(tempfile.mkdtemp(), "two.csv")
        >>> _ = path.write_text("x,y\n1,2\n3,4\n5,6\n")
        >>> [table.names for table in read(path, ReadOptions())]
        [('x', 'y')]
    """
    if not path.exists():
        raise not_found(path)
    reader = READERS.get(path.suffix.lower()) or _reader_of_text(path)
    if reader is None or not (path.is_file() or reader is read_zarr):
        kind = f"type '{path.suffix}'" if path.is_file() else "not a file"
        raise unreadable(path, kind, f"save it as one of {', '.join(READERS)}; or load it in Python and pass the array")
    try:
        return reader(path, options)
    except OSError as error:
        raise unreadable(path, error.strerror or str(error), "check the file's permissions and its disk") from None


def _reader_of_text(path: Path) -> Callable[[Path, ReadOptions], tuple[RawTable, ...]] | None:
    """The reader of text for a file of another type that holds text; None for all others."""
    with suppress(OSError), path.open("rb") as file:
        start = file.read(_START)
        return read_content if start and is_text(start) else None
    return None


def is_pattern(path: Path) -> bool:
    """Whether a path is a glob, such as `runs/*.csv`."""
    return any(sign in str(path) for sign in "*?[") and not path.exists()


def matches(pattern: Path) -> list[Path]:
    """The files that match a glob, in the order of their names.

    Raises: DataError D117 if there is none.
    """
    found = sorted(Path(file) for file in glob.glob(str(pattern), recursive=True) if Path(file).is_file())
    if not found:
        raise not_found(pattern)
    return found
