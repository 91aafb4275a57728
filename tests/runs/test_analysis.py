import json

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from attrax import ConfigError, save_model
from attrax.reconstruct.settings.configuration import configure
from attrax.registries import ANALYSES
from attrax.runs.analysis import analyze
from attrax.runs.folder import Run


def short(source, out, *only, order=2):
    found = analyze(source, order=order, steps=1600, budget=4000, only=only, quiet=True)
    found.save(out, quiet=True)
    return found


@pytest.fixture
def model_file(tmp_path, make_model):
    save_model(make_model(), tmp_path / "m.safetensors")
    return tmp_path / "m.safetensors"


@pytest.fixture
def exploding(tmp_path, make_model):
    """The file of a model whose states grow eightfold in every step."""
    model = make_model(dynamics={"kind": "shallow", "bounded": False})
    grow = eqx.tree_at(lambda m: m.dynamics.diagonal.entries, model, jnp.full(3, 8.0))
    save_model(grow, tmp_path / "e.safetensors")
    return tmp_path / "e.safetensors"


@pytest.mark.slow
def test_structure_is_written_and_drawn(model_file, tmp_path):
    found = short(model_file, tmp_path / "out", "fixed_points", "cycles")
    assert [finding.name for finding in found.findings] == ["fixed_points", "cycles"]
    written = {path.stem: json.loads(path.read_text()) for path in (tmp_path / "out" / "analysis").iterdir()}
    assert written == found.as_json()
    points = written["fixed_points"]
    assert points["exhaustive"]
    assert len(points["x"]) == len(points["z"]) == len(points["kind"]) > 0
    assert max(points["residual"]) < 1e-9
    assert [entry["order"] for entry in written["cycles"]["orders"]] == [2]
    assert (tmp_path / "out" / "figures" / "fixed_points.png").is_file()


def test_what_diverges_is_told_in_a_sentence(exploding, tmp_path):
    found = short(exploding, tmp_path / "out", "orbit", "lyapunov", "regions", "attractors")
    told = found.as_json()
    assert {entry["result"] for entry in told.values()} == {"DIVERGED"}
    assert all("diverged" in entry["message"] for entry in told.values())
    assert told["lyapunov"]["exponents"] == [None] * 3
    assert not list((tmp_path / "out" / "figures").iterdir())


def test_what_has_no_meaning_is_left_out(capsys):
    found = analyze("logistic", only=("regions", "truth", "energy", "topology"), order=2, steps=1600, budget=512)
    assert found.findings == ()
    told = capsys.readouterr().err
    assert "not piecewise linear" in told
    assert "not made by a built-in system" in told
    assert "the dynamics has no energy" in told
    assert "no recording of it with 200 rows" in told


def test_the_energy_of_a_hamiltonian_model_oscillates_and_has_no_trend(tmp_path, make_model):
    save_model(make_model(dynamics={"kind": "hamiltonian", "hidden_dim": 4}, latent_dim=4), tmp_path / "m.safetensors")
    told = short(tmp_path / "m.safetensors", tmp_path / "out", "energy").as_json()["energy"]
    assert told["result"] == "SUCCESSFUL"
    assert told["steps"] == 20_000
    assert abs(told["drift"]) < 1e-4
    assert 0 < told["excursion"] < 0.01 * told["scale"]
    assert "mean kinetic energy" in ANALYSES.spec("energy").texts(told)[0]


def test_the_evaluations_of_a_neural_differential_equation_are_counted(tmp_path, make_model):
    save_model(make_model(dynamics={"kind": "neural-ode", "hidden_dim": 4}, latent_dim=3), tmp_path / "m.safetensors")
    told = short(tmp_path / "m.safetensors", tmp_path / "out", "evaluations").as_json()["evaluations"]
    assert told["result"] == "SUCCESSFUL"
    assert 7 <= told["mean"] <= told["largest"]
    assert "evaluations of the vector field" in ANALYSES.spec("evaluations").texts(told)[0]


def test_a_model_that_is_not_reconstructed_says_so_first(tmp_path, make_model, capsys):
    np.save(tmp_path / "x.npy", np.random.default_rng(0).normal(size=(200, 3)))
    data = {"source": [str(tmp_path / "x.npy")]}
    run = Run.create(tmp_path / "run", configure(overrides={"data": data, "train": {"window": 10}}), data={})
    save_model(make_model(), run.model_path, {"seed": 0})
    for seed in (0, 1):
        save_model(make_model(seed=seed), run.restart_path(seed), {"seed": seed})
    run.save_scores({"verdict": "PARTLY"})
    found = analyze(run.path, only=("lyapunov",), steps=1600)
    assert "PARTLY" in capsys.readouterr().err.splitlines()[0]
    assert repr(found).startswith("WARNING: the verdict is PARTLY")
    written = found.as_json()["lyapunov"]
    assert next(iter(written)) == "warning"
    assert list(written["spread"]["other_restarts"]) == ["1"]
    assert "between 16 free runs" in str(found["lyapunov"].lines)
    assert "between 2 restarts" in str(found["lyapunov"].lines)
    assert all("PARTLY" in figure.title for figure in found["lyapunov"].figures)


@pytest.mark.slow
def test_the_koopman_spectrum_is_shown_beside_that_of_the_recording(tmp_path, make_model, capsys):
    x = np.cos(0.2 * np.arange(400)[:, None] + [0.0, 1.0, 2.0])
    np.save(tmp_path / "x.npy", x)
    data = {"source": [str(tmp_path / "x.npy")]}
    run = Run.create(tmp_path / "run", configure(overrides={"data": data, "train": {"window": 10}}), data={})
    save_model(make_model(), run.model_path)
    found = analyze(run.path, only=("orbit",), also=("koopman",), dictionary="polynomial", functions=4)
    facts = found.as_json()["koopman"]
    assert list(facts["spectra"]) == ["recording", "model"]
    recorded = facts["spectra"]["recording"]
    assert recorded["error_bound"] < 1e-6
    assert len(recorded["verified"]) == len(facts["model_at_recording"]) == 3
    angle = max(np.angle(complex(*z)) for z in recorded["verified"])
    assert angle == pytest.approx(0.2 * facts["every"], abs=1e-6)
    assert "verified values" in capsys.readouterr().err
    spec = ANALYSES.spec("koopman")
    assert spec.table(facts).rows[0][0] == "recording 1"
    assert "at the verified values of the recording" in spec.texts(facts)[-1].lower()


@pytest.mark.slow
def test_pieces_and_holes_are_compared_with_those_of_the_recording(tmp_path, make_model, capsys):
    pytest.importorskip("gudhi")
    x = np.cos(0.2 * np.arange(600)[:, None] + [0.0, 1.0, 2.0])
    np.save(tmp_path / "x.npy", x)
    data = {"source": [str(tmp_path / "x.npy")]}
    run = Run.create(tmp_path / "run", configure(overrides={"data": data, "train": {"window": 10}}), data={})
    save_model(make_model(), run.model_path)
    found = analyze(run.path, only=("topology",))
    facts = found.as_json()["topology"]
    scores = facts["scores"]
    assert scores["floor"]["value"] < 0.1 < scores["model"]["value"]
    assert all(score["protocol"] == scores["model"]["protocol"] for score in scores.values())
    assert facts["counts"]["recording"]["loops"][15] == pytest.approx(1.0)
    assert facts["figures"] == ["topology"]
    assert "D_top" in capsys.readouterr().err
    spec = ANALYSES.spec("topology")
    assert spec.table(facts).columns[1] == "pieces, recording"
    assert "Topological distance" in spec.texts(facts)[0]


def test_a_name_that_is_no_analysis_is_answered(tmp_path):
    with pytest.raises(ConfigError, match="C512"):
        short("henon", tmp_path / "out", "lyapunov", "fixpoints")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_model_is_compared_with_the_system_behind_its_recording(tmp_path, make_model):
    data = {"source": ["lorenz63"], "steps": 300}
    run = Run.create(tmp_path / "run", configure(overrides={"data": data, "train": {"window": 10}}), data={})
    save_model(make_model(), run.model_path)
    found = short(run.path, None).as_json()
    assert set(found) == {name for name, spec in ANALYSES.specs().items() if not spec.on_request} - {"energy"}
    assert found["truth"]["system"] == "lorenz63"
    assert len(found["truth"]["fixed_points"]["truth"]) == 3
    assert (run.path / "analysis" / "truth.json").is_file()
    assert (run.path / "figures" / "lyapunov.svg").is_file()


def test_a_seed_that_would_be_another_one_is_refused():
    with pytest.raises(ConfigError, match=r"C518[\s\S]*seed="):
        analyze("henon", only=["lyapunov"], seed=2**32, quiet=True)
