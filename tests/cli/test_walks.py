"""Six users, each with the commands of the README and of the site only, from a recording to an answer.

A walk stumbles where a command fails, shows a traceback, or ends without saying what to do next. Trainings are cut
short, because the way is tested, not what is learned.
"""

import re

import numpy as np
import pytest

import attrax

SHORT = ["--updates", 40, "--restarts", 2, "--set", "train.chunk=20", "--set", "train.candidates=1"]
SHORT += ["--set", "evaluate.starts=2", "--alpha", 0.125]
SETTINGS = {"train": {"updates": 40, "restarts": 2, "chunk": 20, "candidates": 1}, "evaluate": {"starts": 2}}
DONE = {0, 4}
"""Exit codes of commands that did what they were asked for; 4 says that the model is no reconstruction."""

pytestmark = pytest.mark.slow


@pytest.fixture
def ecg(tmp_path):
    """Twenty seconds of a heart in a table, the time in its first column."""
    t = 0.01 * np.arange(2_000)
    phase = 2 * np.pi * (1.1 * t + 0.05 * np.sin(0.7 * t))
    beat = np.exp(8 * (np.cos(phase) - 1)) + 0.3 * np.exp(4 * (np.cos(phase - 1.5) - 1))
    noisy = beat + 0.01 * np.random.default_rng(0).standard_normal(len(t))
    np.savetxt(tmp_path / "ecg.csv", np.column_stack([t, noisy]), delimiter=",", header="time,voltage", comments="")


@pytest.fixture
def walk(program):
    """Run commands one after the other; each must do what it says."""

    def follow(*lines):
        told = []
        for line in lines:
            ended = program(*line.split()[1:], *(SHORT if line.startswith("attrax fit") else []))
            assert ended.code in DONE, (line, ended.err)
            assert "Traceback" not in ended.err, line
            told.append(ended.out + ended.err)
        return told

    return follow


@pytest.mark.usefixtures("ecg")
def test_a_neuroscientist_with_an_ecg(walk, tmp_path, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda address: True)
    inspected, fitted, _, analyzed, forecast, _ = walk(
        "attrax inspect ecg.csv",
        "attrax fit ecg.csv",
        "attrax open latest",
        "attrax analyze latest --only lyapunov --steps 2000",
        "attrax forecast latest --steps 500 --out forecast.csv",
        "attrax report latest",
    )
    assert "attrax fit ecg.csv" in inspected
    assert re.search(r"VERDICT +(RECONSTRUCTED|PARTLY|NOT RECONSTRUCTED|LINEAR IS ENOUGH)", fitted)
    assert "report.html" in fitted
    assert "exponent" in analyzed
    assert "forecast.csv" in forecast
    assert len((tmp_path / "forecast.csv").read_text().splitlines()) == 501


@pytest.mark.usefixtures("ecg")
def test_a_student_in_a_notebook(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    fit = attrax.fit("ecg.csv", seed=0, settings=SETTINGS, quiet=True)
    assert str(fit.verdict.outcome) in fit._repr_html_()
    assert len(repr(fit).splitlines()) < 30
    assert len(fit.forecast(500)) == 500
    assert fit.plot_attractor()._repr_html_().startswith("<img")
    assert fit.report("report.html").is_file()
    fit.save("runs/ecg")
    assert attrax.open_run("runs/ecg").verdict == fit.verdict


def test_a_climate_scientist_with_a_netcdf_file(walk, tmp_path):
    xr = pytest.importorskip("xarray", reason="NetCDF files need the extra io")
    t = 0.1 * np.arange(1_200)
    waves = np.stack([np.sin(t), np.cos(0.7 * t), np.sin(1.9 * t)], axis=1)
    weights = np.random.default_rng(0).normal(size=(3, 4, 5))
    field = np.einsum("tk,kyx->tyx", waves, weights)
    coordinates = {"time": t, "lat": np.linspace(20, 70, 4), "lon": np.linspace(0, 340, 5)}
    array = xr.DataArray(field, dims=("time", "lat", "lon"), coords=coordinates, name="temperature")
    array.to_dataset().to_netcdf(tmp_path / "temperature.nc", engine="h5netcdf")
    inspected, fitted, forecast = walk(
        "attrax inspect temperature.nc --stack lat,lon --pca 3",
        "attrax fit temperature.nc --stack lat,lon --pca 3",
        "attrax forecast latest --steps 20 --out next.csv",
    )
    assert "--stack lat,lon --pca 3" in inspected
    assert "VERDICT" in fitted
    assert "20 steps, 20 columns" in forecast


def test_a_lab_with_a_cluster(walk, tmp_path):
    text = """
seeds = 2
[data]
henon = { source = "henon", steps = 600 }
[base]
train = { updates = 20, restarts = 1, chunk = 10, candidates = 1, window = 20 }
evaluate = { starts = 2 }
[grid]
"model.dynamics.hidden_dim" = [4, 8]
"""
    (tmp_path / "sweep.toml").write_text(text)
    planned, done, again, status = walk(
        "attrax sweep sweep.toml --dry-run",
        "attrax sweep sweep.toml --workers 1",
        "attrax sweep sweep.toml --workers 1",
        "attrax sweep sweep.toml --status",
    )
    assert "4" in planned
    assert "sweeps/sweep" in done
    assert again.count("4")
    assert "hidden" in status


def test_a_methods_researcher_with_a_dynamics_of_her_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    import equinox as eqx
    import jax
    import jax.numpy as jnp

    class Sigmoid(attrax.core.AbstractDynamics):
        W1: jax.Array
        W2: jax.Array
        dt: float = eqx.field(static=True, default=1.0)

        @property
        def latent_dim(self):
            return self.W1.shape[0]

        @property
        def input_dim(self):
            return 0

        def step(self, z, s=None):
            return z + self.W1 @ jnp.tanh(self.W2 @ z)

        def jacobian(self, z, s=None):
            return jax.jacfwd(self.step)(z)

    k1, k2 = jax.random.split(jax.random.key(0))
    mine = Sigmoid(0.1 * jax.random.normal(k1, (3, 30)), jax.random.normal(k2, (30, 3)))
    attrax.testing.check_dynamics(mine, key=jax.random.key(1))
    x = np.sin(0.1 * np.arange(1_500)[:, None] + np.arange(3))
    fit = attrax.fit(x, dynamics=mine, settings=SETTINGS, quiet=True)
    assert type(fit.model.dynamics) is Sigmoid
    assert fit.verdict.rows


def test_a_teacher_with_known_systems(walk, tmp_path):
    facts, *_, drawn, analyzed = walk(
        "attrax systems lorenz63",
        "attrax systems henon --picture figures",
        "attrax record rossler --points 2000 --noise 0.05 --out rossler.csv",
        "attrax bifurcation logistic r=2.8:4 --values 12 --out diagram",
        "attrax analyze henon --only fixed_points",
    )
    assert "Lorenz" in facts
    assert "exponent" in facts
    assert (tmp_path / "rossler.csv").is_file()
    assert list((tmp_path / "figures").glob("*.png"))
    assert "diagram" in drawn
    assert "saddle" in analyzed
