"""Fixtures of all tests. They import attrax themselves, because the process that starts the workers reads this file."""

from pathlib import Path

import numpy as np
import pytest

RECORDINGS = Path(__file__).parents[1].parent / "shared" / "data"

TINY = {
    "model": {"dynamics": {"hidden_dim": 4}},
    "train": {"window": 10, "updates": 40, "chunk": 10, "restarts": 1, "candidates": 2, "checkpoint_seconds": 0.0},
    "evaluate": {"starts": 2},
}


@pytest.fixture(scope="session")
def tiny():
    """Nested settings of a run that takes moments."""
    return TINY


@pytest.fixture(scope="session")
def henon():
    """The Hénon map, iterated in NumPy: `henon(n, x0)` is an orbit of two channels."""

    def orbit(n, x0=0.1):
        x = np.empty((n + 100, 2))
        x[0] = x0, 0.1
        for t in range(1, len(x)):
            x[t] = 1 - 1.4 * x[t - 1, 0] ** 2 + x[t - 1, 1], 0.3 * x[t - 1, 0]
        return x[100:]

    return orbit


@pytest.fixture(scope="session")
def henon_fit(henon, tiny):
    """The tiny run on 600 rows of the Hénon map with seed 0, computed once; tests do not change it."""
    import attrax

    return attrax.fit(henon(600), settings=tiny, quiet=True)


@pytest.fixture(scope="session")
def make_model():
    """A fresh model of three channels for given settings of `model`, its scaling and channels out of the ordinary."""
    import jax

    from attrax.core import Scaling
    from attrax.data import Series
    from attrax.reconstruct.learning.build import build_model
    from attrax.reconstruct.settings.configuration import configure

    def make(seed=0, input_dim=0, **settings):
        config = configure(overrides={"model": {"dynamics": {"hidden_dim": 4}, **settings}}).complete(3)
        inputs = np.zeros((5, input_dim)) if input_dim else None
        series = Series(np.zeros((5, 3)), dt=0.1, channels=("a,b", "é", "x"), inputs=inputs)
        scaling = Scaling((0.1, 1 / 3, -2e-300), (1.0, np.pi, 7e10))
        return build_model(config, series, scaling, key=jax.random.key(seed))

    return make


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
