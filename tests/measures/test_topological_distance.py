import importlib.util
import time

import numpy as np
import pytest

from attrax import ConfigError, DataError
from attrax.measures import TopologicalDistance, ensemble_score, floor, persistence_layers
from attrax.measures.grading import near_floor

pytest.importorskip("gudhi")

SMALL = TopologicalDistance(landmarks=60, levels=(0.3, 1.0))


def circle(rows, radius=1.0, center=(0.0, 0.0)):
    angle = 2 * np.pi * np.random.default_rng(rows).uniform(size=rows)
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=1) + center


def torus(rows):
    u, v = 2 * np.pi * np.random.default_rng(0).uniform(size=(2, rows))
    return np.stack([(1 + 0.5 * np.cos(v)) * np.cos(u), (1 + 0.5 * np.cos(v)) * np.sin(u), 0.5 * np.sin(v)], axis=1)


def lorenz(rho, rows):
    """Recordings of the Lorenz system for several values of the parameter, one a value."""
    rho, h = np.asarray(rho), 0.01

    def rhs(z):
        return np.stack([10 * (z[1] - z[0]), z[0] * (rho - z[2]) - z[1], z[0] * z[1] - 8 / 3 * z[2]])

    z = np.random.default_rng(0).normal(size=(3, len(rho))) + np.array([[1.0], [1.0], [20.0]])
    states = []
    for _ in range(2 * (rows + 500)):
        a = rhs(z)
        b = rhs(z + h / 2 * a)
        c = rhs(z + h / 2 * b)
        z = z + h / 6 * (a + 2 * b + 2 * c + rhs(z + h * c))
        states.append(z)
    return np.array(states[1000::2]).transpose(2, 0, 1)


def moments(x, rows):
    """Independent Gaussian rows with the mean and the covariance of a recording."""
    return np.random.default_rng(0).multivariate_normal(x.mean(axis=0), np.cov(x.T), rows)


BETTI = {
    "circle": (circle(400), (1, 1)),
    "two circles": (np.concatenate([circle(300, 0.5, (-1, 0)), circle(301, 0.5, (1, 0))]), (2, 2)),
    "disc": (circle(800) * np.sqrt(np.random.default_rng(1).uniform(size=(800, 1))), (1, 0)),
    "eight": (np.concatenate([circle(300, 0.5, (-0.5, 0)), circle(301, 0.5, (0.5, 0))]), (1, 2)),
    "torus": (torus(3000), (1, 2, 1)),
}


@pytest.mark.parametrize("shape", BETTI)
def test_betti_numbers_are_known(shape):
    x, expected = BETTI[shape]
    measure = TopologicalDistance(
        landmarks=220 if len(expected) > 2 else 60,
        dimension=len(expected) - 1,
        reach=0.02,
        levels=(1.0,),
        standardized=False,
    )
    counts = measure.topology(x).counts[0]
    found = (np.abs(counts - np.array(expected)[:, None]) < 1e-9).all(axis=0)
    # Over a range of radii, not at a single one where numbers pass by.
    assert (found[1:] & found[:-1]).any()


def test_shapes_are_told_apart_and_their_samples_are_not():
    one, other, two = circle(400), circle(401), BETTI["two circles"][0]
    assert SMALL(one, other).value < 0.2
    assert SMALL(one, two).value > 1
    assert SMALL(one, BETTI["disc"][0]).value > 1


def test_layers_are_those_of_the_boundary_matrix(oracle):
    rng = np.random.default_rng(0)
    x, radii = rng.normal(size=(13, 2)), np.linspace(0.1, 1.5, 9)
    distances, codensity = np.linalg.norm(x[:, None] - x, axis=2), rng.uniform(size=13)
    offsets = np.array([-0.1, 0.4, 1.0])
    found = persistence_layers(distances, codensity, offsets=offsets, radii=radii, reach=0.2, layers=4)
    for line, offset in zip(found, offsets, strict=True):
        expected = oracle.persistence_layers(distances, codensity, offset=offset, radii=radii, reach=0.2, layers=4)
        np.testing.assert_allclose(line, expected, atol=1e-12)
    assert (found[:, 1] > 0).any()


@pytest.mark.parametrize("size", [0.003, 0.03, 0.3])
def test_no_layer_changes_by_more_than_the_perturbation_over_the_reach(size):
    rng, reach = np.random.default_rng(1), 0.1
    x = rng.normal(size=(60, 2))
    distances, codensity = np.linalg.norm(x[:, None] - x, axis=2), rng.uniform(size=60)
    settings = {"offsets": np.array([0.2, 0.7]), "radii": np.linspace(0.1, 1.0, 20), "reach": reach, "dimension": 2}
    before = persistence_layers(distances, codensity, **settings)
    shift = np.triu(rng.uniform(-size, size, distances.shape), 1)
    after = persistence_layers(distances + 2 * (shift + shift.T), codensity + rng.uniform(-size, size, 60), **settings)
    assert 0 < np.abs(after - before).max() <= min(1.0, size / reach) + 1e-12


def test_neither_the_order_of_rows_nor_a_rotation_matters():
    rng = np.random.default_rng(2)
    x, x_sim = torus(700), moments(torus(700), 600)
    rotation, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    measure = TopologicalDistance(landmarks=60, levels=(0.3, 1.0), standardized=False)
    value = measure(x, x_sim).value
    assert value > 0.5
    assert measure(rng.permutation(x), rng.permutation(x_sim)).value == pytest.approx(value, rel=1e-9)
    assert measure(5 * x @ rotation + 7, 5 * x_sim @ rotation + 7).value == pytest.approx(value, rel=1e-9)
    units = np.array([1.0, 30.0, 1e-3])
    assert SMALL(x * units, x_sim * units).value == pytest.approx(SMALL(x, x_sim).value, rel=1e-9)


def test_a_little_noise_changes_little():
    x = torus(800)
    noise = np.random.default_rng(3).normal(size=x.shape)
    values = [SMALL(x, x + size * noise).value for size in (1e-6, 1e-3, 0.3)]
    assert values[0] < 1e-3
    assert values[1] < 0.5 * values[2]


def test_outliers_are_seen_last():
    """Four rows in a ring of 600 close its hole early if all balls begin at once, but not if the densest rows begin."""
    spoilt = np.concatenate([circle(600), 0.1 * circle(4)])
    loops = TopologicalDistance(landmarks=60, levels=(0.1, 1.0), standardized=False).topology(spoilt, circle(600))
    of_density, of_radius = loops.counts[:, 1, 25]
    assert loops.radii[25] == pytest.approx(0.65)
    assert of_density == pytest.approx(1.0)
    assert of_radius < 0.7


def test_a_true_free_run_is_near_and_impostors_are_far():
    x, true, cycle = lorenz([28.0, 28.0, 160.0], 4_000)
    cycle = (cycle - cycle.mean(axis=0)) / cycle.std(axis=0) * x.std(axis=0) + x.mean(axis=0)
    measure = TopologicalDistance(landmarks=120, levels=(0.5, 1.0))
    near = measure(x, true).value
    for impostor in (cycle, moments(x, 4_000), np.tile(x[:1], (4_000, 1))):
        assert measure(x, impostor).value > 2.5 * near


@pytest.mark.slow
def test_a_true_free_run_is_at_the_floor():
    x, train, *runs, cycle = lorenz([28.0] * 8 + [160.0], 8_000)
    cycle = (cycle - cycle.mean(axis=0)) / cycle.std(axis=0) * x.std(axis=0) + x.mean(axis=0)
    measure = TopologicalDistance()
    best = floor(measure, x, train)
    assert best.protocol == measure.protocol
    assert near_floor(ensemble_score(measure, x, runs, key=0), best)
    for impostor in (cycle, moments(x, 8_000)):
        assert not near_floor(ensemble_score(measure, x, [impostor], key=0), best)


def test_few_rows_and_equal_rows_are_no_errors():
    x = circle(50)
    rest = SMALL(x, np.tile(x[:1], (20, 1)))
    assert rest.flags == ("collapsed",)
    assert np.isfinite(rest.value)
    assert SMALL(x, x[:2]).value > 0
    far = SMALL(x, x * 1e40)
    assert np.isfinite(far.value)
    missing = x.copy()
    missing[3] = np.nan
    assert SMALL(missing, x).flags == ("missing",)


def test_long_recordings_are_thinned():
    x = torus(4000)
    thin = TopologicalDistance(landmarks=30, max_points=500, levels=(1.0,))
    score = thin(x, x)
    assert (score.value, score.n_used, score.n_dropped) == (0.0, 500, 0)
    started = time.process_time()
    thin(x, torus(4001))
    assert time.process_time() - started < 1


def test_what_is_compared_can_be_seen():
    x, x_sim = circle(200), BETTI["two circles"][0]
    of_x, of_sim = SMALL.topology(x), SMALL.topology(x_sim, x)
    assert of_x.size == pytest.approx(np.sqrt(2))
    assert (of_sim.landmarks, of_sim.size) == (60, of_x.size)
    np.testing.assert_array_equal(of_x.offsets, of_sim.offsets)
    difference = np.abs(of_x.layers - of_sim.layers).sum(axis=(1, 2)).mean()
    assert SMALL(x, x_sim).value == pytest.approx(difference, rel=1e-12)


@pytest.mark.parametrize(
    "setting",
    [
        {"landmarks": 1},
        {"dimension": 3},
        {"layers": 0},
        {"mass": 0.0},
        {"mass": 1.5},
        {"reach": 0.0},
        {"levels": ()},
        {"levels": (2.0,)},
        {"max_points": 1},
    ],
)
def test_impossible_settings_are_answered(setting):
    with pytest.raises(ConfigError, match=rf"C520[\s\S]*{next(iter(setting))}"):
        TopologicalDistance(**setting)


def test_points_and_codensities_must_agree():
    with pytest.raises(DataError, match="D110"):
        persistence_layers(np.zeros((3, 3)), np.zeros(2), offsets=np.zeros(1), radii=np.ones(1), reach=0.1)


def test_without_gudhi_one_line_says_what_to_install(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "gudhi" else find(name, *rest))
    with pytest.raises(ConfigError, match=r"C640[\s\S]*attrax\[topology\]") as caught:
        TopologicalDistance(landmarks=7)(circle(30), circle(31))
    assert caught.value.fix == 'pip install "attrax[topology]"'
