"""The help of commands: groups, examples, and the defaults that it promises."""

import os
import re
import shlex
import subprocess
import sys

import pytest
from typer.main import get_command

from attrax.cli.app import COMMANDS, NAMES, app
from attrax.cli.examples import EXAMPLES
from attrax.cli.grouped_help import GROUPS, OTHER
from attrax.reconstruct.settings.configuration import configure
from attrax.reconstruct.settings.sections import LONGEST_WINDOW, SHORTEST_WINDOW
from attrax.registries import FORCINGS


def defaults_told(text):
    """What the help says about each option: its default by flag."""
    lines = re.sub(r"\s*\n {20,}", " ", text).splitlines()
    found = (re.match(r"  (--[\w-]+).*?(?:[Dd]efault: )(.*?)\.?$", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


def hidden_units(latent):
    """The hidden units of a model with so many latent states, where nothing is chosen."""
    return configure().complete(latent).model.dynamics.settings.hidden_dim


def test_the_help_shows_each_command_under_a_heading_with_its_whole_sentence(program):
    text = program("--help").out
    assert "..." not in text.partition("Options:")[2]
    shown = re.findall(r"^  (\w+)  ", text, flags=re.MULTILINE)
    assert {name for commands in COMMANDS.values() for name in map(command_name, commands)} | {"bench"} <= set(shown)
    assert [line[:-1] for line in text.splitlines() if line[:-1] in COMMANDS] == list(COMMANDS)


def command_name(command):
    return NAMES.get(command, command.__name__)


@pytest.mark.parametrize("command", [("fit",), ("bench", "quick"), ("analyze",)])
def test_types_are_told_in_words_and_choices_by_name(program, command):
    text = program(*command, "--help").out
    assert not re.search(r"<(str|int|float|list)\b", text)
    assert "<integer>" in text
    assert not re.search(r"\[default|x>=|<=x", text)
    if command == ("analyze",):
        words = " ".join(text.split())
        assert "--order <integer> Search for cycles up to this order. Default: 4. At least 2." in words
        assert "--seed <integer> Seed of initial states and searches. Default: 0. --only" in words
    if command == ("fit",):
        assert "--missing <stop|mask|interpolate|split>" in text


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_name_options_that_exist(name):
    command = get_command(app).commands[name]
    known = {flag for parameter in command.params for flag in parameter.opts}
    lines = EXAMPLES[name].splitlines()
    assert 1 <= len(lines) <= 3
    for line in lines:
        told, _, _ = line.partition("   ")
        words = shlex.split(told)
        assert words[:2] == ["attrax", name]
        assert {word for word in words if word.startswith("--")} <= known
        assert len(line) <= 98


def test_a_file_in_place_of_a_command_is_told_which_command_it_needs(program, tmp_path):
    (tmp_path / "my ecg.csv").write_text("x\n1\n")
    ended = program("my ecg.csv")
    assert ended.code == 2
    assert "attrax fit 'my ecg.csv'" in " ".join(ended.err.split())
    assert "No such command" in program("fits").err


def test_python_runs_the_package_as_the_program():
    done = subprocess.run([sys.executable, "-m", "attrax", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("attrax ")


def test_the_options_of_fit_are_in_groups_with_examples(program):
    text = program("fit", "--help").out
    headings = [line[:-1] for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert [heading for heading in headings if heading in GROUPS] == [name for name in GROUPS if name != OTHER]
    assert headings[-1] == "Examples"
    assert text.count("\n  attrax fit ") == 3


def test_the_defaults_in_the_help_are_those_of_the_settings(program):
    told = defaults_told(program("fit", "--help").out)
    config = configure().complete(3)
    train, model, data = config.train, config.model, config.data
    assert f"{SHORTEST_WINDOW} to {LONGEST_WINDOW} rows" in told["--window"]
    assert told["--restarts"] == str(train.restarts)
    assert told["--learning-rate"] == f"{train.learning_rate:g}"
    assert told["--clip"] == f"{train.clip:g}"
    assert told["--hidden"] == f"{hidden_units(3)}, and {hidden_units(4)} with more than three latent states"
    assert told["--tau"] == str(FORCINGS.spec("sparse").settings().tau)
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
