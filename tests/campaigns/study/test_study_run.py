import hashlib
import io
import json
from pathlib import Path

import numpy as np
import pytest
from attrax.campaigns.study_job import run_study, write_results, write_status

from attrax.campaigns.study import open_study
from attrax.core.errors import ConfigError, DataError, RunError
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.console import Console
from attrax.runs.folder import Run

STUDIES = Path(__file__).parents[2] / "studies"
OURS = sorted(path.parent for path in STUDIES.glob("*/study.toml"))

MANIFEST = """
paper = "nobody2026"
title = "Nothing"
[data.waves]
file = "waves.npy"
sha256 = "{sha}"
[smoke]
max_seconds = 60
rows = 300
loss_drop = {drop}
settings.train = {{ updates = 400, chunk = 40, learning_rate = 3e-2, final_learning_rate = 1e-2 }}
[full]
hours = 0.1
[[experiment]]
name = "of_a_file"
train = "waves"
preset = "auto"
settings.train = {{ window = 10, updates = 77, restarts = 1 }}
settings.model = {{ hidden_dim = 4 }}
[[experiment]]
name = "generated"
train = "henon"
preset = "auto"
settings.train = {{ window = 10, restarts = 1, candidates = 1 }}
settings.model = {{ hidden_dim = 4 }}
settings.data = {{ steps = 400 }}
[[claim]]
experiment = "of_a_file"
measure = "D_stsp"
published = 1.0
tolerance = 0.25
source = "Table 9"
[[claim]]
experiment = "generated"
measure = "D_H"
published = 0.5
spread = 0.1
tolerance = 0.1
source = "Figure 9"
"""


@pytest.fixture
def folder(tmp_path):
    """A study of two experiments, and the file that one of them needs."""
    x = np.sin(np.arange(400)[:, None] / np.array([5, 7]))
    np.save(tmp_path / "waves.npy", x)
    sha = hashlib.sha256((tmp_path / "waves.npy").read_bytes()).hexdigest()
    path = tmp_path / "studies" / "nobody2026_nothing"
    path.mkdir(parents=True)
    (path / "study.toml").write_text(MANIFEST.format(sha=sha, drop=0.01))
    return path


@pytest.fixture
def console():
    """A console that writes into `console.rich.file`."""
    console = Console()
    console.rich.file = io.StringIO()
    return console


def change(folder, old, new):
    path = folder / "study.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('paper = "nobody2026"', "", "C550"),
        ("hours = 0.1", 'hours = "long"', "C550"),
        ("hours = 0.1", "hours = 0.1\nminutes = 3", "C550"),
        ("[full]", "[full", "C550"),
        ('experiment = "of_a_file"', 'experiment = "of_a_fiel"', "C551"),
    ],
)
def test_a_wrong_manifest_is_refused(folder, old, new, code):
    change(folder, old, new)
    with pytest.raises(ConfigError) as caught:
        open_study(folder, None)
    assert caught.value.code == code
    assert "study.toml" in caught.value.where


def test_a_folder_without_a_manifest_is_no_study(tmp_path):
    with pytest.raises(ConfigError, match="C550"):
        open_study(tmp_path, None)


def test_settings_of_experiment_and_smoke_run_are_laid_over_each_other(folder):
    study = open_study(folder, folder.parents[1])
    experiment = study.manifest.experiment[0]
    full, smoke = (study.config(experiment, smoke=smoke, seed=5) for smoke in (False, True))
    assert (full.train.updates, full.train.window, full.seed) == (77, 10, 5)
    assert (smoke.train.updates, smoke.train.window, smoke.train.chunk) == (400, 10, 40)
    assert full.data.source == (str(folder.parents[1] / "waves.npy"),)


def test_a_data_file_that_is_not_there_is_told(folder, tmp_path):
    (tmp_path / "waves.npy").unlink()
    study = open_study(folder, tmp_path)
    with pytest.raises(DataError, match=r"D117[\s\S]*--data-dir"):
        study.config(study.manifest.experiment[0], smoke=False, seed=0)


def test_a_data_file_of_other_contents_is_refused(folder, tmp_path):
    np.save(tmp_path / "waves.npy", np.zeros((3, 3)))
    study = open_study(folder, tmp_path)
    with pytest.raises(DataError, match=r"D123[\s\S]*waves\.npy|waves\.npy[\s\S]*D123"):
        study.config(study.manifest.experiment[0], smoke=False, seed=0)


def run_smoke(folder, console, data_dir=None, only=None):
    run_study(open_study(folder, data_dir), full=False, only=only, seeds=None, console=console)
    return console.rich.file.getvalue()


def test_a_smoke_run_without_data_runs_what_needs_none(folder, console):
    told = run_smoke(folder, console).splitlines()
    assert [line.split()[:2] for line in told] == [["skip", "of_a_file:"], ["smoke", "generated:"]]
    assert not (folder / "runs").exists()
    assert not (folder / "results.json").exists()


def test_a_loss_that_does_not_fall_fails_the_smoke_run(folder, console):
    change(folder, "loss_drop = 0.01", "loss_drop = 0.999")
    with pytest.raises(RunError, match=r"R310[\s\S]*generated"):
        run_smoke(folder, console)


def test_an_unknown_experiment_is_told(folder, console):
    with pytest.raises(ConfigError, match=r"C552[\s\S]*of_a_file, generated"):
        run_smoke(folder, console, only=["of_a_fiel"])


def finished(folder, experiment, seed, **values):
    """A finished run with made-up scores."""
    path = folder / "runs" / f"{experiment}-{seed}"
    run = Run.create(path, configure(overrides={"seed": seed}).complete(2), data={})

    def row(name, value):
        return {"name": name, "model": {"value": value, "protocol": f"{name}/p"}, "floor": {"value": 0.1}, "null": None}

    run.save_scores({"verdict": "PARTLY", "rows": [row(name, value) for name, value in values.items()]})
    run.set_status("finished", model_sha256=f"{seed:064}")


# values of the runs, median absolute deviation, verdict; published is 1 +- 0.25
JUDGED = [
    ([], None, "not run"),
    ([0.2], 0.0, "reproduced"),
    ([1.25], 0.0, "reproduced"),
    ([1.26], 0.0, "differs"),
    ([9.0, 1.0, 1.1], 0.1, "reproduced"),
    ([9.0, 2.0, 1.1], 0.9, "differs"),
    ([1.0, None, 1.2], 0.2, "reproduced"),
    ([None, None, 1.0], None, "differs (diverged)"),
]


@pytest.mark.parametrize(("values", "mad", "verdict"), JUDGED)
def test_a_claim_is_judged_by_the_median(folder, values, mad, verdict):
    for seed, value in enumerate(values):
        finished(folder, "of_a_file", seed, D_stsp=value)
    write_results(open_study(folder, None))
    claim = json.loads((folder / "results.json").read_text())["claims"][0]
    assert (claim["verdict"], claim["seeds"]) == (verdict, len(values))
    assert claim["mad"] == (mad if mad is None else pytest.approx(mad))


def test_results_say_where_they_come_from(folder):
    for seed in (0, 1):
        finished(folder, "of_a_file", seed, D_stsp=1.0 + seed)
    write_results(open_study(folder, None))
    entry = json.loads((folder / "results.json").read_text())["experiments"]["of_a_file"]
    assert entry["seeds"] == [0, 1]
    assert entry["model_sha256"] == [f"{seed:064}" for seed in (0, 1)]
    assert entry["measures"]["D_stsp"] == {"protocol": "D_stsp/p", "values": [1.0, 2.0], "floor": 0.1, "null": None}
    assert "jax" in entry["versions"]


def test_the_status_page_has_a_line_for_every_claim(folder):
    measures = {"D_H": {"protocol": "D_H/p", "values": [0.4, 0.5, 0.6], "floor": 0.1, "null": None}}
    (folder / "results.json").write_text(json.dumps({"experiments": {"generated": {"measures": measures}}}))
    write_status(folder.parent)
    lines = (folder.parent / "STATUS.md").read_text().splitlines()[-2:]
    assert lines == [
        "| nobody2026_nothing | of_a_file | D_stsp | - | 1 (Table 9) | - | 0 | not run |",
        "| nobody2026_nothing | generated | D_H | `D_H/p` | 0.5 ± 0.1 (Figure 9) | 0.5 ± 0.1 | 3 | reproduced |",
    ]


def test_a_full_run_is_not_repeated(folder, console):
    finished(folder, "generated", 0, D_H=0.3)
    study = open_study(folder, None)
    run_study(study, full=True, only=["generated"], seeds=1, console=console)
    assert json.loads((folder / "results.json").read_text())["claims"][1]["ours"] == 0.3
    assert "reproduced" in (folder.parent / "STATUS.md").read_text()


@pytest.mark.parametrize("study", OURS, ids=lambda path: path.name)
def test_our_studies_are_complete(study):
    manifest = open_study(study, None).manifest
    names = [experiment.name for experiment in manifest.experiment]
    assert len(names) == len(set(names))
    assert {claim.experiment for claim in manifest.claim} <= set(names)
    assert all(len(file.sha256) == 64 for file in manifest.data.values())
    used = {name for experiment in manifest.experiment for name in (experiment.train, experiment.test)}
    assert manifest.data.keys() <= used
    assert all(claim.tolerance > 0 and claim.source for claim in manifest.claim)
    readme = (study / "README.md").read_text()
    assert f"attrax study studies/{study.name}" in readme
    assert all(f"{heading}." in readme for heading in ("What is claimed", "What is repeated", "What differs"))


@pytest.mark.parametrize("study", OURS, ids=lambda path: path.name)
def test_settings_of_our_studies_are_settings(study):
    opened = open_study(study, None)
    for experiment in opened.manifest.experiment:
        for layer in (experiment.settings, opened.manifest.smoke.settings):
            assert configure(experiment.preset, overrides=layer).preset == experiment.preset


def test_there_is_a_study():
    assert "hess2023_gtf" in [path.name for path in OURS]


@pytest.mark.slow
@pytest.mark.parametrize("study", OURS, ids=lambda path: path.name)
def test_our_smoke_runs_pass_without_data(study, console):
    told = run_smoke(study, console)
    available = [e.name for e in open_study(study, None).manifest.experiment if f"smoke     {e.name}:" in told]
    assert available == ["lorenz63_generated"]
