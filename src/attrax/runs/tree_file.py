"""Writes and reads named arrays as safetensors files: atomically, and always the same bytes for the same arrays.

A safetensors file holds plain tensors only, so reading one never runs code. safetensors writes several metadata entries
in random order; therefore there is only one entry, a JSON text with sorted keys. It holds a description of the arrays
and the SHA-256 of the whole file, computed with zeros in the place of the checksum. Every byte is thus verified when a
file is read. Files of attrax 0.1 have a description only.
"""

import hashlib
import json
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from attrax.core.errors import ModelFileError

METADATA_KEY = "attrax"
# In sorted JSON the checksum comes first, before any text of a user that might look like it.
CHECKSUM, CONTENT = "checksum", "content"
NO_CHECKSUM = "0" * 64
SUFFIX = ".safetensors"
UNFINISHED = ".*.part"
"""How files and folders are named that have not taken their place yet, as a glob."""
MALFORMED = (LookupError, ValueError, TypeError, AttributeError)
"""What Python raises for a description that lacks something, or has something else in its place."""


def canonical_json(value: Any) -> str:
    """A value as JSON text with sorted keys and without spaces, so that equal values give equal texts.

    Example:
        >>> canonical_json({"b": 1, "a": [2, 3]})
        '{"a":[2,3],"b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def unfinished_path(path: Path) -> Path:
    """Where a file or folder is made before it takes its place: beside it, and for each process another one.

    Two processes that write the same file at the same time then disturb each other in no way: the last one stays.
    """
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _new_file(path: Path) -> BinaryIO:
    """A new file to write into, never one that lies there: a link, for example, would be written through."""
    try:
        return path.open("xb")
    except FileExistsError:
        # A killed process had the same number.
        path.unlink()
        return path.open("xb")


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write into, which replaces `path` when the block ends; if the block fails, nothing of it is left.

    Args:
        path: The file; its folder must exist.
    """
    part = unfinished_path(path)
    try:
        with _new_file(part) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that it holds either the old or the new content at any time, even after a crash.

    Args:
        path: The file; its folder must exist.
        content: The new content.
    """
    with replacing(path) as file:
        file.write(content)


def write_arrays(path: Path, arrays: dict[str, np.ndarray], description: Any) -> None:
    """Write named arrays and a description of them.

    Args:
        path: The file.
        arrays: The arrays by name.
        description: Any value that can be written as JSON.
    """
    # np.ascontiguousarray would turn a scalar, such as the step of a checkpoint, into an array of one.
    tensors = {name: np.asarray(array, order="C") for name, array in sorted(arrays.items())}
    about = canonical_json({CONTENT: description, CHECKSUM: NO_CHECKSUM})
    content = save(tensors, metadata={METADATA_KEY: about})
    write_atomically(path, content.replace(NO_CHECKSUM.encode(), hashlib.sha256(content).hexdigest().encode(), 1))


def read_arrays(path: Path) -> tuple[dict[str, np.ndarray], Any]:
    """Read the arrays and the description from a file written by `write_arrays`, after its checksum was verified.

    Raises:
        ModelFileError: M402 if the file is missing or was written by another program, M405 if it is damaged.
    """
    try:
        content = path.read_bytes()
        description = _verified(path, content)
        return load(content), description
    except ModelFileError:
        raise
    except (OSError, SafetensorError, RecursionError, *MALFORMED) as failure:
        raise not_ours(path, failure) from None


def not_ours(path: str | Path, failure: Exception) -> ModelFileError:
    """The error of a file that attrax cannot have written as it is (M402)."""
    if Path(path).suffix != SUFFIX:
        return ModelFileError(
            "M402",
            "not a file that attrax wrote, or damaged",
            where=str(path),
            why=f"models and checkpoints have the suffix {SUFFIX}",
            fix=f"attrax fit {shlex.quote(str(path))}  # if it is a recording, this learns a model of it first",
        )
    return ModelFileError(
        "M402",
        "not a file that attrax wrote, or damaged",
        where=str(path),
        why=str(failure) or type(failure).__name__,
        fix="give a model.safetensors or a checkpoint of a run folder",
    )


def _verified(path: Path, content: bytes) -> Any:
    """The description in the content of a file, if the file has its checksum or is of attrax 0.1."""
    size = int.from_bytes(content[:8], "little")
    about = json.loads(json.loads(content[8 : 8 + size])["__metadata__"][METADATA_KEY])
    if not {CHECKSUM, CONTENT} & about.keys():
        return about
    written, zeros = about[CHECKSUM].encode(), NO_CHECKSUM.encode()
    if hashlib.sha256(content.replace(written, zeros, 1)).hexdigest().encode() != written:
        raise ModelFileError(
            "M405",
            "the file has changed since it was written",
            where=str(path),
            why="its checksum does not fit its content: numbers in it may be wrong by any amount",
            fix="restore the file from a copy; a disk or a transfer has damaged it",
        )
    return about[CONTENT]


def file_sha256(path: Path) -> str:
    """SHA-256 of the content of a file, as hexadecimal text."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
