"""In a notebook a fit shows one line that changes in place, and what it is worth as a table."""

import re
import sys
from types import ModuleType, SimpleNamespace

import pytest

from attrax.runs.console import Console
from attrax.runs.notebook_line import in_notebook


@pytest.fixture
def shown(monkeypatch):
    """What a notebook displays, as lists of the states of each output."""
    outputs = []

    def display(data, *, raw, display_id):
        assert (raw, display_id) == (True, True)
        outputs.append([data["text/plain"]])
        return SimpleNamespace(update=lambda data, raw: outputs[-1].append(data["text/plain"]))

    class ZMQInteractiveShell:
        pass

    ipython, place = ModuleType("IPython"), ModuleType("IPython.display")
    ipython.get_ipython, place.display = ZMQInteractiveShell, display
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", place)
    return outputs


def test_there_is_one_line_that_changes(shown, capsys):
    console = Console()
    console.say("run", "a")
    with console.progress("training", 40) as move:
        for step in (10, 20, 40):
            move(step, "loss 0.1")
    console.say("note", "D101 a gap")
    (states,) = shown
    assert states[0].startswith("run")
    assert re.fullmatch(r"training  █{24} 40/40  loss 0.1  0 s", states[-1])
    assert capsys.readouterr().err.split() == ["note", "D101", "a", "gap"]


def test_a_quiet_console_shows_nothing(shown):
    Console(quiet=True).say("run", "a")
    assert shown == []


def test_a_program_is_no_notebook():
    assert not in_notebook()


@pytest.mark.slow
def test_a_notebook_is_executed(tmp_path):
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    settings = {
        "train": {"updates": 40, "chunk": 10, "restarts": 1, "candidates": 1, "window": 10},
        "model": {"dynamics": {"hidden_dim": 4}},
        "evaluate": {"starts": 2},
    }
    cells = [
        "import numpy as np, attrax\nx = np.sin(np.arange(600)[:, None] / 5 + np.array([0.0, 1.0]))",
        f"fit = attrax.fit(x, settings={settings})",
        "fit",
        "fit.plot_free_run()",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    _, fitted, shown, drawn = (cell.outputs for cell in notebook.cells)
    lines = [output for output in fitted if output.output_type == "display_data"]
    assert len(lines) == 1
    assert len(lines[0].data["text/plain"].splitlines()) == 1
    assert shown[0].data["text/html"].startswith("<p")
    assert len(shown[0].data["text/html"]) < 8_000
    assert "image/png" in drawn[0].data
