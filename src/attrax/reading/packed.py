"""Packed files: text, JSON and `.npy` files in `.gz`, `.bz2`, `.xz` and `.zip`, unpacked in memory."""

import bz2
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from attrax.core.errors import DataError
from attrax.reading.archives import npy_tables
from attrax.reading.delimited import text_tables
from attrax.reading.file_errors import damaged
from attrax.reading.raw_table import RawTable
from attrax.reading.read_options import ReadOptions
from attrax.reading.records import json_table, lines_of_json_table

Content = Callable[[bytes, Path, ReadOptions], tuple[RawTable, ...]]

OTHER_TEXT = (".asc", ".prn", ".tab", ".data", ".out", ".log", ".atf", ".lvm", ".arff")
"""Suffixes of text files besides the usual ones."""

CONTENTS: dict[str, Content] = {
    **dict.fromkeys((".csv", ".tsv", ".txt", ".dat", *OTHER_TEXT), text_tables),
    **dict.fromkeys(
        (".jsonl", ".ndjson"), lambda content, path, options: (lines_of_json_table(content, path, options),)
    ),
    ".json": lambda content, path, options: (json_table(content, path, options),),
    ".npy": lambda content, path, options: npy_tables(io.BytesIO(content), str(path), options),
}
"""What reads the contents of an unpacked file, by its suffix."""

_ABOUT = re.compile(r"(?i)read.?me|licen[cs]e|copying|changelog|citation|codebook|data.?dictionary")
"""Names of files in an archive that tell about the others."""

PACKED = {".gz": gzip.decompress, ".bz2": bz2.decompress, ".xz": lzma.decompress}
"""What unpacks a file, by its suffix."""


def read_content(path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The tables in a file that is read as a whole.

    Raises: DataError as the reader of its type.
    """
    return CONTENTS.get(path.suffix.lower(), CONTENTS[".txt"])(path.read_bytes(), path, options)


def read_packed(path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The table in a packed file; a type that is not known is read as text.

    Raises: DataError D118 for a damaged file, and as the reader of its contents.
    """
    try:
        content = PACKED[path.suffix.lower()](path.read_bytes())
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
        raise damaged(str(path), error) from None
    suffix = Path(path.stem).suffix.lower()
    return CONTENTS.get(suffix, CONTENTS[".csv"])(content, path, options)


def read_zip(path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The tables in the files of a `.zip` archive, in the order of their names.

    Raises: DataError D118 for a damaged archive, or one without files that can be read in memory.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = [
                name
                for name in sorted(archive.namelist())
                if PurePosixPath(name).suffix.lower() in CONTENTS and not name.startswith("__MACOSX/")
            ]
            # Unless nothing else is there.
            names = [name for name in names if not _ABOUT.match(PurePosixPath(name).stem)] or names
            contents = {name: archive.read(name) for name in names}
            others = archive.namelist()
    except OSError:
        raise
    # A damaged file can make a parser fail in any way.
    except Exception as error:
        raise damaged(str(path), error) from None
    if not contents:
        raise DataError(
            "D118",
            "no recording in the archive",
            where=f"{path}: {', '.join(others[:5]) or 'empty'}",
            why=f"files of the types {', '.join(CONTENTS)} are read from an archive",
            fix="unpack the archive, and give the file in it",
        )
    return tuple(
        table
        for name, content in contents.items()
        for table in CONTENTS[PurePosixPath(name).suffix.lower()](content, path / name, options)
    )
