"""The wheel: the same bytes whenever it is built, with its licence, its types and its references."""

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("pyproject.toml", "README.md", "LICENSE", "src", "CITATION.cff", "docs/refs.bib")


def built(folder):
    """The wheel of a copy of the project, built in `folder`."""
    for name in NEEDED:
        target = folder / "project" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, target)  # with the time of now
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(folder / "project")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and "No matching distribution found for hatchling" in done.stderr:
        pytest.skip("pip cannot load hatchling, which builds the wheel")
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_has_the_same_bytes_each_time_and_holds_what_it_must(tmp_path):
    wheels = [built(tmp_path / name) for name in ("one", "two")]
    first, second = (hashlib.sha256(path.read_bytes()).hexdigest() for path in wheels)
    assert first == second
    names = zipfile.ZipFile(wheels[0]).namelist()
    assert {"attrax/py.typed", "attrax/__init__.pyi"} <= set(names)
    about = {name.partition(".dist-info/")[2] for name in names}
    assert {"licenses/LICENSE", "extra_metadata/refs.bib", "extra_metadata/CITATION.cff"} <= about
    assert not any("__pycache__" in name or name.startswith("tests") for name in names)
