"""A rival in an environment of its own: a stand-in that has no library at all, not even NumPy."""

import sys
import venv
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from attrax.campaigns.bench import external
from attrax.campaigns.bench.entrants import entrant_of
from attrax.campaigns.bench.external import ExternalRival, add_rival, added_rivals
from attrax.cli.bench import bench
from attrax.core.errors import ConfigError, RunError

REPEATER = """
import ast, json, struct, sys
from pathlib import Path

folder = Path(sys.argv[1])

def read(path):
    data = path.read_bytes()
    size = struct.unpack("<H", data[8:10])[0]
    header = ast.literal_eval(data[10 : 10 + size].decode())
    shape = header["shape"]
    count = 1
    for n in shape:
        count *= n
    return shape, struct.unpack(f"<{count}d", data[10 + size : 10 + size + 8 * count])

(starts, time, obs), values = read(folder / "contexts.npy")
n = json.loads((folder / "n.json").read_text())["n"]
rows = []
for i in range(starts):
    last = values[((i + 1) * time - 1) * obs : (i + 1) * time * obs]
    rows += list(last) * n
header = repr({"descr": "<f8", "fortran_order": False, "shape": (starts, n, obs)}).encode() + b"\\n"
out = b"\\x93NUMPY\\x01\\x00" + struct.pack("<H", len(header)) + header + struct.pack(f"<{len(rows)}d", *rows)
(folder / "paths.npy").write_bytes(out)
""".replace("\\\\", "\\")


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """The interpreter of a fresh environment."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    return str(folder / "bin" / "python")


@pytest.fixture
def repeater(python, tmp_path, monkeypatch):
    monkeypatch.setattr(external, "_registry", lambda: tmp_path / "rivals.json")
    (tmp_path / "repeater.py").write_text(REPEATER, encoding="utf-8")
    return ExternalRival(python, str(tmp_path / "repeater.py"), "GPL-3.0")


@pytest.mark.parametrize("content", ["", "[]", '{"a": {"interpreter": "python"}}', '{"a": 3}'])
def test_a_damaged_list_of_rivals_is_told(tmp_path, monkeypatch, content):
    monkeypatch.setattr(external, "_registry", lambda: tmp_path / "rivals.json")
    (tmp_path / "rivals.json").write_text(content)
    with pytest.raises(RunError, match=r"R315[\s\S]*rivals\.json"):
        added_rivals()


def test_it_enters_the_arena(repeater):
    add_rival("repeater", repeater)
    assert added_rivals() == {"repeater": repeater}
    simulator = entrant_of("repeater").fits[0](_wave())
    np.testing.assert_array_equal(simulator.simulate(np.array([[1.0, 2.0], [3.0, 4.0]]), 3).x, [[3.0, 4.0]] * 3)


def test_another_program_under_its_name_is_another_rival(repeater):
    add_rival("repeater", repeater)
    before = entrant_of("repeater").identity
    path = Path(repeater.script)
    path.write_text(path.read_text(encoding="utf-8") + "# changed", encoding="utf-8")
    assert entrant_of("repeater").identity != before


@pytest.mark.parametrize(
    ("program", "told"),
    [("raise SystemExit('no weights')", "no weights"), ("pass", "paths.npy")],
)
def test_a_rival_that_does_not_answer_is_not_added(repeater, program, told):
    Path(repeater.script).write_text(program, encoding="utf-8")
    with pytest.raises(RunError, match=rf"R340[\s\S]*{told}"):
        add_rival("repeater", repeater)
    assert added_rivals() == {}


def test_what_is_not_there_is_told(repeater, tmp_path):
    with pytest.raises(ConfigError, match="C642"):
        add_rival("x", ExternalRival(sys.executable, str(tmp_path / "nowhere.py"), "MIT"))


def test_the_licence_is_shown_before_the_first_use(repeater):
    command = ["add-rival", "repeater", "--python", repeater.python, "--script", repeater.script]
    told = CliRunner().invoke(bench, [*command, "--licence", "GPL-3.0"], input="n\n")
    assert told.exit_code == 1
    assert "GPL-3.0" in told.output
    assert added_rivals() == {}
    CliRunner().invoke(bench, [*command, "--licence", "GPL-3.0", "--yes"])
    assert set(added_rivals()) == {"repeater"}
    listed = CliRunner().invoke(bench, ["rivals"]).output.splitlines()
    assert "GPL-3.0" in next(line for line in listed if line.startswith("repeater"))
    assert "reservoirpy" in next(line for line in listed if line.startswith("echo-state"))


def _wave():
    from attrax.reading.load import load

    return load(np.ones((20, 2)))
