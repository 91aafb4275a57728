"""Every row of the catalogue of errors: the code, the place, the way out, and the page that explains it."""

import json
import re
import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import equinox as eqx
import numpy as np
import pytest
import typer
from packaging.requirements import Requirement

from attrax.data import fit_scaling
from attrax.reconstruct.learning.build import build_replicas, replica
from attrax.reconstruct.learning.learned import Learned
from attrax.runs.model_file import SCHEMA
from attrax.runs.tree_file import read_arrays, write_arrays
from tests.cli.catalogue import CATALOGUE, Row, table

PAGE = (Path(__file__).parents[2] / "docs" / "guides" / "errors.md").read_text(encoding="utf-8")
SMALL = """
[model]
dynamics.hidden_dim = 4
[train]
window = 10
updates = 40
chunk = 10
restarts = 1
candidates = 1
[evaluate]
starts = 2
"""
TRAINING = {
    "T201": Row(
        "T201",
        {"eeg.csv": table(), "small.toml": SMALL},
        "attrax fit eeg.csv --config small.toml --lr 1e30 --out run",
        ("loss not finite", "last good step 0", "learning rate", "--clip 0.1"),
        exit_code=2,
    ),
    "T202": Row(
        "T202",
        {"eeg.csv": table(), "small.toml": SMALL},
        "attrax fit eeg.csv --config small.toml --dynamics shallow --out run",
        ("free run diverged", "2 of 2 free runs", "within the transient", "NOT RECONSTRUCTED", "--dynamics clipped"),
        exit_code=4,
    ),
}


@pytest.fixture
def type_(program, tmp_path):
    """Types a command as a person would, and returns how it ended."""

    def run(command):
        name, *arguments = shlex.split(command, comments=True)
        assert name == "attrax"
        return program(*arguments)

    return run


@pytest.fixture
def lay(tmp_path):
    """Writes the files of a row."""
    return lambda row: row.lay(tmp_path)


@pytest.fixture
def without_training(monkeypatch):
    """Ends the program where it would begin to train."""

    def stop(*_):
        raise typer.Exit(0)

    monkeypatch.setattr("attrax.runs.job.settle", stop)
    # Which lags are best takes longer than all other steps of a preparation, and no error depends on it.
    monkeypatch.setattr("attrax.reconstruct.preparation.preparation.with_delays", lambda draft, *_: (draft, None))


def fix_of(ended):
    (line,) = re.findall(r"^(?:  fix|try) +(.*)$", ended.err, flags=re.MULTILINE)
    return line


def screens(code):
    """The screens of a section of the page: the command and the lines it answers with."""
    section = re.search(rf"^## {code}\b.*?(?=^## |\Z)", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert section is not None
    blocks = re.findall(r"^```console\n\$ (.*?)\n(.*?)^```", section[0], flags=re.MULTILINE | re.DOTALL)
    return {command: lines.splitlines() for command, lines in blocks}


def assert_shown(row, ended):
    """The page shows this command, and no line that the program does not print, in this order."""
    printed, shown = iter(ended.err.splitlines()), screens(row.code)[row.command]
    missing = [line for line in shown if line not in printed]
    assert shown
    assert missing == [], ended.err


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.code)
def test_a_row_names_the_place_and_its_fix_leads_on(lay, type_, without_training, row):
    lay(row)
    ended = type_(row.command)
    assert ended.code == row.exit_code
    assert re.search(rf"^(error|note) +{row.code}  ", ended.err) if row.exit_code else row.code in ended.err
    assert [words for words in row.told if words not in ended.err] == []
    assert "Traceback" not in ended.err
    assert_shown(row, ended)
    for left in range(row.fixes if row.exit_code else 0)[::-1]:
        ended = type_(fix_of(ended))
        assert (ended.code == 0) == (left == 0), ended.err


def test_all_constant_columns_go_at_once(lay, type_, without_training):
    lay(next(row for row in CATALOGUE if row.code == "D103"))
    ended = type_("attrax fit eeg.csv --drop constant --out run")
    assert ended.code == 0
    assert "repaired  drop constant: 'Oz'" in ended.err


@pytest.mark.slow
def test_no_data_error_imports_jax_or_pandas(tmp_path):
    script = (
        "import json, sys\nfrom attrax.cli.app import main\n"
        "for command in json.loads(sys.argv[1]):\n"
        "    sys.argv = command\n"
        "    try:\n        main()\n    except SystemExit as end:\n        assert end.code == 3, command\n"
        "print(sorted({'jax', 'pandas', 'equinox', 'sklearn', 'scipy', 'matplotlib', 'plotly'} & set(sys.modules)))"
    )
    commands = []
    # The library that reads NetCDF brings pandas with it.
    for i, row in enumerate(row for row in CATALOGUE if row.exit_code == 3 and row.code != "D112"):
        folder = tmp_path / str(i)
        folder.mkdir()
        row.lay(folder)
        words = shlex.split(row.command)
        commands.append([str(folder / word) if word in row.files else word for word in words])
    ended = subprocess.run([sys.executable, "-c", script, json.dumps(commands)], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout.strip()) == (0, "[]"), ended.stderr


@pytest.mark.slow
def test_a_loss_that_is_no_number_is_explained_and_can_be_tamed(lay, type_, tmp_path):
    row = TRAINING["T201"]
    lay(row)
    ended = type_(row.command)
    assert ended.code == row.exit_code
    assert [words for words in row.told if words not in ended.err] == []
    assert ended.err.count("rolled back, learning rate halved") == 2
    assert_shown(row, ended)
    assert json.loads((tmp_path / "run" / "run.json").read_text())["status"] == "failed"


@pytest.mark.slow
def test_clipped_gradients_tame_it(lay, type_):
    row = TRAINING["T201"]
    lay(row)
    again = fix_of(type_(row.command)).replace("--out run", "--out again")
    ended = type_(again)
    assert ended.code in (0, 4)
    assert "T201" not in ended.err


def learn_to_explode(config, train, *_):
    """A model as training may leave one: each state feeds back on itself fifty times too strongly."""
    scaling = fit_scaling(train)
    model = replica(build_replicas(config, train[0], scaling, [0])[0], 0)
    return Learned(eqx.tree_at(lambda m: m.dynamics.W1, model, 50 * model.dynamics.W1), {"restarts": {}}, [])


@pytest.mark.slow
def test_a_diverged_free_run_is_told_and_has_a_way_out(lay, type_, monkeypatch):
    monkeypatch.setattr("attrax.runs.job.learn", learn_to_explode)
    # Figures are described for the page; their files are tested where they are written.
    monkeypatch.setattr("attrax.runs.figure_files.write_figures", lambda *_, **__: ())
    row = TRAINING["T202"]
    lay(row)
    ended = type_(row.command)
    assert ended.code == row.exit_code
    assert [words for words in row.told if words not in ended.err] == []
    assert_shown(row, ended)
    after = type_(fix_of(ended).partition("#")[0] + " --no-report")
    assert after.code in (0, 4)
    assert "T202" not in after.err


@pytest.fixture
def started(lay, type_, without_training, tmp_path):
    """A run that has been started and has not yet trained."""
    lay(Row("", {"eeg.csv": table()}, "", ()))
    assert type_("attrax fit eeg.csv --out run").code == 0
    return tmp_path


def test_a_run_with_changed_settings_is_not_continued(started, type_):
    path = started / "run" / "config.toml"
    path.write_text(path.read_text().replace("alpha = 0.125", "alpha = 0.3"))
    row = Row("R301", {}, "attrax resume run", ("config.toml", "train.forcing.alpha was 0.125, is 0.3"), exit_code=2)
    ended = type_(row.command)
    assert ended.code == 2
    assert "\nerror R301  " in ended.err
    assert [words for words in row.told if words not in ended.err] == []
    assert_shown(row, ended)
    assert type_(fix_of(ended)).code == 0
    (folder,) = (started / "runs").iterdir()
    assert "alpha = 0.3" in (folder / "config.toml").read_text()


def test_a_run_with_a_changed_recording_is_not_continued(started, type_):
    (started / "eeg.csv").write_text(table(range(10, 2_000)))
    ended = type_("attrax resume run")
    assert ended.code == 2
    assert "\nerror R301  " in ended.err
    assert re.search(r"train was \w{12}, is \w{12}.* \(eeg.csv\)", ended.err)
    assert type_(fix_of(ended)).code == 0


def test_a_model_of_a_newer_program_is_refused(type_, started):
    path = started / "run" / "model" / "model.safetensors"
    model = {"kind": "Model", "fields": {}}
    write_arrays(path, {"a": np.zeros(1)}, {"schema": SCHEMA + 1, "version": "9.1.0", "model": model})
    assert read_arrays(path)[1]["version"] == "9.1.0"
    row = Row("M401", {}, "attrax evaluate run", ("model.safetensors", f"schema {SCHEMA + 1}", "9.1.0"), exit_code=2)
    ended = type_(row.command)
    assert (ended.code, ended.err[:10]) == (2, "error M401")
    assert [words for words in row.told if words not in ended.err] == []
    assert_shown(row, ended)
    *pip, requirement = shlex.split(fix_of(ended))
    assert pip == ["pip", "install", "--upgrade"]
    assert not Requirement(requirement).specifier.contains(version("attrax"))


def test_every_code_has_a_section():
    codes = {row.code for row in CATALOGUE} | {*TRAINING, "R301", "M401"}
    assert codes == set(re.findall(r"^## ([A-Z]\d+) ", PAGE, flags=re.MULTILINE))
    assert codes >= {f"D{number}" for number in range(101, 117)}
