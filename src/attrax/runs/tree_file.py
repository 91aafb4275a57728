"""Writes and reads named arrays as safetensors files: atomically, and always the same bytes for the same arrays.

A safetensors file holds plain tensors only, so reading one never runs code. safetensors writes several metadata entries
in random order; therefore there is only one entry, a JSON text with sorted keys.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from attrax.core.errors import ModelFileError

METADATA_KEY = "attrax"


def canonical_json(value: Any) -> str:
    """A value as JSON text with sorted keys and without spaces, so that equal values give equal texts.

    Example:
        >>> canonical_json({"b": 1, "a": [2, 3]})
        '{"a":[2,3],"b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that it holds either the old or the new content at any time, even after a crash.

    Args:
        path: The file; its folder must exist.
        content: The new content.
    """
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def write_arrays(path: Path, arrays: dict[str, np.ndarray], description: Any) -> None:
    """Write named arrays and a description of them.

    Args:
        path: The file.
        arrays: The arrays by name.
        description: Any value that can be written as JSON.
    """
    # np.ascontiguousarray would turn a scalar, such as the step of a checkpoint, into an array of one.
    tensors = {name: np.asarray(array, order="C") for name, array in sorted(arrays.items())}
    write_atomically(path, save(tensors, metadata={METADATA_KEY: canonical_json(description)}))


def read_arrays(path: Path) -> tuple[dict[str, np.ndarray], Any]:
    """Read the arrays and the description from a file written by `write_arrays`.

    Raises:
        ModelFileError: M402 if the file is missing, damaged, or was written by another program.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            description = json.loads((file.metadata() or {})[METADATA_KEY])
            return {name: file.get_tensor(name) for name in file.keys()}, description  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, ValueError) as failure:
        raise ModelFileError(
            "M402",
            "not a file that attrax wrote, or damaged",
            where=str(path),
            why=str(failure) or type(failure).__name__,
            fix="give a model.safetensors or a checkpoint of a run folder",
        ) from None


def file_sha256(path: Path) -> str:
    """SHA-256 of the content of a file, as hexadecimal text."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
