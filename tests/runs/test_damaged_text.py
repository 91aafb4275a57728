"""A damaged text file of a run is told in a sentence, and never read as something that it did not say."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from attrax import RunError, open_run
from attrax.core.errors import AttraxError
from attrax.report.analysis_tabs import chaos, explanation
from attrax.report.report_data import read_report_data
from attrax.report.run_comparison import comparison_page
from attrax.runs.folder import Run
from attrax.runs.sameness import check_unchanged_config
from tests.mutated_bytes import mutated

GOLDEN = Path(__file__).parents[1] / "golden" / "format_2" / "run"
TEXTS = ("run.json", "config.toml", "data.json", "metrics.jsonl", "scores.json")
MUTATIONS = 12


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run as the present version finishes it."""
    run = Run.open(shutil.copytree(GOLDEN, tmp_path_factory.mktemp("texts") / "run"))
    run.finish()
    return run.path


def said(folder):
    """All that the text files of a run say."""
    fit = open_run(folder)
    run = Run.open(folder)
    check_unchanged_config(run)
    about = {name: run.info[name] for name in ("status", "data", "model_sha256", "verdict")}
    return about, fit.config, fit.scores_as_json(), fit.history, fit.recorded_inputs, run.data()


def said_or_refused(folder):
    try:
        return said(folder)
    except AttraxError as failure:
        return failure


@pytest.mark.parametrize("name", TEXTS)
def test_what_a_damaged_text_says_is_refused_or_unchanged(finished, tmp_path, name):
    """Of `run.json`, where nothing else vouches for it, what can be compared with another file is."""
    expected, whole, rng = said(finished), (finished / name).read_bytes(), np.random.default_rng(0)
    folder, told = shutil.copytree(finished, tmp_path / "run"), 0
    for _ in range(MUTATIONS):
        (folder / name).write_bytes(mutated(whole, rng))
        found = said_or_refused(folder)
        told += isinstance(found, AttraxError)
        assert isinstance(found, AttraxError) or found == expected
    assert told >= MUTATIONS // 2


def test_a_run_whose_text_is_damaged_hides_no_other_run(finished, tmp_path):
    for name in TEXTS:
        folder = shutil.copytree(finished, tmp_path / f"bad-{name}")
        (folder / name).write_bytes(b'{"a": [')
    shutil.copytree(finished, tmp_path / "good")
    page = comparison_page(tmp_path, beside=tmp_path)
    assert "good" in page
    assert "bad-run.json" in page


@pytest.mark.parametrize("name", ["data.json", "metrics.jsonl", "scores.json"])
def test_a_text_of_a_finished_run_that_was_edited_or_lost_is_noticed(finished, tmp_path, name):
    folder = shutil.copytree(finished, tmp_path / "run")
    path = folder / name
    path.write_bytes(path.read_bytes().replace(b"1", b"2"))
    with pytest.raises(RunError, match=r"R315[\s\S]*its checksum in run.json is another"):
        said(folder)
    path.unlink()
    with pytest.raises(RunError, match=r"R315[\s\S]*it is missing"):
        said(folder)


def test_a_finished_run_is_opened_with_the_settings_that_it_was_made_with(finished, tmp_path):
    folder = shutil.copytree(finished, tmp_path / "run")
    settings = folder / "config.toml"
    text = settings.read_text()
    settings.write_text(text.replace("restarts = 2", "restarts = 3"))
    with pytest.raises(RunError, match=r"R301[\s\S]*train.restarts was 2, is 3"):
        open_run(folder)
    settings.write_text("")
    with pytest.raises(RunError, match="R301"):
        open_run(folder)
    settings.write_text(text)
    about = json.loads((folder / "run.json").read_text())
    about["config"]["data"]["source"] = ["elsewhere.csv"]
    (folder / "run.json").write_text(json.dumps(about))
    assert open_run(folder).config.model.latent_dim


@pytest.mark.parametrize("content", ["", "{}", '{"result": 3}', "[1]", '{"figures": 3, "rows": []}'])
@pytest.mark.parametrize(
    ("file", "tab", "verb"),
    [("lyapunov", chaos, "analyze"), ("forecast_parts", explanation, "explain"), ("influence", explanation, "explain")],
)
def test_a_damaged_analysis_is_told_with_what_makes_it_again(finished, tmp_path, file, tab, verb, content):
    folder = shutil.copytree(finished, tmp_path / "run")
    (folder / "analysis").mkdir()
    (folder / "analysis" / f"{file}.json").write_text(content)
    with pytest.raises(RunError, match=rf"R315[\s\S]*attrax {verb} .*makes it again"):
        tab(read_report_data(folder))


@pytest.mark.parametrize(("name", "read"), [("model/model.safetensors", open_run), ("scores.json", read_report_data)])
def test_a_finished_run_without_its_model_or_scores_is_not_told_to_resume(finished, tmp_path, name, read):
    folder = shutil.copytree(finished, tmp_path / "run")
    (folder / name).unlink()
    with pytest.raises(RunError, match=r"R315[\s\S]*lost a file[\s\S]*attrax resume .* --as-new"):
        read(folder)
