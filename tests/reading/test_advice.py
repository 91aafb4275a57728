"""Advice that is pasted loses nothing: over the catalogue of errors, and over what is said about unlikely values."""

import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from attrax.core.declared_options import declared
from attrax.core.errors import AttraxError
from attrax.diagnosis.defects import find_defects
from attrax.reading import LoadOptions
from attrax.reading.load import load, load_raw
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.reconstruct.settings.configuration import configure
from tests.cli.catalogue import CATALOGUE, WAVE
from tests.reading.advised import ADVISED

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

IN_WORDS = {"C546", "C620", "D124"}
"""Codes whose advice is a sentence, or about recordings in continuous time, which are compared nowhere."""


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


def as_value(option, value):
    if value is None:
        return True
    return value.split(",") if option.several else int(value) if option.type_ is int else value


def as_arguments(pairs):
    """Those of the options that `attrax.load` takes."""
    return {
        OPTIONS[flag].name: as_value(OPTIONS[flag], value)
        for flag, value in pairs
        if (flag in OPTIONS and OPTIONS[flag].type_ in (bool, str, int))
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


def lay(content, path):
    if isinstance(content, np.ndarray):
        np.save(path, content)
    elif isinstance(content, str):
        path.write_text(content)
    else:
        content(path)
    return path


def in_call(fix):
    """The arguments that stand in a fix for Python, and those to be left out."""
    code = fix.partition("  #")[0]
    if code.startswith("leave out "):
        return {}, {code.removeprefix("leave out ")}
    return (eval(f"dict({code})") if re.fullmatch(r"\w+=.*", code) else {}), set()


def in_command(fix):
    """The same of the options that stand in a fix for the command line."""
    if fix.startswith("without --"):
        return {}, {fix.split()[1].lstrip("-").replace("-", "_")}
    pairs = pasted(fix)
    labels = {"labels": [value.partition("=")[0] for flag, value in pairs if flag == "--kinds"]}
    return as_arguments(pairs) | {name: found for name, found in labels.items() if found}, set()


def assert_unchanged(case, taken, left_out, folder):
    """The good recording of the case has its values, names and times after the advice was taken."""
    given = {name: value for name, value in case.given.items() if name not in left_out} | taken
    content = case.bad[1] if case.good is None else case.good
    found = load(lay(content, folder / f"good{case.bad[0]}"), **given)
    assert len(found) == len(case.right)
    for series, right in zip(found, case.right, strict=True):
        assert series.channels == case.channels or not case.channels
        np.testing.assert_allclose(series.recorded.values, right, rtol=1e-5, atol=1e-5)
        assert case.later in (None, series.text_after(len(series) - 1, 1)[0])


def ids(case):
    return case.code


@pytest.mark.parametrize("case", ADVISED, ids=ids)
def test_arguments_that_are_pasted_keep_values_and_labels(case, tmp_path):
    bad = lay(case.bad[1], tmp_path / f"bad{case.bad[0]}")
    taken, left_out = {}, set()
    try:
        load(bad, **case.given)
    except AttraxError as failure:
        taken, left_out = in_call(failure.fix)
    # What is only told when a model is to be trained is tried below.
    if taken or left_out:
        assert_unchanged(case, taken, left_out, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("case", ADVISED, ids=ids)
def test_options_that_are_pasted_keep_values_and_labels(case, tmp_path):
    bad = lay(case.bad[1], tmp_path / f"bad{case.bad[0]}")
    try:
        told = load_recordings(configure(overrides={"data": {"source": [str(bad)], **case.given}})).notices
    except AttraxError as failure:
        advice = [failure.fix]
    else:
        (notice,) = [text for text in told if text.startswith(case.code)]
        advice = re.findall(r"--[a-z-]+ (?:'[^']*'|[^\s,);]+)", notice.rpartition("  (")[2])
    assert advice
    for option in advice:
        assert_unchanged(case, *in_command(option), tmp_path)


def test_every_code_with_advice_for_reading_has_a_row():
    page = (Path(__file__).parents[2] / "docs" / "guides" / "errors.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## ([A-Z]\d{3})\b(.*?)(?=^## |\Z)", page, flags=re.MULTILINE | re.DOTALL)
    lines = re.findall(r"^\| ([A-Z]\d{3}) \| .*? \| (.*) \|$", page, flags=re.MULTILINE)
    notices = re.findall(r"^- \*\*([A-Z]\d{3}),(.*?)(?=^- |^## )", page, flags=re.MULTILINE | re.DOTALL)
    advised = {
        code for code, text in (*sections, *lines, *notices) if OPTIONS.keys() & set(re.findall(r"--[a-z-]+", text))
    }
    assert advised - {case.code for case in ADVISED} - {row.code for row in CATALOGUE} == IN_WORDS


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
