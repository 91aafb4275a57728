"""Recordings: bits that follow from the key, noise of the stated size, and agreement with a published recording."""

from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

from attrax import ConfigError, DataError
from attrax.systems import Logistic, Oscillator, find, record, record_ensemble

PUBLISHED = Path(__file__).parents[2].parent / "shared" / "data" / "lorenz63_test.npy"


@pytest.mark.parametrize("name", ["lorenz63", "henon"])
def test_a_recording_is_float64_with_the_names_and_clock_of_the_system(name):
    system = find(name)
    (series,) = record(system, 200, key=jax.random.key(0))
    assert series.x.shape == (200, len(system.channels))
    assert series.x.dtype == np.float64
    assert (series.dt, series.channels) == (system.dt, system.channels)


@pytest.mark.parametrize("name", ["lorenz63", "henon"])
def test_every_bit_follows_from_the_key(name):
    first, again, other = (record(find(name), 200, noise=0.1, key=jax.random.key(k)) for k in (3, 3, 4))
    assert first.sha256 == again.sha256 != other.sha256


def test_different_keys_give_unrelated_orbits():
    a, b = (record(find("henon"), 50_000, key=jax.random.key(k))[0].x[:, 0] for k in (0, 1))
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.05


def test_rows_are_one_step_of_dt_apart():
    system = replace(find("oscillator"), dynamics=Oscillator(omega=2 * np.pi, gamma=0.0))
    x = record(system, 9, dt=0.25, key=jax.random.key(0))[0].x
    np.testing.assert_allclose(x[2:], -x[:-2], atol=1e-7)
    np.testing.assert_allclose(x[4:], x[:-4], atol=1e-7)


def test_noise_has_the_stated_size_in_every_channel():
    clean, noisy = (record(find("henon"), 50_000, noise=e, key=jax.random.key(0))[0].x for e in (0.0, 0.05))
    error = noisy - clean
    np.testing.assert_allclose(error.std(axis=0) / clean.std(axis=0), 0.05, rtol=0.02)
    assert abs(np.corrcoef(error.T)[0, 1]) < 0.02


def test_the_transient_is_dropped():
    late = record(find("henon"), 100, transient=20.0, key=jax.random.key(0))[0].x
    early = record(find("henon"), 120, transient=0.0, key=jax.random.key(0))[0].x
    np.testing.assert_array_equal(late, early[20:])


def test_the_logistic_map_visits_its_invariant_density():
    x = record(find("logistic"), 100_000, key=jax.random.key(0))[0].x[:, 0]
    deciles = np.sin(np.pi / 2 * np.arange(0.1, 0.95, 0.1)) ** 2
    np.testing.assert_allclose(np.quantile(x, np.arange(0.1, 0.95, 0.1)), deciles, atol=0.01)


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs the published Lorenz-63 recording")
def test_lorenz63_agrees_with_the_published_recording():
    published = np.load(PUBLISHED).astype(np.float64)
    ours = record(find("lorenz63"), len(published), key=jax.random.key(0))[0].x
    ours = (ours - ours.mean(axis=0)) / ours.std(axis=0)
    np.testing.assert_allclose(np.corrcoef(ours.T), np.corrcoef(published.T), atol=0.02)
    speed = [np.diff(x, axis=0).std(axis=0) for x in (ours, published)]
    np.testing.assert_allclose(*speed, rtol=0.03)
    edges = np.linspace(-3, 3, 31)
    for mine, theirs in zip(ours.T, published.T, strict=True):
        p, q = (np.histogram(x, edges)[0] / len(x) for x in (mine, theirs))
        assert 0.5 * np.abs(p - q).sum() < 0.04


@pytest.mark.parametrize("setting", [{"n": 0}, {"noise": -0.1}, {"noise": np.nan}, {"transient": -1.0}, {"dt": -0.01}])
def test_impossible_settings_are_named(setting):
    with pytest.raises(ConfigError, match="C531") as caught:
        record(find("lorenz63"), **{"n": 10, "key": jax.random.key(0), **setting})
    assert next(iter(setting)) in caught.value.where


def test_an_orbit_that_escapes_is_an_error():
    with pytest.raises(DataError, match="D121"):
        record(replace(find("henon"), z0=(5.0, 5.0)), 10, key=jax.random.key(0))


def test_points_per_period_set_the_time_step():
    (series,) = record(find("lorenz63"), 10, points_per_period=20, transient=0.0, key=jax.random.key(0))
    assert series.dt == find("lorenz63").period / 20


@pytest.mark.parametrize(
    ("name", "settings", "code"),
    [
        ("lorenz63", {"dt": 0.1, "points_per_period": 20}, "C571"),
        ("henon", {"points_per_period": 20}, "C572"),
        ("lorenz63", {"points_per_period": 0}, "C531"),
    ],
)
def test_impossible_points_per_period_are_named(name, settings, code):
    with pytest.raises(ConfigError, match=code):
        record(find(name), 10, **settings, key=jax.random.key(0))


def test_a_phase_is_shown_as_cosine_and_sine():
    (series,) = record(find("chirikov"), 2000, key=jax.random.key(0))
    assert series.channels == ("cos_p", "sin_p", "cos_x", "sin_x")
    np.testing.assert_allclose(series.x[:, ::2] ** 2 + series.x[:, 1::2] ** 2, 1.0)


def test_an_ensemble_has_an_orbit_for_each_value_of_a_parameter():
    values = [2.0, 3.2, 4.0]
    many = record_ensemble(find("logistic"), 200, values=values, family=Logistic, key=jax.random.key(0))
    fixed, cycle, chaos = (series.x[:, 0] for series in many)
    np.testing.assert_allclose(fixed, 0.5, rtol=1e-12)
    np.testing.assert_allclose(cycle[2:], cycle[:-2], rtol=1e-9)
    assert abs(cycle[1] - cycle[0]) > 0.1
    assert len(np.unique(chaos.round(9))) == 200


def test_an_ensemble_without_a_family_starts_from_different_states():
    a, b = record_ensemble(find("henon"), 50, values=range(2), noise=0.1, key=jax.random.key(0))
    again, _ = record_ensemble(find("henon"), 50, values=range(2), noise=0.1, key=jax.random.key(0))
    np.testing.assert_array_equal(a.x, again.x)
    assert abs(a.x - b.x).max() > 0.1
    with pytest.raises(DataError, match="D121"):
        record_ensemble(replace(find("henon"), z0=(5.0, 5.0)), 10, values=range(2), key=jax.random.key(0))
