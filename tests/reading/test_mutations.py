"""No file ends in a traceback, and none in numbers that it does not hold.

`pytest -m slow tests/reading/test_mutations.py` runs 2,000 mutations; the default suite runs 100.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attrax.cli.app import main
from attrax.core.errors import AttraxError
from tests.reading.damage import outcome
from tests.reading.mutations import Mutant, arrays, texts

FEW = settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=1_000, derandomize=False)
EVERY_TENTH = 10
TEXT_DIGITS = 5.1e-7


def survives(mutant: Mutant, folder: Path) -> None:
    """Load a mutant and check what came out; what does not load must say why."""
    path = mutant.write(folder)
    read = outcome(path)
    if isinstance(read, AttraxError):
        assert all((read.code, read.what, read.where, read.why, read.fix))
        return
    series = read[0]
    assert np.isfinite(series.x).all()
    if mutant.values is not None:
        found = series.x if series.mask is None else np.where(series.mask, series.x, np.nan)
        meant = np.where(np.isfinite(mutant.values), mutant.values, np.nan)
        np.testing.assert_allclose(found.reshape(-1), meant.reshape(-1), rtol=1e-12, atol=TEXT_DIGITS)


def answers(path: Path) -> None:
    """The program says what is wrong with a file in a few lines, and trains on none that it should not."""
    arguments, sys.argv = sys.argv, ["attrax", "fit", str(path), "--window", str(10**6)]
    try:
        with pytest.raises(SystemExit) as ended:
            main()
    finally:
        sys.argv = arguments
    assert ended.value.code == 3


def run(data: st.DataObject, kind: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mutant = data.draw(texts() if kind == "text" else arrays(folder))
        survives(mutant, folder)
        if len(mutant.content) % EVERY_TENTH == 0:
            answers(folder / mutant.name)


@pytest.mark.parametrize("kind", ["text", "array"])
@FEW
@given(data=st.data())
def test_mutated_files_are_read_or_refused(kind, data):
    run(data, kind)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["text", "array"])
@MANY
@given(data=st.data())
def test_two_thousand_mutated_files_are_read_or_refused(kind, data):
    run(data, kind)
