"""What the project says of itself: paths that exist, codes with one meaning."""

import ast
import tomllib
from pathlib import Path

import pytest

import attrax

ROOT = Path(__file__).parents[2]
SOURCE = Path(attrax.__file__).parent
KINDS = {"DataError", "ConfigError", "RunError", "ModelFileError", "AttraxError", "TrainingError"}
LETTERS = {"DataError": "D", "ConfigError": "C", "RunError": "RT", "ModelFileError": "M"}

# A cause that is worded by where it was met, not a second cause.
SAME_CAUSE = {
    "D101": {"missing rows inside a recording", "missing targets"},
    "D102": {"missing values in an external input", "too many missing values"},
    "D103": {"constant channel", "nothing moves"},
    "D104": {
        "no window holds a value",
        "reference too short",
        "too few complete rows for a linear model",
        "too short",
        "too short to embed",
        "too short to split",
    },
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
        *tools["pytest"]["ini_options"]["testpaths"],
        *tools["ruff"]["src"],
        *tools["pyright"]["include"],
    ]
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_import_contracts_name_packages_that_exist(project):
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = [name.strip() for c in contracts for line in c.get("layers", []) for name in line.split("|")]
    modules = layers + [name for c in contracts for name in c.get("source_modules", [])]
    assert modules
    assert [m for m in modules if not SOURCE.parent.joinpath(*m.split(".")).is_dir()] == []


def raised():
    """Kind, code, wording and file of every error that is made in the source."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
                code, what = node.args[:2]
                yield node.func.id, ast.literal_eval(code), ast.unparse(what), path.relative_to(SOURCE).as_posix()


def wordings():
    found = {}
    for _, code, what, _ in raised():
        found.setdefault(code, set()).add(what.strip("'\""))
    return found


def test_every_error_has_a_code_of_its_kind():
    errors = list(raised())
    assert len(errors) > 50
    assert [e for e in errors if e[1][0] not in LETTERS.get(e[0], "") or not e[1][1:].isdigit()] == []


def test_a_code_has_one_meaning():
    several = {code: what for code, what in wordings().items() if len(what) > 1}
    assert several == SAME_CAUSE
