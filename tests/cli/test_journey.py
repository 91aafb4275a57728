import json
import re

import numpy as np
import pytest

from attrax.registries import ALL
from attrax.runs.folder_lock import LOCK

FILES = {
    "evidence.safetensors",
    "config.toml",
    "data.json",
    "run.json",
    "metrics.jsonl",
    "checkpoints",
    "model",
    "scores.json",
    "log.txt",
}


@pytest.fixture
def recording(tmp_path, henon):
    """Two files of a recording, in the folder of the program."""
    np.save(tmp_path / "a.npy", henon[:400])
    np.save(tmp_path / "b.npy", henon[400:])
    return henon


def test_from_a_recording_to_a_forecast(program, fit, recording, tmp_path):
    ended = fit("a.npy", "--out", "run")
    assert ended.code in (0, 4)
    assert ended.out == ""
    assert "VERDICT" in ended.err
    assert {path.name for path in (tmp_path / "run").iterdir() if path.name != LOCK} == FILES
    scores = json.loads((tmp_path / "run" / "scores.json").read_text())
    assert (ended.code == 4) == (scores["verdict"] == "NOT RECONSTRUCTED")

    judged = program("evaluate", "run", "--json", "--quiet")
    assert (judged.code, judged.err) == (0, "")
    # Only training knows how the restarts compared.
    told = json.loads(judged.out)
    assert told.pop("schema") == "attrax.evaluate/1"
    assert told == {name: value for name, value in scores.items() if name != "restarts"}
    elsewhere = program("evaluate", "run", "--data", "b.npy", "--json", "--quiet")
    assert json.loads(elsewhere.out)["rows"] != scores["rows"]

    assert program("simulate", "run", "--steps", "30", "--out", "free.npy", "--quiet") == (0, "", "")
    made = json.loads(program("simulate", "run", "--steps", "3", "--out", "few.csv", "--json", "--quiet").out)
    assert list(made)[:3] == ["schema", "verdict", "warning"]
    assert (made["verdict"], bool(made["warning"])) == (scores["verdict"], scores["verdict"] != "RECONSTRUCTED")
    assert made["summary"].startswith("few.csv: 3 steps, 2 columns")
    assert np.load(tmp_path / "free.npy").shape == (30, 2)
    told = program("forecast", "run", "b.npy", "--steps", "7", "--out", "next.csv")
    assert told.code == 0
    assert ("WARNING" in told.err) == (scores["verdict"] != "RECONSTRUCTED")
    assert "next.csv: 7 steps, 2 columns after row 199" in told.err
    lines = (tmp_path / "next.csv").read_text().splitlines()
    assert lines[0] == "time,x0,x1"
    inferring = ("forecast", "run", "b.npy", "--steps", "7", "--start", "inferred", "--out", "inferred.csv")
    assert program(*inferring, "--quiet").code == 0
    told = (tmp_path / "inferred.csv").read_text().splitlines()
    assert (told[0], len(told), told != lines) == (lines[0], len(lines), True)
    assert "C651" in program(*inferring, "--interval", "0.9").err
    assert [float(line.split(",")[0]) for line in lines[1:]] == list(range(200, 207))
    told = program("forecast", "run", "b.npy", "a.npy", "--steps", "7", "--out", "longest.csv")
    assert "after row 399 of 'a', the longest of 2 series" in told.err

    resumed = program("resume", "run")
    assert resumed.code == 2
    assert "error R307" in resumed.err
    assert "attrax evaluate" in resumed.err

    again = fit("--config", "run/config.toml", "--out", "again", "--json", "--quiet")
    assert again.err == ""
    assert json.loads(again.out) == {"schema": "attrax.fit/1", "run": "again", **scores}
    models = [tmp_path / run / "model" / "model.safetensors" for run in ("run", "again")]
    assert models[0].read_bytes() == models[1].read_bytes()

    assert "error R303" in fit("a.npy", "--out", "run").err


@pytest.mark.slow
def test_without_a_folder_a_new_one_is_named(fit, recording, tmp_path):
    ended = fit("a.npy", "--test", "b.npy", "--json", "--quiet")
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name.startswith("a-")
    assert json.loads(ended.out)["run"] == f"runs/{folder.name}"


@pytest.mark.slow
def test_missing_values_are_learned_around_and_filled(program, fit, recording, tmp_path):
    gaps = np.random.default_rng(0).random(recording.shape) < 0.2
    np.savetxt(tmp_path / "a.csv", np.where(gaps, np.nan, recording), delimiter=",", header="x,y", comments="")
    assert fit("a.csv", "--out", "run").code == 3
    ended = fit("a.csv", "--missing", "mask", "--out", "run", "--json", "--quiet")
    assert ended.code in (0, 4)
    records = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    assert len(records) == 2
    assert np.isfinite([record["loss"] for record in records]).all()
    error = json.loads(ended.out)["rows"][-1]["model"]
    assert np.isfinite(error["value"])
    assert error["n_used"] == (~gaps[-120 + 20 :]).sum()

    told = program("fill", "run", "a.csv", "--interval", "0.9", "--out", "b.csv")
    assert told.code == 0
    assert re.search(f"b.csv: 600 rows of 2 channels, [1-9]\\d* of {gaps.sum()} missing values filled", told.err)
    names, *rows = (tmp_path / "b.csv").read_text().splitlines()
    assert names == "time,x,x_low,x_high,y,y_low,y_high"
    table = np.array([row.split(",") for row in rows], float)[:, 1:].reshape(600, 2, 3)
    filled = table[gaps & np.isfinite(table[..., 0])]
    np.testing.assert_allclose(table[~gaps], recording[~gaps][:, None] * np.ones(3), atol=1e-8)
    assert (filled[:, 1] < filled[:, 2]).all()


@pytest.mark.slow
def test_a_driven_system_is_learned_with_its_input(program, fit, tmp_path):
    drive = np.random.default_rng(0).normal(size=600)
    x = np.zeros((600, 2))
    for t in range(1, 600):
        x[t] = 0.9 * x[t - 1] + 0.3 * x[t - 1, ::-1] * [1, -1] + [0, drive[t]]
    table = np.column_stack([x, drive])
    np.savetxt(tmp_path / "a.csv", table, delimiter=",", header="position,speed,force", comments="")
    ended = fit("a.csv", "--inputs", "for*", "--out", "run", "--json", "--quiet")
    assert ended.code in (0, 4)
    scores = {name: value for name, value in json.loads(ended.out).items() if name not in ("schema", "run", "restarts")}
    again = json.loads(program("evaluate", "run", "--json", "--quiet").out)
    assert {name: value for name, value in again.items() if name != "schema"} == scores
    assert scores["rows"][-1]["null"]["value"] < 1  # VAR sees the inputs, too
    told = program("simulate", "run")
    assert told.code == 3
    assert "error D122" in told.err
    assert "force" in told.err


def test_help_names_every_command(program):
    ended = program("--help")
    assert ended.code == 0
    assert all(
        command in ended.out
        for command in (
            "inspect",
            "fit",
            "resume",
            "evaluate",
            "analyze",
            "simulate",
            "forecast",
            "fill",
            "report",
            "doctor",
            "study",
        )
    )


@pytest.mark.slow
def test_the_doctor_finds_this_installation_well(program):
    ended = program("doctor", "--json")
    findings = json.loads(ended.out)["checks"]
    assert ended.code == 0
    told = {finding["what"]: finding["detail"] for finding in findings}
    assert {"versions", "device", "float64", "training", *(registry.noun for registry in ALL)} == set(told)
    assert "almost-linear (almost-linear RNN)" in told["dynamics"]
    assert all(finding["ok"] for finding in findings)


def test_the_doctor_describes_what_can_be_chosen(program):
    ended = program("doctor", "forcings")
    assert ended.code == 0
    assert "generalized: GTF\n" in ended.out
    assert "reference: Hess, " in ended.out
    assert "    alpha = 0.125  Forcing strength" in ended.out
    unknown = program("doctor", "forcing")
    assert (unknown.code, "C516" in unknown.err) == (2, True)
