"""What a machine does to a run is a sentence and an exit code, and the run goes on from there to the same model."""

import os
import signal
import time

import numpy as np
import pytest

from attrax.runs.folder import Run
from attrax.runs.tree_file import file_sha256
from tests.runs.forks import Forks

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes are forked, which Windows cannot"),
]
SETTINGS = {"hidden": 4, "window": 10, "updates": 200, "restarts": 2}
TRAINING = {"chunk": 10, "checkpoint_seconds": 0, "candidates": 2}
OPTIONS = [text for name, value in SETTINGS.items() for text in (f"--{name}", str(value))]
OPTIONS += [text for name, value in TRAINING.items() for text in ("--set", f"train.{name}={value}")]
OPTIONS += ["--set", "evaluate.starts=2", "--no-report"]
NOBODY = 65534


@pytest.fixture(scope="module")
def forks(tmp_path_factory):
    started = Forks(tmp_path_factory.mktemp("bare"))
    phase = np.arange(400) / 6
    x = np.stack([np.sin(phase), np.cos(phase)], axis=1) + np.random.default_rng(0).normal(scale=0.1, size=(400, 2))
    np.save(started.folder / "a.npy", x)
    started.folder.chmod(0o755)
    yield started
    started.close()


@pytest.fixture(scope="module")
def undisturbed(forks):
    forks.start("fit", "a.npy", *OPTIONS, "--out", "undisturbed")
    assert forks.end() in (0, 4), forks.said()
    return file_sha256(forks.folder / "undisturbed" / "model" / "model.safetensors")


HARMLESS = {
    "one core": "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})",
    "no home": "os.environ.pop('HOME', None); os.environ.pop('XDG_CACHE_HOME', None)",
    "no folder for temporary files": "os.environ['TMPDIR'] = '/nowhere/at/all'",
    "closed streams": "os.close(1), os.close(2)",
    "no cache": "del os.environ['JAX_COMPILATION_CACHE_DIR']; os.environ['XDG_CACHE_HOME'] = '/proc'",
    "a full cache": "os.environ['JAX_COMPILATION_CACHE_DIR'] = '/dev/full/cache'",
    "a clock that runs backwards": "import time, itertools; c = itertools.count(); time.time = lambda: 2e9 - next(c)",
    "another locale": "import locale; os.environ.update(LC_ALL='tr_TR.UTF-8', LANG='tr_TR.UTF-8', TZ='Asia/Kolkata')",
}


@pytest.mark.parametrize("how", HARMLESS)
def test_a_bare_machine_makes_the_same_model(forks, undisturbed, how):
    name = how.replace(" ", "_")
    forks.start("fit", "a.npy", *OPTIONS, "--out", name, before=HARMLESS[how])
    assert forks.end() in (0, 4), forks.said()
    assert "Traceback" not in forks.said()
    assert file_sha256(forks.folder / name / "model" / "model.safetensors") == undisturbed


REMOVED = """
import pathlib, shutil, threading, time
def remove():
    while not list(pathlib.Path("removed").glob("checkpoints/step-*")):
        time.sleep(0.01)
    shutil.rmtree("removed", ignore_errors=True)
threading.Thread(target=remove, daemon=True).start()
"""
LARGEST_FILE = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({}, -1))"
FAULTS = {
    "a full disk": ("full", LARGEST_FILE.format(2_000), "R304"),
    "a disk that fills during the training": ("filled", LARGEST_FILE.format(8_000), "R350"),
    "a folder that is removed": ("removed", REMOVED, "R35"),
    "a folder of somebody else": ("somebodys", f"os.setuid({NOBODY})", "R304"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_machine_refuses_is_a_sentence_and_the_run_goes_on(forks, undisturbed, fault):
    name, before, code = FAULTS[fault]
    if "setuid" in before and os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    forks.start("fit", "a.npy", *OPTIONS, "--out", name, before=before)
    assert forks.end() == 2, forks.said()
    assert f"error {code}" in forks.said()
    assert "Traceback" not in forks.said()
    folder = forks.folder / name
    assert not list(folder.rglob("*.part"))
    begun = (folder / "run.json").is_file()
    forks.start(*(["resume", name] if begun else ["fit", "a.npy", *OPTIONS, "--out", name]))
    assert forks.end() in (0, 4), forks.said()
    assert file_sha256(folder / "model" / "model.safetensors") == undisturbed


def test_a_disk_that_fills_during_the_report_leaves_a_finished_run(forks, undisturbed):
    with_page = [option for option in OPTIONS if option != "--no-report"]
    forks.start("fit", "a.npy", *with_page, "--out", "reported", before=LARGEST_FILE.format(30_000))
    assert forks.end() == 2, forks.said()
    assert "error R304" in forks.said()
    assert "attrax report reported" in forks.said()
    assert file_sha256(forks.folder / "reported" / "model" / "model.safetensors") == undisturbed
    assert not (forks.folder / "reported" / "report.html").exists()
    forks.start("report", "reported")
    assert forks.end() == 0, forks.said()


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="only root can become somebody else")
def test_a_run_of_another_user_is_not_written_and_told(forks, undisturbed):
    about = forks.folder / "undisturbed" / "run.json"
    content = about.read_bytes()
    about.write_bytes(content.replace(b'"finished"', b'"running"'))
    forks.start("resume", "undisturbed", before=f"os.setuid({NOBODY})")
    assert forks.end() in (2, 3), forks.said()
    assert "Traceback" not in forks.said()
    about.write_bytes(content)


@pytest.mark.parametrize("megabytes", [50, 200, 500])
def test_too_little_memory_is_a_sentence(forks, undisturbed, megabytes):
    """More than the process holds when it begins; what XLA itself does then may end the process, but not our files."""
    limit = f"""
import resource
held = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (held + {megabytes} * 2**20, -1))
"""
    name = f"memory{megabytes}"
    forks.start("fit", "a.npy", *OPTIONS, "--out", name, before=limit)
    code = forks.end()
    assert code in (0, 2, 4) or code == -signal.SIGABRT, forks.said()
    assert "Traceback" not in forks.said()
    if code == 2:
        assert "R352" in forks.said()
    folder = forks.folder / name
    if (folder / "run.json").is_file() and not Run.open(folder).finished:
        forks.start("resume", name)
        assert forks.end() in (0, 4), forks.said()
        assert file_sha256(folder / "model" / "model.safetensors") == undisturbed


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_closed_terminal_interrupts_and_the_run_goes_on(forks, undisturbed, number):
    name = f"signal{number}"
    forks.start("fit", "a.npy", *OPTIONS, "--out", name)
    while forks.running() and not list(forks.folder.glob(f"{name}/checkpoints/step-*")):
        time.sleep(0.002)
    os.kill(forks.process, number)
    assert forks.end() == 130, forks.said()
    assert Run.open(forks.folder / name).info["status"] == "interrupted"
    forks.start("resume", name)
    assert forks.end() in (0, 4), forks.said()
    assert file_sha256(forks.folder / name / "model" / "model.safetensors") == undisturbed
