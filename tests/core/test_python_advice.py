"""Advice for Python: options of the command line as arguments of the function that was called."""

import pytest

from attrax.core.errors import DataError
from attrax.core.python_advice import in_python, python_caller

ARGUMENTS = {"--drop": "drop={!r}", "--dt": "dt={}", "--sort": "sort={}", "--kinds": "labels={name!r}"}
NESTED = {
    "--drop": "settings={'data': {'drop': {*!r}}}",
    "--dt": "settings={'data': {'dt': {}}}",
}
SAID = {
    "--drop ecg": "drop='ecg'",
    "--drop 'my label' --dt 0.5  # or --sort": "drop='my label', dt=0.5  # or sort=True",
    "--drop a,b": "drop=['a', 'b']",
    "--drop -999": "drop='-999'",
    "--kinds stage=categorical  # numbers it; or --drop stage": "labels='stage'  # numbers it; or drop='stage'",
    "leave out fewer columns with --drop and --channels": "leave out fewer columns with drop and --channels",
    "--sort  # or --dt if the times are wrong": "sort=True  # or dt if the times are wrong",
    "without --drop  # and so on": "leave out drop  # and so on",
    "x[time, channel]": "x[time, channel]",
    "don't --drop": "don't drop",
    "rename 'a --sort b', or --drop 'a --sort b'": "rename 'a --sort b', or drop='a --sort b'",
    "--drop 'it'\"'\"'s --sort'": 'drop="it\'s --sort"',
}


@pytest.mark.parametrize(("typed", "said"), SAID.items(), ids=SAID)
def test_options_become_arguments(typed, said):
    assert in_python(typed, ARGUMENTS, frozenset({"--sort"})) == said


def test_neighbouring_settings_become_one():
    assert in_python("--drop a --dt 2", NESTED) == "settings={'data': {'drop': ['a'], 'dt': 2}}"


def test_errors_of_a_function_speak_python():
    @python_caller(ARGUMENTS)
    def fail():
        raise DataError("D119", "what", where="where", why="why", fix="--drop a")

    with pytest.raises(DataError, match=r"fix +drop='a'"):
        fail()
