import hashlib
import io

import numpy as np
import pytest

from attrax.runs.console import Console

MANIFEST = """
paper = "nobody2026"
title = "Nothing"

[data.waves]
file = "waves.npy"
sha256 = "{sha}"

[[fit]]
name = "of_a_file"
train = "waves"
preset = "auto"
settings.train = {{ window = 10, updates = 77, restarts = 2 }}
settings.model.dynamics = {{ hidden_dim = 4 }}

[[function]]
name = "triple"
arguments = {{ times = 3.0 }}

[[function]]
name = "known"
function = "triple"
arguments = {{ times = 0.0 }}
seeds = 1

[smoke]
seconds = 15
experiments = ["triple"]
values = {{ noise = 0.0 }}
settings.train = {{ updates = 4, chunk = 2 }}

[[smoke.check]]
kind = "at_most"
metric = "triple/m"
limit = 0.5

[full]
minutes = 6
values = {{ noise = 0.25 }}

[[claim]]
kind = "within"
metric = "triple/m"
published = 3.0
tolerance = 0.5
source = "Table 9"

[[claim]]
kind = "exact"
metric = "known/m"
value = 0.25
"""

EXPERIMENTS = '''
"""Experiments of nobody."""

from attrax.campaigns import Budget, Measurement, Metric


def triple(budget: Budget, key: int, *, times: float) -> Measurement:
    """So many times the key."""
    return Measurement({"m": Metric(times * key + budget["noise"], None, "p", "neither")})
'''


@pytest.fixture
def folder(tmp_path):
    """A study of three experiments, and the file that one of them needs."""
    np.save(tmp_path / "waves.npy", np.sin(np.arange(400)[:, None] / np.array([5, 7])))
    sha = hashlib.sha256((tmp_path / "waves.npy").read_bytes()).hexdigest()
    path = tmp_path / "studies" / "nobody2026_nothing"
    path.mkdir(parents=True)
    (path / "study.toml").write_text(MANIFEST.format(sha=sha))
    (path / "experiments.py").write_text(EXPERIMENTS)
    return path


@pytest.fixture
def change(folder):
    """Change a text of a file of the study."""

    def changed(old, new, file="study.toml"):
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new))

    return changed


@pytest.fixture
def console():
    """A console that writes into `console.rich.file`."""
    console = Console()
    console.rich.file = io.StringIO()
    return console
