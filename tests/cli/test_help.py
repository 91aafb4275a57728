"""The help of commands: groups, examples, and the defaults that it promises."""

import os
import re

import pytest

from attrax.cli.grouped_help import GROUPS
from attrax.reconstruct.settings.configuration import configure


def defaults_told(text):
    """What the help says about each option: its default by flag."""
    lines = re.sub(r"\s*\n {20,}", " ", text).splitlines()
    found = (re.match(r"  (--[\w-]+).*?(?:[Dd]efault: )(.*?)\.?$", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


def test_the_options_of_fit_are_in_groups_with_examples(program):
    text = program("fit", "--help").out
    headings = [line[:-1] for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert [heading for heading in headings if heading in GROUPS] == list(GROUPS)
    assert headings[-1] == "Examples"
    assert text.count("\n  attrax fit ") == 3


def test_the_defaults_in_the_help_are_those_of_the_settings(program):
    told = defaults_told(program("fit", "--help").out)
    config = configure().complete(3)
    train, model, data = config.train, config.model, config.data
    assert told["--window"] == str(train.window)
    assert told["--restarts"] == str(train.restarts)
    assert told["--learning-rate"] == f"{train.learning_rate:g}"
    assert told["--clip"] == f"{train.clip:g}"
    assert told["--hidden"] == str(model.dynamics.settings.hidden_dim)
    assert told["--dynamics"] == model.dynamics.kind
    assert told["--observation"] == model.observation.kind
    assert (told["--preset"], told["--seed"]) == (config.preset, str(config.seed))
    assert (told["--steps"], told["--noise"]) == (str(data.steps), f"{data.noise:g}")
    assert (told["--phases"], told["--embed"]) == (*data.phases, data.embed)
    assert (told["--missing"], told["--duplicates"]) == (data.missing, data.duplicates)
    assert (told["--budget"], config.tune.budget) == ("3min", 180)


def test_the_program_tells_its_version(program):
    assert re.fullmatch(r"attrax \d+\.\d+.*\n", program("--version").out)


@pytest.mark.parametrize("command", ["simulate", "report", "open"])
def test_without_a_run_there_is_no_latest(program, command):
    ended = program(command, "latest")
    assert ended.code == 2
    assert "there is no run in ./runs" in ended.err


def test_latest_is_the_run_that_changed_last_and_opens_in_the_browser(program, tmp_path, monkeypatch):
    # The last one is what a killed process has left of a run that it was about to begin.
    for name in ("b", "a", ".c.7.part"):
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "run.json").write_text("{}")
        (tmp_path / "runs" / name / "report.html").write_text(name)
    os.utime(tmp_path / "runs" / "b" / "run.json", (0, 0))
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    assert program("open", "latest").code == 0
    assert opened == [(tmp_path / "runs" / "a" / "report.html").as_uri()]
    (tmp_path / "runs" / "a" / "report.html").unlink()
    assert "attrax report" in program("open", "latest").err
