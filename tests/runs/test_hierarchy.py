import csv

import equinox as eqx
import numpy as np
import pytest

import attrax
from attrax import ConfigError, ModelFileError, RunError
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.runs.folder import Run
from attrax.runs.hierarchy import HierarchicalReconstruction, subject_path
from attrax.runs.opened_run import open_system
from attrax.runs.run_forecasts import simulate_run


@pytest.fixture(scope="module")
def run(tmp_path_factory, henon, tiny):
    """A run of three files of different lengths, and what it returned."""
    parent = tmp_path_factory.mktemp("many")
    for name, n in (("a", 300), ("b", 420), ("c", 300)):
        np.savetxt(parent / f"{name}.csv", henon(n), delimiter=",", header="u,v", comments="")
    files = [str(parent / f"{name}.csv") for name in "abc"]
    settings = {**tiny, "evaluate": {"starts": 2, "horizon": 5}}
    fit = attrax.fit(files, subjects=2, settings=settings, folder=parent / "run", quiet=True)
    return parent / "run", fit


def test_a_run_of_many_subjects_is_a_folder_of_ordinary_runs(run):
    folder, fit = run
    assert fit.model.subjects == ("a", "b", "c")
    assert [len(series) for series in fit.recordings.train] == [230, 326, 230]
    opened = attrax.open_hierarchical(folder / "model" / "model.safetensors")
    assert eqx.tree_equal(opened, fit.model)
    for name in fit.model.subjects:
        part = Run.open(subject_path(folder, name))
        assert part.finished
        assert eqx.tree_equal(attrax.open_model(part.model_path), fit.model.subject(name))
        assert load_recordings(part.config).hashes() == part.info["data"] == fit.subject(name).recordings.hashes()
        assert simulate_run(open_system(folder, name), 5, seed=0).simulation.x.shape == (5, 2)


def test_vectors_are_kept_with_names(run):
    folder, fit = run
    rows = list(csv.reader((folder / "subjects.csv").read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["subject", "l1", "l2", "feature1", "feature2"]
    assert [row[0] for row in rows[1:]] == ["a", "b", "c"]
    np.testing.assert_allclose(np.array([row[1:3] for row in rows[1:]], float), fit.model.vectors, rtol=1e-6)
    assert (folder / "figures" / "subjects.png").is_file()


def test_an_opened_run_of_many_subjects_is_what_the_fit_returned(run):
    folder, fit = run
    opened = attrax.open_run(folder)
    assert isinstance(opened, HierarchicalReconstruction)
    assert eqx.tree_equal(opened.model, fit.model)
    assert opened.table() == fit.table()
    assert opened.scores_as_json() == fit.scores_as_json()
    assert opened.reconstructed == fit.reconstructed
    assert opened.recordings.hashes() == fit.recordings.hashes()
    assert repr(opened) == repr(fit)
    assert len(repr(fit).splitlines()) == 4


@pytest.mark.slow
def test_new_subjects_are_inferred_from_the_names_of_their_files(run, henon, tmp_path):
    np.savetxt(tmp_path / "new.csv", henon(60), delimiter=",", header="u,v", comments="")
    found = run[1].infer(str(tmp_path / "new.csv"), updates=20)
    assert found.subjects == ("new",)
    assert found.subject("new").simulate(henon(5), 3).x.shape == (3, 2)


def test_where_one_subject_is_needed_it_must_be_named(run):
    folder, fit = run
    for subject, code in ((None, "R313"), ("z", "R312")):
        with pytest.raises(RunError, match=rf"{code}[\s\S]*subjects are: a, b, c[\s\S]*--subject a"):
            open_system(folder, subject)
    with pytest.raises(RunError, match="R312"):
        open_system(subject_path(folder, "a"), "a")
    with pytest.raises(ModelFileError, match="M403"):
        attrax.open_hierarchical(subject_path(folder, "a") / "model" / "model.safetensors")
    with pytest.raises(ConfigError, match="C591"):
        fit.subject("z")


def test_one_subject_is_not_many(henon, tiny):
    with pytest.raises(ConfigError, match="C594"):
        attrax.fit(henon(300), subjects=2, settings=tiny, quiet=True)


def test_subjects_whose_folders_would_be_one_on_some_systems_are_refused_before_a_run_begins(tmp_path, henon, tiny):
    files = [str(tmp_path / f"{name}.csv") for name in ("s", "S")]
    for file in files:
        np.savetxt(file, henon(300), delimiter=",", header="u,v", comments="")
    with pytest.raises(ConfigError, match="C594"):
        attrax.fit(files, subjects=2, settings=tiny, folder=tmp_path / "run", quiet=True)
    assert not (tmp_path / "run").exists()
