import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from attrax.runs.folder import Run
from attrax.runs.tree_file import file_sha256

PROGRAM = [sys.executable, "-c", "from attrax.cli.app import main; main()"]
UPDATES, CHUNK = 1_000, 10
FEW = 60  # of models whose updates take a tenth of a second
PATIENCE = 900  # seconds; on a busy machine a minute of work takes ten
SETTINGS = f"""--hidden 4 --window 10 --updates {UPDATES} --restarts 2 --set train.chunk={CHUNK} --quiet
    --set train.checkpoint_seconds=0 --set train.candidates=2 --set evaluate.starts=2""".split()


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """Start the program in a folder of its own. Compiled code is shared between the processes, to save time."""
    folder = tmp_path_factory.mktemp("kills")
    cache = {"JAX_COMPILATION_CACHE_DIR": str(folder / "cache"), "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}

    def start(*arguments):
        return subprocess.Popen(
            [*PROGRAM, *arguments], cwd=folder, env={**os.environ, **cache}, stderr=subprocess.PIPE, text=True
        )

    start.folder = folder
    return start


def finish(process):
    try:
        _, told = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode in (0, 4), told


def step_of(folder):
    steps = [int(path.stem.removeprefix("step-")) for path in folder.glob("checkpoints/step-*.safetensors")]
    return max(steps, default=0)


def wait_for(process, folder, step):
    """Until the run has a checkpoint of `step` updates or more, and a moment longer."""
    deadline = time.monotonic() + PATIENCE
    while step_of(folder) < step and time.monotonic() < deadline:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.002)


def sha_of_killed(start, fit, name, kills, seed, updates=UPDATES):
    """The hash of the model of a run that was killed `kills` times at random moments and resumed each time."""
    rng = np.random.default_rng(seed)
    folder = start.folder / name
    process = start(*fit, "--out", name)
    for at in np.sort(rng.integers(1, 0.6 * updates, size=kills)):
        wait_for(process, folder, max(at, step_of(folder) + 1))
        time.sleep(rng.uniform(0, 0.02))
        process.kill()
        process.communicate()
        assert Run.open(folder).info["status"] == "running"
        process = start("resume", name, "--quiet")
    finish(process)
    run = Run.open(folder)
    assert [entry["step"] for entry in run.history()] == list(range(CHUNK, updates + 1, CHUNK))
    return file_sha256(run.model_path)


@pytest.fixture(scope="module")
def fit(start):
    phase = np.arange(400) / 6
    x = np.stack([np.sin(phase), np.cos(phase)], axis=1) + np.random.default_rng(0).normal(scale=0.1, size=(400, 2))
    np.save(start.folder / "a.npy", x)
    return ["fit", "a.npy", *SETTINGS]


@pytest.fixture(scope="module")
def undisturbed(start, fit):
    finish(start(*fit, "--out", "undisturbed"))
    return file_sha256(start.folder / "undisturbed" / "model" / "model.safetensors")


@pytest.mark.slow
def test_a_killed_run_becomes_the_same_model(start, fit, undisturbed):
    assert sha_of_killed(start, fit, "killed", kills=1, seed=0) == undisturbed


@pytest.mark.slow
@pytest.mark.parametrize("dynamics", ["hamiltonian", "neural-ode"])
def test_a_killed_run_in_continuous_time_becomes_the_same_model(start, fit, dynamics):
    fit = [*fit, "--dynamics", dynamics, "--updates", str(FEW)]
    finish(start(*fit, "--out", dynamics))
    undisturbed = file_sha256(start.folder / dynamics / "model" / "model.safetensors")
    assert sha_of_killed(start, fit, f"killed-{dynamics}", kills=2, seed=3, updates=FEW) == undisturbed


@pytest.mark.slow
def test_an_interrupted_program_says_how_to_go_on_and_does(start, fit, undisturbed):
    process = start(*fit, "--out", "interrupted")
    wait_for(process, start.folder / "interrupted", UPDATES // 4)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    (line,) = re.findall("attrax (resume .*)", told)
    assert "Traceback" not in told
    finish(start(*line.split(), "--quiet"))
    assert file_sha256(start.folder / "interrupted" / "model" / "model.safetensors") == undisturbed


@pytest.mark.slow
def test_a_run_killed_ten_times_becomes_the_same_model(start):
    fit = ["fit", "lorenz63", "--steps", "2000", *SETTINGS, "--forcing", "adaptive"]
    finish(start(*fit, "--out", "lorenz63"))
    undisturbed = file_sha256(start.folder / "lorenz63" / "model" / "model.safetensors")
    assert sha_of_killed(start, fit, "ten", kills=10, seed=1) == undisturbed


@pytest.mark.slow
def test_a_killed_run_with_inferred_states_becomes_the_same_model(start, fit):
    inferring = [*fit, "--set", "train.loss.kind=error-regression", "--updates", str(FEW)]
    finish(start(*inferring, "--out", "inferring"))
    undisturbed = file_sha256(start.folder / "inferring" / "model" / "model.safetensors")
    assert sha_of_killed(start, inferring, "killed_inferring", kills=2, seed=3, updates=FEW) == undisturbed


@pytest.mark.slow
def test_a_killed_fit_of_many_subjects_becomes_the_same_model(start):
    rng = np.random.default_rng(0)
    for name, period in (("one", 6), ("two", 7)):
        phase = np.arange(400) / period
        x = np.stack([np.sin(phase), np.cos(phase)], axis=1) + rng.normal(scale=0.1, size=(400, 2))
        np.save(start.folder / f"{name}.npy", x)
    fit = ["fit", "one.npy", "two.npy", "--hierarchical", "2", *SETTINGS]
    finish(start(*fit, "--out", "subjects"))
    undisturbed = file_sha256(start.folder / "subjects" / "model" / "model.safetensors")
    assert sha_of_killed(start, fit, "killed_subjects", kills=1, seed=2) == undisturbed
