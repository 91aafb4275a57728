import json

import numpy as np
import pytest

SHORT = ("--steps", "1000", "--quiet")


def test_a_system_is_analyzed(program, tmp_path):
    ended = program("analyze", "henon", "--only", "lyapunov,orbit", "--steps", "2000", "--json")
    assert ended.code == 0
    told = json.loads(ended.out)
    assert told["folder"] == "henon-analysis"
    assert told["lyapunov"]["result"] == "SUCCESSFUL"
    assert 0.3 < told["lyapunov"]["exponents"][0] < 0.5
    written = json.loads((tmp_path / "henon-analysis" / "analysis" / "lyapunov.json").read_text())
    assert written == told["lyapunov"]
    names = {path.name for path in (tmp_path / "henon-analysis" / "figures").iterdir()}
    assert names == {f"{name}.{kind}" for name in ("lyapunov", "attractor") for kind in ("png", "svg", "pdf", "csv")}
    assert "chaotic" in ended.err


def test_the_koopman_spectrum_is_made_on_request(program, monkeypatch):
    for place in ("attrax.runs.figure_files", "attrax.runs.analysis"):
        monkeypatch.setattr(f"{place}.write_figures", lambda *_, **__: ())
    ended = program("analyze", "henon", "--only", "orbit", "--koopman", "--functions", "6", "--json")
    told = json.loads(ended.out)
    assert told["koopman"]["figures"] == ["koopman"]
    assert told["koopman"]["functions"] == 6
    assert told["koopman"]["spectra"]["model"]["verified"][0] == pytest.approx([1.0, 0.0])


@pytest.mark.slow
def test_the_report_of_a_run_is_made_again_if_it_has_one(fit, program, tmp_path, henon, monkeypatch):
    for place in ("attrax.runs.figure_files", "attrax.runs.analysis"):
        monkeypatch.setattr(f"{place}.write_figures", lambda *_, **__: ())
    np.save(tmp_path / "x.npy", henon)
    fit("x.npy", "--out", "run")
    page = tmp_path / "run" / "report.html"
    assert program("analyze", "run", "--only", "orbit", *SHORT).code == 0
    assert not page.exists()
    page.write_text("old")
    told = program("analyze", "run", "--only", "lyapunov", "--steps", "1000", "--json")
    assert json.loads(told.out)["lyapunov"]["result"]
    assert "run/report.html" in told.err
    assert "Lyapunov exponents" in page.read_text(encoding="utf-8")


def test_quiet_says_nothing(program):
    assert program("analyze", "logistic", "--only", "lyapunov", *SHORT) == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code", "told"),
    [
        (("empty",), 2, "R302", "empty"),
        (("runs/nowhere",), 2, "R302", "runs/nowhere"),
        (("a.safetensors",), 2, "M402", "a.safetensors"),
        (("lorens63",), 3, "D120", "lorenz63"),
        (("lorenz63", "--only", "lyapunof"), 2, "C512", "--only lyapunov"),
        (("lorenz63", "--koopman", "--dictionary", "radiul"), 2, "C512", "--dictionary radial"),
    ],
)
def test_bad_input_is_answered(program, tmp_path, arguments, exit_code, code, told):
    (tmp_path / "empty").mkdir()
    ended = program("analyze", *arguments)
    assert ended.code == exit_code
    assert ended.err.startswith(f"error {code}")
    assert told in ended.err
    assert not [path for path in tmp_path.iterdir() if path.name != "empty"]


def test_a_folder_that_cannot_be_written_is_answered(program, tmp_path):
    (tmp_path / "taken").write_text("")
    ended = program("analyze", "henon", "--only", "lyapunov", *SHORT, "--out", "taken")
    assert ended.code == 2
    assert ended.err.startswith("error R304")


def test_impossible_numbers_are_answered(program):
    for option, value in (("--order", "1"), ("--steps", "5"), ("--seed", "-1")):
        assert program("analyze", "henon", option, value).code == 2
