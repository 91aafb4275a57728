"""The examples of `docs/guides/bench.md` do what the page says, in fewer than thirty lines each."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from attrax.campaigns.bench.entrants import entrant_of
from attrax.campaigns.bench.external import ExternalRival
from attrax.reading.load import load
from attrax.registries import RIVALS

PAGE = (Path(__file__).parents[2] / "docs" / "guides" / "bench.md").read_text(encoding="utf-8")
RIVAL, PROGRAM, SYSTEM = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.mark.parametrize("example", [RIVAL, PROGRAM, SYSTEM])
def test_an_example_is_short(example):
    assert len(example.splitlines()) < 30


def test_the_rival_enters():
    space = {}
    exec(RIVAL, space)
    x = np.arange(100.0)[:, None]
    with RIVALS.added("mirror", space["SPEC"]):
        run = entrant_of("mirror").fits[0](load(x)).simulate(x, 3)
    np.testing.assert_array_equal(run.x.ravel(), [99, 98, 97])
    assert "mirror" not in RIVALS.names


def test_the_program_answers(tmp_path):
    (tmp_path / "mine.py").write_text(PROGRAM, encoding="utf-8")
    rival = ExternalRival(sys.executable, str(tmp_path / "mine.py"), "MIT")
    run = rival.fit(load(np.ones((10, 2)))).simulate(np.array([[1.0, 2.0]]), 2)
    np.testing.assert_array_equal(run.x, [[1, 2], [1, 2]])


def test_the_system_is_recorded():
    space = {}
    exec(SYSTEM, space)
    assert space["x"].shape == (1_000, 3)
    assert 5 < np.ptp(space["x"][:, 0]) < 30
