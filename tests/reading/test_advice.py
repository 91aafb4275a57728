"""Advice that is pasted loses nothing: over the catalogue of errors, and over what is said about unlikely values."""

import shlex

import numpy as np
import pytest

from attrax.core.declared_options import declared
from attrax.core.errors import AttraxError
from attrax.diagnosis.defects import find_defects
from attrax.reading import LoadOptions
from attrax.reading.load import load, load_raw
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.reconstruct.settings.configuration import configure
from tests.cli.catalogue import CATALOGUE, WAVE, table

OPTIONS = {option.flag: option for option in declared(LoadOptions)}
ERRORS = [row for row in CATALOGUE if row.exit_code == 3]
LOSSY = {
    "--every",
    "--detrend",
    "--drop",
    "--resample",
    "--duplicates",
    "--missing",
    "--min-length",
    "--channels",
    "--sort",
}
HARMLESS = {
    # The channel never changes, or the repeated row is the same.
    ("D103", "--drop Oz"),
    ("D107", "--duplicates first"),
    ("D107", "--sort"),
    ("D102", "--missing mask"),
    # The finer of two recordings keeps its rows; columns that one file lacks have no values there.
    ("D106", "--resample 4ms"),
    ("D110", "--channels common"),
}


def typed(command):
    """Source files and options of a command of the catalogue."""
    _, _, *words = shlex.split(command)
    files = [word for word in words if "." in word and not word.startswith("--")]
    test = [words[words.index("--test") + 1]] if "--test" in words else []
    phases = [words[words.index("--phases") + 1]] if "--phases" in words else ["auto"]
    return {"source": [f for f in files if f not in test], "test": test, "phases": phases}


def pasted(fix):
    """The options that stand in a fix to be pasted, each with its value."""
    words = shlex.split(fix.partition("#")[0]) if fix.startswith("--") else []
    found = []
    while words:
        flag = words.pop(0)
        option = OPTIONS.get(flag)
        switch = option is not None and option.type_ is bool
        found.append((flag, None if switch or not words else words.pop(0)))
    return found


def as_arguments(pairs):
    """Those of the options that `attrax.load` takes."""
    return {
        OPTIONS[flag].name: True if value is None else value.split(",") if OPTIONS[flag].several else value
        for flag, value in pairs
        if (flag in OPTIONS and OPTIONS[flag].type_ in (bool, str))
        or (flag in OPTIONS and OPTIONS[flag].several)
        or flag in ("--missing", "--duplicates")
    }


def failure_of(row, folder, monkeypatch):
    row.lay(folder)
    monkeypatch.chdir(folder)
    with pytest.raises(AttraxError) as caught:
        load_recordings(configure(overrides={"data": typed(row.command)}))
    return caught.value


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: row.code)
def test_what_is_pasted_is_known_to_lose_nothing(row, tmp_path, monkeypatch):
    failure = failure_of(row, tmp_path, monkeypatch)
    lossy = {(row.code, f"{flag} {value}" if value else flag) for flag, value in pasted(failure.fix) if flag in LOSSY}
    assert lossy <= HARMLESS
    assert "duplicates mean" not in failure.fix


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: row.code)
def test_what_is_pasted_keeps_the_values_of_a_good_recording(row, tmp_path, monkeypatch):
    failure = failure_of(row, tmp_path, monkeypatch)
    options = as_arguments(pasted(failure.fix))
    good = tmp_path / "good.csv"
    good.write_text(table())
    before = load(good)[0]
    # A column or an axis that only the bad file has says nothing about the good one.
    if {"drop", "axes", "var", "decimal", "transpose"} & options.keys():
        return
    after = load(good, **options)[0]
    assert after.channels == before.channels
    np.testing.assert_allclose(after.values, before.values, rtol=1e-12, atol=1e-12)


def spike(x):
    x[700] = 1e7


def code(x):
    x[[9, 10, 11, 500], 0] = -9999


@pytest.mark.parametrize("change", [spike, code])
def test_a_value_that_is_made_missing_is_that_value_alone(change):
    x = WAVE.copy()
    change(x)
    (notice,) = [n for n in find_defects(load_raw(x)).notices() if n.startswith(("D127", "D129"))]
    value = shlex.split(notice[notice.index("--na") :])[1]
    (series,) = load(x, na=value)
    np.testing.assert_array_equal(series.observed_mask, x == WAVE)
    np.testing.assert_array_equal(load(WAVE, na=value)[0].values, WAVE)
