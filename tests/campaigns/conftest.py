import pytest

from attrax.campaigns.sweep.sweep_file import SweepFile
from attrax.campaigns.sweep.sweep_run import Sweep
from attrax.runs.console import Console

TINY = {"updates": 4, "chunk": 2, "window": 10, "restarts": 2, "candidates": 1, "forcing": {"kind": "generalized"}}


@pytest.fixture(scope="session")
def describe():
    """A sweep whose runs take no time worth mentioning."""

    def make(**changes):
        settings = {"seeds": 2, "data": {"map": {"source": "henon", "steps": 400}}}
        base = {"train": TINY, "model": {"dynamics": {"hidden_dim": 8}}, "evaluate": {"starts": 2}}
        return SweepFile.model_validate({**settings, "base": base, **changes})

    return make


@pytest.fixture
def sweep(describe, tmp_path, console):
    return lambda **changes: Sweep(describe(**changes), tmp_path / "sweep", tmp_path, "attrax sweep it.toml", console)


@pytest.fixture(scope="session")
def console():
    return Console(quiet=True)
