import types

import jax.numpy as jnp
import numpy as np

from attrax.analysis import compare, lyapunov_spectrum
from attrax.core.result import Result
from attrax.systems import Henon

T = np.array([[2.0, 1.0], [0.0, 0.5]])
Z0 = 0.1 * np.random.default_rng(0).normal(size=(3, 2))


def equilibria(henon):
    z = henon.fixed_points()
    J = np.array([[[-2 * henon.a * x, 1.0], [henon.b, 0.0]] for x in z[:, 0]])
    return types.SimpleNamespace(z=z, eigenvalues=np.linalg.eigvals(J).astype(complex))


def test_a_model_in_other_coordinates_is_as_good_as_the_truth(maps):
    truth = equilibria(Henon())
    extra = np.concatenate([truth.z[::-1], [[30.0, 0.0]]])
    mine = types.SimpleNamespace(
        z=extra @ T.T, eigenvalues=np.concatenate([truth.eigenvalues[::-1], np.ones((1, 2), complex)])
    )
    found = compare(
        maps.Conjugate(Henon(), T),
        Henon(),
        jnp.asarray(Z0 @ T.T),
        jnp.asarray(Z0),
        4000,
        observe=lambda z: z @ np.linalg.inv(T).T,
        fixed_points=(mine, truth),
    )
    assert found.result is Result.SUCCESSFUL
    assert (np.abs(found.exponent_errors) < 4 * found.exponent_error_bars).all()
    assert abs(found.dimension_error) < 0.02
    assert abs(found.entropy_error) < 0.03
    match = found.fixed_points
    assert match.pairs.tolist() == [[0, 1], [1, 0]]
    np.testing.assert_allclose(match.distances, 0, atol=1e-12)
    np.testing.assert_allclose(match.rate_errors, 0, atol=1e-12)
    assert match.extra.tolist() == [2]
    assert match.missing.tolist() == []


def test_a_wrong_model_is_told_by_how_much(maps):
    wrong, truth = Henon(a=1.2), Henon()
    z0 = jnp.asarray(Z0)
    found = compare(wrong, truth, z0, z0, 4000, fixed_points=(equilibria(wrong), equilibria(truth)))
    assert found.exponent_errors[0] < -4 * found.exponent_error_bars[0]
    assert found.entropy_error < 0
    match = found.fixed_points
    difference = wrong.fixed_points()[match.pairs[:, 0]] - truth.fixed_points()[match.pairs[:, 1]]
    # The standard deviations of the Henon attractor are 0.72 and 0.22.
    np.testing.assert_allclose(match.distances, np.linalg.norm(difference / [0.72, 0.216], axis=1), rtol=0.02)
    assert (np.abs(match.rate_errors) > 0.01).any()


def test_both_run_for_the_same_time(maps):
    slow, fast = maps.Linear(np.diag([0.25, 0.04]), dt=0.2), maps.Linear(np.diag([0.5, 0.2]), dt=0.1)
    found = compare(slow, fast, jnp.ones(2), jnp.ones(2), 200, transient=100)
    assert (found.model.n, found.truth.n, found.truth.transient) == (200, 400, 200)
    np.testing.assert_allclose(found.exponent_errors, 0, atol=1e-9)
    assert found.fixed_points is None


def test_a_model_of_more_dimensions_is_compared_as_far_as_the_truth_goes(maps):
    found = compare(maps.Linear(np.diag([0.5, 0.3])), maps.Linear(np.diag([0.5])), jnp.ones(2), jnp.ones(1), 100)
    np.testing.assert_allclose(found.exponent_errors, [0], atol=1e-9)


def test_a_diverging_model_is_told():
    found = compare(Henon(a=3.0), Henon(), 5 + jnp.asarray(Z0), jnp.asarray(Z0), 500)
    assert found.result is Result.DIVERGED
    assert np.isnan(found.exponent_errors).all()
    assert np.isfinite(found.truth.exponents).all()


def test_progress_ends_at_the_total(maps):
    calls = []
    linear = maps.Linear(np.diag([0.5, 0.3]))
    compare(linear, linear, jnp.ones(2), jnp.ones(2), 600, progress=lambda *c: calls.append(c))
    assert calls[-1] == (3200, 3200)
    assert (np.diff([done for done, _ in calls]) > 0).all()


def test_what_is_known_already_is_not_computed_again():
    truth, z0, calls = Henon(), jnp.asarray(Z0), []
    points = equilibria(truth), equilibria(truth)
    spectrum = lyapunov_spectrum(Henon(a=1.2), z0, 500)
    found = compare(
        Henon(a=1.2),
        truth,
        z0,
        z0,
        500,
        fixed_points=points,
        spectrum=spectrum,
        deviation=np.array([0.72, 0.216]),
        progress=lambda *count: calls.append(count),
    )
    assert found.model is spectrum
    assert calls[-1] == (1500, 1500)
    np.testing.assert_allclose(found.fixed_points.distances, 0, atol=1e-12)
