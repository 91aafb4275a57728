"""A run that ends at any file operation resumes to what it would have become."""

import json

import numpy as np
import pytest

from attrax.core.errors import AttraxError
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.reconstruct.settings.configuration import configure
from attrax.runs import figure_files, job, reconstruction
from attrax.runs.folder import Run
from attrax.runs.folder_lock import HOLDER, LOCK
from attrax.runs.hierarchy import HierarchicalReconstruction
from tests.runs.file_operations import Killed, failing_from, full_disk


class Prepared:
    """A fit whose training and judging are repeated by their files alone."""

    def __init__(self, fit):
        self.fit, self.config, self.recordings = fit, fit.config, fit.recordings
        parts = fit.parts.values() if isinstance(fit, HierarchicalReconstruction) else [fit]
        self.judged = {part.recordings.train.name: part.judged for part in parts}
        self.evidence = {id(part.judged): part.evidence for part in parts}

    def learn(self, config, train, console, run, callbacks, parts):
        run.forget_after(0)
        for entry in self.fit.history:
            run.record(entry["step"], {name: value for name, value in entry.items() if name != "step"})
        return self.fit.learned

    def run(self, folder):
        """Start the run, or resume it if it had begun."""
        if (folder / "run.json").is_file():
            return job.continue_job(folder, read=lambda config: self.recordings)
        return job.run_job(self.config, self.recordings, folder=folder)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, henon, tiny):
    """A fit of two subjects, and that of one of them."""
    parent = tmp_path_factory.mktemp("crashes")
    for name in "ab":
        np.savetxt(parent / f"{name}.csv", henon(300), delimiter=",", header="u,v", comments="")
    settings = {"data": {"source": [str(parent / f"{name}.csv") for name in "ab"]}}
    settings |= {"model": {**tiny["model"], "subject_dim": 2}, "evaluate": {"starts": 2, "horizon": 5}}
    settings |= {"train": {**tiny["train"], "restarts": 2, "candidates": 1}}
    config = configure(overrides=settings)
    fit = job.run_job(config, load_recordings(config))
    return {"ordinary": Prepared(fit.parts["a"]), "hierarchical": Prepared(fit)}


@pytest.fixture(params=["ordinary", "hierarchical"])
def fit(request, prepared, monkeypatch):
    """Training, judging and drawing take no time any more."""
    made = prepared[request.param]
    for name in ("settle", "completed"):
        monkeypatch.setattr(job, name, lambda config, *_: config)
    monkeypatch.setattr(job, "learn", made.learn)
    monkeypatch.setattr(job, "judge", lambda model, config, recordings, **_: made.judged[recordings.train.name])
    monkeypatch.setattr(reconstruction, "gather_evidence", lambda model, judged, *_: made.evidence[id(judged)])
    monkeypatch.setattr(figure_files, "render_files", lambda _, kinds, *__: dict.fromkeys(kinds, b"drawn"))
    return made


def contents(folder):
    """The files of a run folder, without times and what a training leaves behind."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        # Who held the lock is left behind by a kill, and means nothing then.
        if path.is_dir() or name.startswith("checkpoints/") or path.name in ("log.txt", LOCK, HOLDER):
            continue
        found[name] = path.read_bytes()
        if path.name == "run.json":
            entries = json.loads(found[name])
            found[name] = {key: entries.get(key) for key in ("status", "verdict", "model_sha256", "data", "config")}
    return found


def number_of_operations(fit, folder):
    with failing_from(0, folder.parent) as watch:
        fit.run(folder)
    return watch.count


def check_every(fit, tmp_path, step, failure=Killed):
    expected = None
    for k in range(0, 1 + number_of_operations(fit, tmp_path / "counted" / "run"), step):
        folder = tmp_path / str(k) / "run"
        if k:
            try:
                with failing_from(k, folder.parent, failure):
                    fit.run(folder)
            except (Killed, AttraxError):
                pass
            else:  # What is only cleared away at the end may stay where it is.
                assert Run.open(folder).finished, k
        if not (folder / "run.json").is_file() or not Run.open(folder).finished:
            fit.run(folder)
        found = contents(folder)
        assert Run.open(folder).finished
        expected = expected or found
        assert found == expected, k


def test_a_run_killed_at_a_file_operation_resumes_completely(fit, tmp_path):
    check_every(fit, tmp_path, step=13)


def test_a_full_disk_at_a_file_operation_is_an_error_with_a_sentence(fit, tmp_path):
    check_every(fit, tmp_path, step=14, failure=full_disk)


@pytest.mark.slow
@pytest.mark.parametrize("failure", [Killed, full_disk])
def test_a_run_that_ends_at_any_file_operation_resumes_completely(fit, tmp_path, failure):
    check_every(fit, tmp_path, step=1, failure=failure)
