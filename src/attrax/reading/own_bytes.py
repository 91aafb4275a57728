"""Checks that a file contains its values itself: a link could read any other file of the machine."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from attrax.core.errors import DataError


def check_own_bytes(h5py: Any, path: Path) -> None:
    """Check that nothing in an HDF5 or NetCDF file is a link to, or a view of, another file.

    Args:
        h5py: The library.
        path: The file.

    Raises: DataError D139 if something is.
    """
    with h5py.File(path, "r") as file:
        groups, seen = [file["/"]], set()
        while groups:
            group = groups.pop()
            # Links may go in circles.
            address = h5py.h5o.get_info(group.id).addr
            if address in seen:
                continue
            seen.add(address)
            for name in group:
                link = group.get(name, getlink=True)
                if isinstance(link, h5py.ExternalLink):
                    raise _elsewhere(path, f"{group.name}/{name}", link.filename)
                node = group.get(name)
                if isinstance(node, h5py.Group):
                    groups.append(node)
                elif isinstance(node, h5py.Dataset):
                    _check_dataset(path, node)


def _check_dataset(path: Path, dataset: Any) -> None:
    for other, *_ in dataset.external or ():
        raise _elsewhere(path, dataset.name, other)
    if dataset.is_virtual:
        for source in dataset.virtual_sources():
            if source.file_name != ".":
                raise _elsewhere(path, dataset.name, source.file_name)


def check_own_columns(path: Path, metadata: Any) -> None:
    """Check that no column of a Parquet file is stored in another file.

    Raises: DataError D139 if one is.
    """
    for i in range(metadata.num_row_groups):
        for k in range(metadata.num_columns):
            column = metadata.row_group(i).column(k)
            if column.file_path:
                raise _elsewhere(path, column.path_in_schema, column.file_path)


def check_own_store(path: Path) -> None:
    """Check that no file of a Zarr store is a link to something outside of it.

    Raises: DataError D139 if one is.
    """
    inside = path.resolve()
    for folder, folders, files in os.walk(path):
        for name in (*folders, *files):
            entry = Path(folder, name)
            if entry.is_symlink() and not entry.resolve().is_relative_to(inside):
                raise _elsewhere(path, str(entry.relative_to(path)), str(entry.resolve()))


def check_own_folder(path: Path, names: Iterable[str]) -> None:
    """Check that a header names only files beside it, as recordings of several files do.

    Args:
        path: The header.
        names: The files that it names.

    Raises: DataError D139 if one is in another folder.
    """
    for name in names:
        if re.search(r"[/\\]|^[A-Za-z]:|^\.\.$", name):
            raise _elsewhere(path, "the recording", name)


def _elsewhere(path: Path, name: str, other: str | bytes) -> DataError:
    other = other.decode(errors="replace") if isinstance(other, bytes) else other
    return DataError(
        "D139",
        "the file refers to another file",
        where=f"{path}: {name!r} is stored in {other!r}",
        why="a recording from somebody else could so read any file of this machine",
        fix="copy the values into one file: h5repack, or read and write them again",
    )
