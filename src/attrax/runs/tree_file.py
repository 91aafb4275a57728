"""Arrays on disk: one safetensors file with one metadata entry, written atomically, the same bytes for the same arrays.

safetensors holds plain tensors; reading one runs no code. It writes several metadata entries in random order, so
there is only ever one, a canonical JSON text.
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
    """JSON with sorted keys and no spaces: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a crash, only ever sees the old one or the new one."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def write_arrays(path: Path, arrays: dict[str, np.ndarray], description: Any) -> None:
    """Write named arrays and a JSON-serialisable description of them."""
    # np.ascontiguousarray would turn a scalar, such as the step of a checkpoint, into an array of one.
    tensors = {name: np.asarray(array, order="C") for name, array in sorted(arrays.items())}
    write_atomically(path, save(tensors, metadata={METADATA_KEY: canonical_json(description)}))


def read_arrays(path: Path) -> tuple[dict[str, np.ndarray], Any]:
    """The arrays and the description of a file that `write_arrays` wrote.

    Raises:
        ModelFileError: the file is missing, damaged, or was written by another program.
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
    """Hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
