from pathlib import Path

import numpy as np
import pytest

RECORDINGS = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.fixture
def recordings():
    if not RECORDINGS.is_dir():
        pytest.skip("the development recordings are not here")
    return RECORDINGS


@pytest.fixture
def write(tmp_path):
    """Write a file from text, bytes or an array and return its path."""

    def write(name, content):
        path = tmp_path / name
        if isinstance(content, np.ndarray):
            np.save(path, content)
        elif isinstance(content, dict):
            np.savez(path, **content)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
