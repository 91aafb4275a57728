"""Analyses take a model as well as its dynamics, and a fit gives what they find in the units of the data."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import attrax

KEY = jax.random.key(0)
Z = jnp.full(3, 0.1)

ANALYSES = {
    "lyapunov_spectrum": lambda map_: attrax.lyapunov_spectrum(map_, Z, 200, transient=10).exponents,
    "fixed_points": lambda map_: attrax.fixed_points(map_, budget=500, key=KEY).z,
    "cycles": lambda map_: attrax.cycles(map_, 2, budget=500, key=KEY).z,
    "regions": lambda map_: attrax.regions(map_, Z, 200, transient=10, samples=100, key=KEY).occupation,
    "attractors": lambda map_: attrax.attractors(map_, Z[None], 500, transient=500).found[0].exponent,
    "manifolds": lambda map_: attrax.manifolds(map_, np.zeros((1, 3)), rounds=1, key=KEY).eigenvalues,
}


@pytest.mark.parametrize("name", ANALYSES)
def test_a_model_is_analyzed_like_its_dynamics(make_model, name):
    model = make_model()
    of_model, of_dynamics = ANALYSES[name](model), ANALYSES[name](model.dynamics)
    np.testing.assert_array_equal(of_model, of_dynamics)


@pytest.fixture(scope="module")
def fit(henon_fit):
    return henon_fit


def test_fixed_points_of_a_fit_are_in_the_units_of_the_data(fit):
    found = fit.analyze(only=["fixed_points"], budget=1000, quiet=True)["fixed_points"].facts
    assert len(found["x"]) > 0
    np.testing.assert_allclose(found["x"], fit.model.observe(np.array(found["z"])))
    point = jnp.asarray(found["z"][0], jnp.float32)
    np.testing.assert_allclose(fit.model.dynamics.step(point), point, rtol=1e-4, atol=1e-4)


def test_everything_that_has_a_map_is_analyzed(fit, tmp_path):
    folder = fit.save(tmp_path / "run")
    sources = (fit, folder, str(folder), fit.model, fit.model.dynamics, attrax.systems.find("henon"))
    names = [attrax.analyze(source, only=["orbit"], quiet=True).name for source in sources]
    assert names == ["data", "run", "run", "model", "ClippedShallowPLRNN", "henon"]
    with pytest.raises(attrax.ConfigError, match="C585"):
        attrax.analyze(3.0)


def test_the_run_of_an_array_is_analyzed_without_the_array(fit, tmp_path):
    opened = attrax.open_run(fit.save(tmp_path / "run"))
    found = opened.analyze(only=["orbit"], quiet=True)
    path = found.save(quiet=True)
    assert path == tmp_path / "run"
    assert (path / "analysis" / "orbit.json").is_file()
    assert eqx.tree_equal(opened.model, fit.model)
    assert "Analysis of run" in repr(found)
    with pytest.raises(KeyError, match="orbit"):
        found["cycles"]
