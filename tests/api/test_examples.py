"""The examples do what they say: sweeps are ones that can be run, and scripts come to their end."""

import subprocess
import sys
from pathlib import Path

import pytest

from attrax.campaigns.sweep.sweep_file import open_sweep_file
from attrax.campaigns.sweep.sweep_points import bundles_of, jobs_of
from attrax.reconstruct.preparation.preparation import completed
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.systems import catalogue

EXAMPLES = Path(__file__).parents[2] / "examples"
SHORT = {
    "catalogue_share.py": ["--updates", "20", "--first", "1", "--out", "/dev/null"],
    "forcing_or_inference.py": ["--updates", "20", "--systems", "henon", "--seeds", "1"],
    "irregular_times.py": ["--rows", "1000", "--updates", "20", "--seeds", "1"],
    "interval_coverage.py": ["--updates", "20", "--systems", "lorenz63"],
    "lorenz_from_counts.py": ["--updates", "20"],
    "many_lorenz_systems.py": ["--updates", "20"],
    "training_windows.py": ["--updates", "20", "--systems", "henon", "--sizes", "20x4"],
    "optimizers.py": ["--updates", "20", "--systems", "henon", "--optimizers", "soap"],
}


OF_RUNS = "filled_gaps.py"
FIT = ["fit", "lorenz63", "--updates", "20", "--no-report", "--missing", "mask"]


def test_every_script_is_known():
    assert {path.name for path in EXAMPLES.glob("*.py")} == {*SHORT, OF_RUNS}


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_settings_of_sweeps_can_be(path):
    sweep = open_sweep_file(path)
    known = {name: data for name, data in sweep.data.items() if data["source"] in catalogue.names()}
    short = {name: {**data, "steps": 2000} for name, data in known.items()}
    jobs = jobs_of(bundles_of(sweep.model_copy(update={"data": short, "seeds": 1}), path.parent))
    configs = [(job.point[0][1], job.experiment.config) for job in jobs]
    recordings = {name: load_recordings(next(config for of, config in configs if of == name)) for name in short}
    for name, config in configs:
        completed(config, recordings[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SHORT))
def test_scripts_come_to_their_end(name):
    ran = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *SHORT[name]], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr[-2000:]


@pytest.mark.slow
def test_runs_that_hid_values_are_told_how_they_fill_them(tmp_path):
    settings = [f"--set={setting}" for setting in ("data.steps=1000", "data.hide=0.3", "train.chunk=5")]
    program = [sys.executable, "-c", "from attrax.cli.app import main; main()"]
    attrax = [*program, *FIT, *settings, "--out", str(tmp_path / "run")]
    assert subprocess.run(attrax, capture_output=True, check=False).returncode in (0, 4)
    script = [sys.executable, str(EXAMPLES / OF_RUNS), str(tmp_path / "run")]
    ran = subprocess.run(script, capture_output=True, text=True, check=False)
    assert "| lorenz63 | 30%, values, 1 rows | 0 |" in ran.stdout, ran.stderr[-2000:]
