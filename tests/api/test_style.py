"""The style of the source: short files and functions, names that occur once, rooms that say what lives in them."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

import attrax

SOURCE = Path(attrax.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
LONGEST_FILE = 400
LONGEST_FUNCTION = 100
LARGEST_ROOM = 12

SAME_CLASS: dict[str, str] = {}
"""Names of several classes, and why."""

SAME_FILE = {
    "bifurcation_diagram.py": "the diagram, and its figure",
    "cycles.py": "the mathematics, and the analysis of that name",
    "fit.py": "the command, and its job",
    "fixed_points.py": "the mathematics, and the analysis of that name",
    "forecast.py": "the command, and its job",
    "gru.py": "the network as a model, and as a rival",
    "lstm.py": "the network as a model, and as a rival",
    "manifolds.py": "the mathematics, and the analysis of that name",
    "neural_ode.py": "the network as a model, and as a rival",
    "spectrum.py": "the distance of power spectra, as a measure, and as a loss",
    "training.py": "the training of a run, and its figure",
    "var.py": "vector autoregression, and its entry among the rivals",
}
"""Names of several files, and why."""


def parsed(path):
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def place(path):
    return path.relative_to(SOURCE).as_posix()


def twins(named):
    return {name: places for name, places in named.items() if len(places) > 1}


@pytest.fixture(scope="module")
def classes():
    found = defaultdict(list)
    for path in FILES:
        for node in parsed(path):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(place(path))
    return found


@pytest.fixture(scope="module")
def files():
    found = defaultdict(list)
    for path in FILES:
        if path.name != "__init__.py":
            found[path.name].append(place(path))
    return found


def test_the_source_is_looked_at(classes, files):
    assert min(len(classes), len(files)) > 100


def test_no_file_is_long():
    lines = {place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {name: n for name, n in lines.items() if n > LONGEST_FILE} == {}


def test_no_function_is_long():
    lengths = {
        f"{place(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in FILES
        for node in parsed(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}


def test_every_class_has_a_name_of_its_own(classes):
    assert {name: places for name, places in twins(classes).items() if name not in SAME_CLASS} == {}


def test_every_file_has_a_name_of_its_own(files):
    assert {name: places for name, places in twins(files).items() if name not in SAME_FILE} == {}


def test_every_exception_is_needed(classes, files):
    assert set(SAME_CLASS) - set(twins(classes)) == set()
    assert set(SAME_FILE) - set(twins(files)) == set()


def test_every_large_room_has_a_readme():
    rooms = {path.parent for path in FILES}
    large = {place(room): room for room in rooms if len(list(room.glob("*.py"))) > LARGEST_ROOM}
    assert len(large) > 3
    assert [name for name, room in large.items() if not (room / "README.md").is_file()] == []


def test_every_readme_of_a_room_names_files_that_exist():
    missing = []
    for readme in SOURCE.rglob("README.md"):
        for word in readme.read_text(encoding="utf-8").split("`")[1::2]:
            if word.endswith((".py", "/")) and " " not in word and "<" not in word:
                here = (readme.parent, readme.parent.parent, SOURCE, SOURCE.parents[1])
                if not any((folder / word).exists() for folder in here):
                    missing.append(f"{place(readme)}: {word}")
    assert missing == []
