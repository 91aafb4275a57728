"""The catalogue from the command line: the list, a page, a recording, and everything that can be typed wrongly."""

import json

import numpy as np
import pytest

import attrax
from attrax.systems import names


def test_the_list_has_a_line_for_every_system(program):
    ended = program("systems")
    assert ended.code == 0
    header, *lines = ended.out.splitlines()
    assert header.split() == ["name", "dim", "domain", "period", "exponent", "source"]
    assert [line.split()[0] for line in lines[: len(names())]] == list(names())
    assert next(line for line in lines if line.startswith("mackey_glass")).split()[1] == "∞"
    climate = program("systems", "--domain", "climate").out
    assert "lorenz63" in climate
    assert "rossler" not in climate


def test_the_list_as_json_holds_the_same(program):
    listed = json.loads(program("systems", "--json").out)["systems"]
    assert [line["name"] for line in listed] == list(names())
    lorenz = listed[0]
    assert (lorenz["dimension"], lorenz["domain"], lorenz["period"]) == (3, "climate", 1.5008)
    assert lorenz["citation"].startswith("Lorenz (1963)")


def test_a_page_shows_equations_parameters_and_both_sets_of_numbers(program):
    out = program("systems", "sprott_g").out
    for text in ("dx/dt = a * x + z", "a = 0.4", "Sprott (1994)", "measured", "published", "differs"):
        assert text in out
    [facts] = json.loads(program("systems", "duffing", "--json").out)["systems"]
    assert facts["channels"] == ["x", "y", "cos_z", "sin_z"]
    assert facts["parameters"]["gamma"] == 0.35
    assert facts["equations"][0] == "dx/dt = y"


@pytest.mark.parametrize("name", ["lorenz63", "logistic"])
def test_a_system_with_a_class_of_its_own_has_a_page_too(program, name):
    [facts] = json.loads(program("systems", name, "--json").out)["systems"]
    assert facts["equations"]
    assert set(facts["parameters"]) <= {"sigma", "rho", "beta", "r"}


def test_a_recording_can_be_read_back(program, tmp_path):
    ended = program("record", "henon", "--points", 300, "--noise", 0.05, "--out", "h.csv")
    assert ended.code == 0
    assert "300 rows, 2 channels, dt 1" in ended.err
    series = attrax.load(tmp_path / "h.csv")[0]
    assert (series.channels, series.dt, len(series)) == (("x", "y"), 1.0, 300)
    program("record", "henon", "--points", 300, "--noise", 0.05, "--out", "h.parquet")
    program("record", "henon", "--points", 300, "--noise", 0.05, "--out", "h.npy")
    exact = np.load(tmp_path / "h.npy")
    np.testing.assert_array_equal(attrax.load(tmp_path / "h.parquet")[0].x, exact)
    np.testing.assert_allclose(series.x, exact, rtol=1e-8)


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (("systems", "lorens63"), 3, "D120"),
        (("record", "lorens63"), 3, "D120"),
        (("record",), 2, "C575"),
        (("record", "henon", "--out", "h.xlsx"), 2, "C507"),
        (("record", "henon", "--per-period", "100"), 2, "C572"),
        (("record", "lorenz63", "--per-period", "100", "--dt", "0.1"), 2, "C571"),
        (("analyze", "mackey_glass"), 2, "R321"),
    ],
)
def test_what_is_typed_wrongly_is_explained(program, arguments, exit_code, code):
    ended = program(*arguments)
    assert ended.code == exit_code
    # A line before it may say what the command was about to do.
    assert any(line.startswith(f"error {code}") for line in ended.err.splitlines()[:2])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "options"),
    [("chen", ()), ("duffing", ()), ("tent", ()), ("mackey_glass", ("--embed", "auto")), ("double_pendulum", ())],
)
def test_every_kind_of_system_can_be_fitted_and_analyzed(fit, program, name, options):
    ended = fit(name, "--set", "data.steps=6000", "--out", "run", *options)
    assert ended.code in (0, 4), ended.err
    ended = program("analyze", "run", "--only", "lyapunov,truth", "--steps", "1000", "--quiet")
    assert ended.code == 0, ended.err


@pytest.mark.slow
def test_a_page_comes_with_a_picture(program, tmp_path):
    assert program("systems", "halvorsen", "--picture", "pictures").code == 0
    assert (tmp_path / "pictures" / "halvorsen.png").stat().st_size > 10_000
