import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax import ConfigError
from attrax.analysis import AttractorKind, attractors, starts_in_box
from attrax.core.dynamics import AbstractDynamics, TimeMap
from attrax.core.result import Result
from attrax.systems import Henon, Logistic, Lorenz63, Rossler

KEY = jax.random.key(0)
UNIT = starts_in_box(np.array([0.01]), np.array([0.99]), 30, key=KEY)
PLANE = starts_in_box(np.array([-1.5, -1.0]), np.array([1.5, 1.0]), 30, key=KEY)


def cubic(z):
    """Attracting at -1 and 1, from either side of 0."""
    return z + 0.2 * (z - z**3)


def creep(z):
    """A fixed point has just vanished at 0: orbits creep through and leave for a fixed point near 2."""
    return jnp.where(z < 1, z + 1e-9 + 1e-3 * z**2, 0.5 * z + 1)


class TwoTents(AbstractDynamics):
    """Chaos on [0, 1] and, apart from it, on [2, 3]."""

    dt: float = eqx.field(static=True, default=0.5)
    latent_dim = 1
    input_dim = 0

    def step(self, z, s=None):
        base = jnp.where(z > 1.5, 2.0, 0.0)
        x = z - base
        return base + jnp.where(x < 0.45, x / 0.45, (1 - x) / 0.55)

    def jacobian(self, z, s=None):
        return jax.jacfwd(self.step)(z)


def only(found):
    assert found.result is Result.SUCCESSFUL
    assert len(found.found) == 1
    assert not found.multistable
    assert (found.membership == 0).all()
    return found.found[0]


@pytest.mark.parametrize(
    ("r", "kind", "order"),
    [(2.5, AttractorKind.FIXED_POINT, 1), (3.2, AttractorKind.CYCLE, 2), (3.83, AttractorKind.CYCLE, 3)],
)
def test_cycles_of_the_logistic_map(r, kind, order):
    attractor = only(attractors(Logistic(r), UNIT, 500))
    assert attractor.kind is kind
    assert attractor.z.shape == (order, 1)
    x = attractor.z[:, 0]
    np.testing.assert_allclose(r * x * (1 - x), np.roll(x, -1), atol=1e-12)
    np.testing.assert_allclose(attractor.exponent, np.log(np.abs(r * (1 - 2 * x))).mean(), atol=1e-9)
    assert attractor.share == 1
    assert attractor.interval[0] > 0.85


def test_a_cycle_longer_than_looked_for_is_left_undecided():
    assert only(attractors(Logistic(3.2), UNIT, 500, longest_cycle=1)).kind is AttractorKind.UNDECIDED


def test_chaos_of_the_logistic_map():
    attractor = only(attractors(Logistic(3.9), UNIT, 500))
    assert attractor.kind is AttractorKind.CHAOTIC
    np.testing.assert_allclose(attractor.exponent, 0.496, atol=0.02)


def test_chaos_of_the_henon_map_with_escapes():
    found = attractors(Henon(), PLANE, 500)
    assert [a.kind for a in found.found] == [AttractorKind.CHAOTIC]
    np.testing.assert_allclose(found.found[0].exponent, 0.419, atol=0.03)
    np.testing.assert_allclose(found.found[0].share, 1 - found.diverged.mean())
    assert 0.05 < found.diverged.mean() < 0.9
    np.testing.assert_array_equal(found.membership == -1, found.diverged)


def test_two_fixed_points_share_the_line(maps):
    starts = np.linspace(-1.5, 1.45, 40)[:, None]
    found = attractors(maps.Scalar(cubic), starts, 100)
    assert found.multistable
    assert {a.kind for a in found.found} == {AttractorKind.FIXED_POINT}
    np.testing.assert_allclose(sorted(float(a.z[0, 0]) for a in found.found), [-1, 1], atol=1e-12)
    np.testing.assert_array_equal([found.found[m].z[0, 0] > 0 for m in found.membership], starts[:, 0] > 0)
    for a in found.found:
        np.testing.assert_allclose(a.exponent, np.log(0.6), atol=1e-9)
        assert a.interval[0] < a.share < a.interval[1]


def test_transients_are_the_steps_until_a_run_is_near(maps):
    # From 1 + d the distance falls like d 0.6 ** t.
    found = attractors(maps.Scalar(lambda z: 1 + 0.6 * (z - 1)), np.array([[2.0], [1.1], [-1.0]]), 100)
    scale = np.std([2.0, 1.1, -1.0, 1, 1, 1])
    expected = [np.ceil(np.log(1e-3 * scale / d) / np.log(0.6)) for d in (1, 0.1, 2)]
    np.testing.assert_array_equal(found.transients, expected)
    assert found.found[0].transient == np.median(expected)


def test_two_chaotic_sets_are_kept_apart():
    starts = np.concatenate([UNIT, 2 + UNIT[:10]])
    found = attractors(TwoTents(), starts, 500)
    assert [a.kind for a in found.found] == [AttractorKind.CHAOTIC, AttractorKind.CHAOTIC]
    np.testing.assert_array_equal(found.membership, [0] * 30 + [1] * 10)
    entropy = -0.45 * np.log(0.45) - 0.55 * np.log(0.55)
    np.testing.assert_allclose([a.exponent for a in found.found], 2 * entropy, atol=0.02)


def test_a_turn_by_an_irrational_angle_is_quasi_periodic(maps):
    attractor = only(attractors(maps.Circle(1.0), PLANE[:5], 500))
    assert attractor.kind is AttractorKind.QUASIPERIODIC
    assert abs(attractor.exponent) < 1e-6
    np.testing.assert_allclose(np.linalg.norm(attractor.z, axis=1), 1, atol=1e-9)


def test_creeping_past_the_ghost_of_a_fixed_point_is_not_arriving(maps):
    # Near 0 a step is 1e-9, far below the tolerance.
    found = attractors(maps.Scalar(creep), np.array([[-0.01], [1.5], [1.6]]), 200, transient=100)
    assert found.result is Result.UNSETTLED
    np.testing.assert_array_equal(found.unsettled, [True, False, False])
    np.testing.assert_allclose(found.found[0].z, [[2.0]], atol=1e-9)


def test_resting_on_a_saddle_is_not_arriving(maps):
    saddle = maps.Linear(np.diag([0.5, 1.001]))
    found = attractors(saddle, np.array([[1.0, 1e-9], [2.0, 0.0]]), 100, transient=100)
    assert found.found == ()
    assert found.unsettled.all()


def test_drifting_off_slowly_is_not_arriving(maps):
    found = attractors(maps.Scalar(lambda z: z + 0.01), np.array([[0.0], [1.0]]), 100)
    assert found.result is Result.UNSETTLED
    assert found.unsettled.all()


@pytest.mark.slow
def test_a_slow_spiral_is_one_fixed_point_and_no_cycle(maps):
    # The slower one flips its side at every step: what returns is the second image.
    for eigenvalue in (0.9995, -0.9995):
        found = attractors(
            maps.Linear(np.diag([eigenvalue, 0.1])), np.array([[1.0, 1.0], [0.3, -2.0]]), 200, transient=20_000
        )
        attractor = only(found)
        assert attractor.kind is AttractorKind.FIXED_POINT
        np.testing.assert_allclose(attractor.exponent, np.log(0.9995), rtol=1e-6)


def test_a_slow_spiral_is_recognized_before_it_has_arrived(maps):
    # The distance falls by half in 700 steps.
    c, d = 0.999 * np.cos(0.7), 0.999 * np.sin(0.7)
    spiral = maps.Linear(np.array([[c, -d], [d, c]]))
    found = attractors(spiral, np.array([[1.0, 1.0], [0.3, -2.0]]), 400, transient=0)
    attractor = only(found)
    np.testing.assert_array_equal(found.transients, [-1, -1])
    assert np.isnan(attractor.transient)
    assert attractor.kind is AttractorKind.FIXED_POINT
    np.testing.assert_allclose(attractor.z, [[0, 0]], atol=1e-12)


@pytest.mark.slow
def test_lorenz63_between_24_06_and_24_74_has_chaos_and_two_fixed_points():
    # The subcritical Hopf bifurcation of the wing centers is at 24.74; chaos attracts from 24.06 on.
    starts = starts_in_box(np.array([-20.0, -25.0, 1.0]), np.array([20.0, 25.0, 45.0]), 60, key=jax.random.key(1))
    flow = Lorenz63(rho=24.4)
    found = attractors(TimeMap(flow, 0.05), starts, 1000, transient=6000)
    assert [a.kind for a in found.found] == [AttractorKind.CHAOTIC] + 2 * [AttractorKind.FIXED_POINT]
    centers = sorted((a.z[0] for a in found.found[1:]), key=lambda z: z[0])
    np.testing.assert_allclose(centers, flow.fixed_points()[[2, 1]], atol=1e-6)


@pytest.mark.slow
def test_a_limit_cycle_of_a_flow_is_a_closed_curve_of_its_map():
    starts = np.array([[1.0, 1.0, 0.0], [-1.0, 2.0, 0.5]])
    attractor = only(attractors(TimeMap(Rossler(c=2.5), 0.2), starts, 500, transient=2000))
    assert attractor.kind is AttractorKind.QUASIPERIODIC


def test_divergence_of_all_runs_is_told(maps):
    found = attractors(maps.Linear(np.diag([1.1])), np.array([[1.0], [2.0]]), 100)
    assert found.result is Result.DIVERGED
    assert found.found == ()
    assert found.diverged.all()


def test_runs_do_not_depend_on_each_other_in_groups_of_any_size():
    many = attractors(Logistic(3.2), np.tile(UNIT, (3, 1)), 100)
    assert len(many.found) == 1
    np.testing.assert_array_equal(many.transients[:30], many.transients[60:])


def test_progress_ends_at_the_total():
    calls = []
    attractors(Logistic(3.2), np.tile(UNIT, (3, 1)), 100, progress=lambda *c: calls.append(c))
    assert calls[-1][0] == calls[-1][1]
    assert len(calls) >= 2


@pytest.mark.parametrize("settings", [{"n": 99}, {"n": 100, "transient": -1}, {"n": 100, "longest_cycle": 0}])
def test_impossible_settings_are_refused(settings):
    with pytest.raises(ConfigError, match="C531"):
        attractors(Logistic(3.2), UNIT, **settings)
