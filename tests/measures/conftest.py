import importlib.util
from pathlib import Path

import numpy as np
import pytest

DATA = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.fixture(scope="session")
def oracle():
    """The naive definitions, whatever the import mode of pytest."""
    spec = importlib.util.spec_from_file_location("measures_oracle", Path(__file__).with_name("oracle.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def recording():
    """Loads a real recording by file name; skips where the recordings are absent."""

    def load(name):
        path = DATA / name
        if not path.exists():
            pytest.skip(f"{name} is not here")
        return np.load(path)

    return load
