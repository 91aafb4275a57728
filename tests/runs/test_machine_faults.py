import errno
import os
import subprocess
import sys

import pytest

from attrax.core.errors import ConfigError, RunError
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.console import Console
from attrax.runs.machine_faults import machine_fault, told_as_errors

FAULTS = {
    "R350": OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "run/model.safetensors"),
    "R351": PermissionError(errno.EROFS, os.strerror(errno.EROFS), "run"),
    "R352": MemoryError("cannot allocate 8 GiB"),
    "R353": OSError(errno.EIO, os.strerror(errno.EIO)),
}
PROGRAM = [sys.executable, "-c", "from attrax.cli.app import main; main()"]


@pytest.mark.parametrize("code", FAULTS)
def test_what_the_machine_refuses_is_a_sentence(code):
    with pytest.raises(RunError) as caught, told_as_errors():
        raise FAULTS[code]
    assert caught.value.code == code
    assert caught.value.where


def test_what_is_no_fault_of_the_machine_stays_what_it_is():
    assert machine_fault(RuntimeError("a bug")) is None
    assert machine_fault(BrokenPipeError()) is None
    with pytest.raises(RuntimeError, match="a bug"), told_as_errors():
        raise RuntimeError("a bug")
    assert machine_fault(RuntimeError("RESOURCE_EXHAUSTED: out of memory")).code == "R352"


class Broken:
    """A terminal that was closed."""

    closed, encoding = False, "utf-8"

    def write(self, text):
        raise OSError(errno.EIO, "closed")

    flush = isatty = fileno = lambda self, *_: False


def test_a_run_goes_on_without_its_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Broken())
    Console().say("note", "to nobody")
    monkeypatch.setattr(sys, "stderr", None)
    Console().say("note", "to nobody")


@pytest.mark.parametrize("seed", [2**32, 2**64, 10**30])
def test_a_seed_that_random_keys_cannot_hold_is_refused(seed):
    with pytest.raises(ConfigError, match=r"C505[\s\S]*seed"):
        configure(overrides={"seed": seed})
    assert configure(overrides={"seed": 4_000_000_000}).seed == 4_000_000_000


def test_a_program_in_a_bare_machine_ends_without_a_traceback(tmp_path):
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "ascii"}
    bare |= {"LC_ALL": "C", "TMPDIR": str(tmp_path / "missing")}
    with open("/dev/full", "w") as full:
        ended = subprocess.run([*PROGRAM, "systems"], stdout=full, stderr=subprocess.PIPE, env=bare, cwd=tmp_path)
    assert ended.returncode == 2
    assert b"R350" in ended.stderr
    assert b"Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []
