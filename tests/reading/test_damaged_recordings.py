"""A damaged recording is refused in words, or read as it was: no traceback, no wait, no number that it does not hold.

`pytest -s -m slow tests/reading/test_damaged_recordings.py` damages 2,000 recordings of 29 kinds and prints what came
of each kind; the default suite damages two of each.
"""

from collections import Counter

import numpy as np
import pytest

from attrax.core.errors import AttraxError
from tests.reading.damage import as_in_lines, damaged, outcome, rows_of, same
from tests.reading.whole_files import KINDS

# As for users: what a library doubts is no error.
pytestmark = pytest.mark.filterwarnings("ignore")

FEW, MANY = 2, 70


def wrong(read, damage, name):
    """What is wrong with a recording that was read from a file that tells its damage; nothing if all is well."""
    told = KINDS[name].told
    if told == "lines" and damage.how != "encoding":
        return as_in_lines(read, rows_of(damage.file.read_bytes(), name == "semicolons"))
    # The header of a WFDB record is a text, which no checksum covers.
    guarded = told == "all" and damage.file.suffix != ".hea"
    return "other values" if guarded or (told == "size" and damage.longer) or damage.how == "encoding" else ""


def damage_many(name, folder, seeds):
    """Read as many damaged copies of one kind of file; how many were refused, unharmed, or other than they were."""
    found = Counter()
    for seed in seeds:
        (folder / str(seed)).mkdir()
        path = KINDS[name].write(folder / str(seed))
        damage = damaged(path, np.random.default_rng([seed, list(KINDS).index(name)]))
        read = outcome(path)
        if isinstance(read, AttraxError):
            assert all((read.code, read.what, read.where, read.why, read.fix))
            found["refused"] += 1
            continue
        (series,) = read
        assert np.isfinite(series.x).all()
        if same(series, KINDS[name].to):
            found["as it was"] += 1
            continue
        fault = wrong(series, damage, name)
        assert read.notices or not fault, f"{name}, seed {seed}, {damage}: {fault}"
        found["with a notice" if fault else "as the file says"] += 1
    return dict(found)


@pytest.mark.parametrize("name", KINDS)
def test_a_damaged_recording_is_refused_or_read_as_it_is(name, tmp_path):
    assert sum(damage_many(name, tmp_path, range(FEW)).values()) == FEW


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_two_thousand_damaged_recordings_are_refused_or_read_as_they_are(name, tmp_path):
    found = damage_many(name, tmp_path, range(FEW, FEW + MANY))
    print(f"{name:16}", found)  # noqa: T201 - the figures
    assert sum(found.values()) == MANY
    assert found["refused"] > MANY // 2
