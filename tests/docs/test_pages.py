"""The code on the pages of the site runs, and its notebooks are kept as they were computed.

A block that trains is marked by the comment `<!-- slow: ... -->` on the line above it. It runs in the slow suite, in
which trainings are cut short: what is tested is that the code on the page can be run, not what it learns.
"""

import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
import typer

import attrax
from attrax.cli.app import app

ROOT = Path(__file__).parents[2]
SITE = ROOT / "docs"
BLOCK = re.compile(r"^(<!-- slow[^\n]*\n)?```python\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
OWN_TEST = {"bench.md"}  # tests/api/test_bench_page.py
SHORT = {"train": {"updates": 20, "chunk": 10, "restarts": 2, "candidates": 1, "window": 40}, "evaluate": {"starts": 2}}
LARGEST_NOTEBOOK = 600_000

BLOCKS = {
    path: [(bool(slow), code) for slow, code in BLOCK.findall(path.read_text(encoding="utf-8"))]
    for path in (ROOT / "README.md", *sorted(SITE.rglob("*.md")))
    if "_build" not in path.parts and path.name not in OWN_TEST
}
NOTEBOOKS = sorted((SITE / "tutorials").glob("*.ipynb"))


@pytest.fixture
def in_folder(tmp_path, monkeypatch):
    """A working directory with the files that the pages name."""
    monkeypatch.chdir(tmp_path)
    t = 0.1 * np.arange(1_500)
    wave = np.stack([np.sin(t), np.cos(1.1 * t)], axis=1)
    rng = np.random.default_rng(0)
    table = np.column_stack([t, wave])
    files = {
        "ecg": ("t,a,b", table),
        "another_day": ("t,a,b", np.column_stack([t, np.cos(t), np.sin(1.1 * t)])),
        "gappy": ("t,a,b", np.where(np.arange(3) + 10 * (np.arange(1_500) % 100)[:, None] == 501, np.nan, table)),
        "eeg": ("t,a,b", table),
        "driven": ("t,x,force", table),
        "counts": ("a,b", rng.poisson(np.exp(wave))),
        "uneven": ("t,a,b", np.column_stack([np.sort(rng.uniform(0, 150, 1_500)), wave])),
        "a": ("t,a,b", table),
        "b": ("t,a,b", table[::-1] * [-1, 1, 1]),
        "c": ("t,a,b", table * [1, 1.1, 1]),
    }
    for name, (heading, rows) in files.items():
        np.savetxt(f"{name}.csv", rows, delimiter=",", header=heading, comments="", fmt="%.9g")


@pytest.fixture
def short_trainings(monkeypatch):
    full = attrax.fit

    def fit(data, *, settings=None, **others):
        given = settings or {}
        cut = {section: {**given.get(section, {}), **values} for section, values in SHORT.items()}
        return full(data, settings={**given, **cut}, quiet=True, **others)

    monkeypatch.setattr(attrax, "fit", fit)


def run(path, *, slow):
    space = {"__name__": "page"}
    for is_slow, code in BLOCKS[path]:
        if slow or not is_slow:
            exec(compile(code, path.name, "exec"), space)


def named(paths):
    return pytest.mark.parametrize("path", paths, ids=[path.relative_to(ROOT).as_posix() for path in paths])


@named([path for path, blocks in BLOCKS.items() if any(not slow for slow, _ in blocks)])
@pytest.mark.usefixtures("in_folder")
def test_the_code_of_a_page_runs(path):
    run(path, slow=False)


@pytest.mark.slow
@named([path for path, blocks in BLOCKS.items() if any(slow for slow, _ in blocks)])
@pytest.mark.usefixtures("in_folder", "short_trainings")
def test_the_code_that_trains_runs_too(path):
    run(path, slow=True)


@named(NOTEBOOKS)
def test_a_notebook_is_kept_with_its_outputs(path):
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    outputs = [output for cell in cells for output in cell["outputs"]]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert [output["ename"] for output in outputs if output["output_type"] == "error"] == []
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert path.stat().st_size < LARGEST_NOTEBOOK


def test_there_are_five_tutorials():
    assert len(NOTEBOOKS) == 5


@pytest.mark.slow
@named(NOTEBOOKS)
def test_a_notebook_runs(path):
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=None, resources={"metadata": {"path": str(path.parent)}}).execute()


def test_the_sweep_file_on_its_page_can_be_read(tmp_path):
    from attrax.campaigns.sweep.sweep_file import open_sweep_file

    page = (SITE / "guides" / "sweeps.md").read_text(encoding="utf-8")
    sweep, slurm, search = re.findall(r"^```toml\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    (tmp_path / "sweep.toml").write_text(sweep + slurm, encoding="utf-8")
    assert open_sweep_file(tmp_path / "sweep.toml").cluster.slurm["jobs"] == 20
    without_grid = sweep.partition("[axes")[0]
    (tmp_path / "search.toml").write_text(without_grid + search, encoding="utf-8")
    assert open_sweep_file(tmp_path / "search.toml").search.trials == 30


def shell_lines():
    """Every line of a block of shell that calls attrax, with its page."""
    for path in (ROOT / "README.md", *sorted(SITE.rglob("*.md"))):
        if "_build" not in path.parts:
            for block in re.findall(r"^```sh\n(.*?)^```$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
                lines = block.replace("\\\n", " ").splitlines()
                yield from ((path.name, line) for line in lines if line.startswith("attrax "))


def flags_of(command):
    """All options of a command and of the commands in it."""
    own = {flag for parameter in command.params for flag in (*parameter.opts, *parameter.secondary_opts)}
    return own.union(*map(flags_of, getattr(command, "commands", {}).values()))


def test_the_commands_on_the_pages_exist_with_their_options():
    known = {name: flags_of(command) for name, command in typer.main.get_command(app).commands.items()}
    lines = list(shell_lines())
    assert len(lines) > 50
    wrong = []
    for page, line in lines:
        _, name, *words = shlex.split(line, comments=True)
        flags = {word.partition("=")[0] for word in words if word.startswith("--")}
        if name not in known or flags - known[name]:
            wrong.append((page, line))
    assert wrong == []
