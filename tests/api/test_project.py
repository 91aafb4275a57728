"""What the project says of itself: paths that exist, codes with one meaning."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

import attrax

ROOT = Path(__file__).parents[2]
SOURCE = Path(attrax.__file__).parent
LETTERS = {"DataError": "D", "ConfigError": "C", "RunError": "RT", "ModelFileError": "M"}

# One cause, worded by where it was met.
SAME_CAUSE = {
    "C504": {"configuration file cannot be read", "configuration file is not TOML"},
    "C531": {"impossible time step", "impossible {name}"},
    "M402": {"no model in the file", "not a file that attrax wrote, or damaged"},
    "R301": {
        "the recording has changed since the run was started",
        "the settings have changed since the run was started",
    },
    "R302": {"no run here", "no runs here"},
    "R304": {
        "the analysis cannot be written",
        "the figure cannot be written",
        "the report cannot be written",
        "the run folder cannot be written",
    },
    "D101": {"missing rows inside a recording", "missing targets", "missing values: NaN or infinity"},
    "D102": {"missing values in an external input", "too many missing values"},
    "D103": {"constant channel", "every channel is constant"},
    "D104": {
        "DATA TOO SHORT",
        "no window holds a value",
        "reference too short",
        "too few complete rows for a linear model",
        "too few cycles of the slow rhythm",
        "too short to embed",
        "too short to split",
        "a subject without a window",
    },
    "D106": {"different time steps", "non-uniform time step"},
    "D110": {
        "channels of different lengths",
        "different channels",
        "different columns",
        "distances and codensities of different points",
        "no column in common",
        "targets and forecasts differ in shape",
        "the recording has other channels than the model",
    },
    "D111": {
        "axes and names differ in number",
        "no array of time by channel",
        "not a recording",
        "not a table of time by channel",
        "not an array of time by channel",
        "pickled objects",
        "targets of the wrong shape",
        "{key} does not fit the recording",
    },
    "D108": {"a word without a number", "text in a column of numbers"},
    "D112": {
        "a variable of many dimensions",
        "many variables",
        "signals of several sampling rates",
        "which sheet is the recording",
    },
    "D117": {"data file of the study not found", "file not found"},
    "D118": {
        "damaged or truncated file",
        "empty",
        "file cannot be read",
        "no recording in the archive",
        "not a table in JSON",
        "not a text file",
        "{what}",
    },
    "D132": {"several recordings in one table", "two values for one time"},
    "D119": {"no numeric column left", "there is no column '{pattern}'"},
}


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_every_path_in_the_project_file_exists(project):
    tools = project["tool"]
    named = [
        project["project"]["readme"],
        *project["project"]["license-files"],
        *tools["hatch"]["build"]["targets"]["wheel"]["packages"],
        *tools["hatch"]["build"]["targets"]["wheel"]["extra-metadata"],
        *tools["pytest"]["ini_options"]["testpaths"],
        *tools["ruff"]["src"],
        *tools["pyright"]["include"],
    ]
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_import_contracts_name_packages_that_exist(project):
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = [
        f"{container}.{name.strip()}"
        for c in contracts
        for container in c.get("containers", [])
        for line in c["layers"]
        for name in re.split("[|:]", line)
    ]
    modules = layers + [name for c in contracts for name in c.get("source_modules", [])]
    assert modules
    places = {module: SOURCE.parent.joinpath(*module.split(".")) for module in modules}
    assert [m for m, place in places.items() if not (place.is_dir() or place.with_suffix(".py").is_file())] == []


def wording(node):
    """The text of an argument, with the names of what is filled in."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (part if isinstance(part, ast.Constant) else part.value for part in node.values)
        return "".join(part.value if isinstance(part, ast.Constant) else f"{{{ast.unparse(part)}}}" for part in parts)
    return f"{{{ast.unparse(node)}}}"


def raised():
    """Kind, code and wording of every error that is made in the source."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LETTERS:
                code, what = node.args[:2]
                yield node.func.id, ast.literal_eval(code), wording(what)


def test_every_error_has_a_code_of_its_kind():
    errors = list(raised())
    assert len(errors) > 50
    assert [e for e in errors if e[1][0] not in LETTERS[e[0]] or not e[1][1:].isdigit()] == []


def test_a_code_has_one_meaning():
    found = {}
    for _, code, what in raised():
        found.setdefault(code, set()).add(what)
    several = {code: what for code, what in found.items() if len(what) > 1}
    assert several == SAME_CAUSE


def test_every_code_is_on_the_page_in_the_words_of_the_program():
    page = (ROOT / "docs" / "guides" / "errors.md").read_text(encoding="utf-8")
    sections = set(re.findall(r"^## (\w\d+) ", page, flags=re.MULTILINE))
    listed = dict(re.findall(r"^\| (\w\d+) \| (.*?) \| .+ \|$", page, flags=re.MULTILINE))
    found = {}
    for _, code, what in raised():
        found.setdefault(code, set()).add(re.sub(r"{.*?}", "...", what))
    assert sections & set(listed) == set()
    assert set(found) - sections == set(listed)
    assert {code: what for code, what in listed.items() if what not in found[code]} == {}
