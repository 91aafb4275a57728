"""PLRNNs whose units are their latent states."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import attrax
from attrax.core.rollout import rollout
from attrax.models import (
    AlmostLinearRNN,
    ClippedDendriticPLRNN,
    DendriticPLRNN,
    FreeDiagonal,
    IdentityObservation,
    LinearStart,
    MeanCentredPLRNN,
    VanillaPLRNN,
)


def relu(z):
    return np.maximum(z, 0)


def splines(f, z):
    return sum(f.slope[b] * relu(z - f.H[:, b]) for b in range(len(f.slope)))


def bounded_splines(f, z):
    return sum(f.slope[b] * (relu(z - f.H[:, b]) - relu(z)) for b in range(len(f.slope)))


# How each is made, and its units as the papers write them.
FAMILY = {
    "vanilla": (lambda M, key, **s: VanillaPLRNN.create(M, key=key, **s), lambda f, z: relu(z)),
    "mean-centred": (lambda M, key, **s: MeanCentredPLRNN.create(M, key=key, **s), lambda f, z: relu(z - z.mean())),
    "dendritic": (lambda M, key, **s: DendriticPLRNN.create(M, 2, key=key, **s), splines),
    "clipped-dendritic": (lambda M, key, **s: ClippedDendriticPLRNN.create(M, 2, key=key, **s), bounded_splines),
    "almost-linear": (
        lambda M, key, **s: AlmostLinearRNN.create(M, 2, key=key, **s),
        lambda f, z: np.concatenate([z[:-2], relu(z[-2:])]),
    ),
}
EVERY = pytest.mark.parametrize(("make", "units"), FAMILY.values(), ids=FAMILY)
HOLLOW = pytest.mark.parametrize("kind", [VanillaPLRNN, MeanCentredPLRNN])


def scrambled(f, key):
    """The same network with a W, diagonal included, and an h that are anything."""
    k_W, k_h = jax.random.split(key)
    return eqx.tree_at(lambda f: (f.W, f.h), f, (jax.random.normal(k_W, f.W.shape), jax.random.normal(k_h, f.h.shape)))


def coupling_as_published(f):
    W = np.array(f.W)
    if isinstance(f, (VanillaPLRNN, MeanCentredPLRNN)):
        np.fill_diagonal(W, 0)
    return np.asarray(f.A), W, np.asarray(f.h)


@EVERY
def test_the_step_is_the_equation_of_the_paper(make, units, key):
    f = scrambled(make(4, key, input_dim=2), key)
    A, W, h = coupling_as_published(f)
    rng = np.random.default_rng(0)
    for z, s in zip(3 * rng.normal(size=(8, 4)), rng.normal(size=(8, 2)), strict=True):
        expected = A * z + W @ np.asarray(units(f, z)) + h + np.asarray(f.C) @ s
        step = f.step(jnp.asarray(z, jnp.float32), jnp.asarray(s, jnp.float32))
        np.testing.assert_allclose(step, expected, rtol=1e-4, atol=1e-5)


def slow_but_for(*names):
    return [
        pytest.param(*row, id=name, marks=() if name in names else pytest.mark.slow) for name, row in FAMILY.items()
    ]


# A search costs seconds; one kind of borders through the origin and one with thresholds are enough for every day.
@pytest.mark.parametrize(("make", "units"), slow_but_for("mean-centred", "clipped-dendritic"))
def test_a_planted_fixed_point_is_found_among_all_there_are(make, units, key):
    f = scrambled(make(3, key), key)
    point = np.array([0.7, -1.1, 0.4])
    A, W, _ = coupling_as_published(f)
    f = eqx.tree_at(lambda f: f.h, f, jnp.asarray(point - A * point - W @ np.asarray(units(f, point)), jnp.float32))
    found = attrax.fixed_points(f, key=key)
    assert found.exhaustive
    assert np.abs(found.z - point).max(axis=1).min() < 1e-5
    assert found.residual.max() < 1e-9
    for z, eigenvalues in zip(found.z, found.eigenvalues, strict=True):
        exact = np.linalg.eigvals(np.asarray(f.jacobian(jnp.asarray(z, jnp.float32)), np.float64))
        np.testing.assert_allclose(np.sort(np.abs(eigenvalues)), np.sort(np.abs(exact)), atol=1e-4)


def test_the_fixed_points_of_an_almost_linear_rnn_are_those_of_its_four_regions(key):
    # In twenty dimensions, where nothing but the small number of regions makes the list complete.
    f = scrambled(AlmostLinearRNN.create(20, 2, key=key), key)
    A, W, h = (np.asarray(p, np.float64) for p in (f.A, f.W, f.h))
    expected = []
    for bits in ((0, 0), (0, 1), (1, 0), (1, 1)):
        z = np.linalg.solve(np.eye(20) - np.diag(A) - W * np.concatenate([np.ones(18), bits]), h)
        if ((z[-2:] > 0) == np.array(bits, bool)).all():
            expected.append(z)
    found = attrax.fixed_points(f, key=key)
    assert found.exhaustive
    assert len(found) == len(expected) > 0
    for z in expected:
        assert np.abs(found.z - z).max(axis=1).min() < 1e-4 * np.abs(z).max()


@pytest.mark.parametrize(
    ("obs_dim", "latent_dim", "bases", "published"), [(5, 35, 50, 3245), (64, 105, 40, 18099)], ids=["ECG", "EEG"]
)
def test_the_number_of_parameters_is_that_of_the_paper(obs_dim, latent_dim, bases, published, key):
    # Table 1 of Hess et al. 2023, the learned start of the free coordinates included.
    f = DendriticPLRNN.create(latent_dim, bases, key=key)
    start = LinearStart.create(IdentityObservation(obs_dim), latent_dim, key=key)
    assert sum(leaf.size for leaf in jax.tree.leaves(eqx.filter((f, start), eqx.is_array))) == published


@pytest.mark.parametrize("bounded", [False, True])
def test_memory_and_coupling_start_as_one_matrix_that_neither_grows_nor_forgets(bounded, key):
    f = AlmostLinearRNN.create(6, 2, bounded=bounded, key=key)
    values = np.linalg.eigvalsh(np.diag(f.A) + np.asarray(f.W))
    np.testing.assert_allclose(values[-1], 1, atol=1e-5)
    assert values[0] > 0
    assert (jnp.diag(f.W) == 0).all()
    assert (f.h == 0).all()


@HOLLOW
def test_the_diagonal_of_the_coupling_has_no_effect_and_no_gradient(kind, key):
    f = scrambled(kind.create(3, key=key), key)
    other = eqx.tree_at(lambda f: f.W, f, f.W + jnp.diag(jnp.array([1.0, -2.0, 3.0])))
    z = jnp.array([1.0, -0.5, 0.3])
    np.testing.assert_array_equal(f.step(z), other.step(z))
    np.testing.assert_array_equal(f.jacobian(z), other.jacobian(z))
    assert eqx.tree_equal(f.weights, other.weights)
    gradient = eqx.filter_grad(lambda f: jnp.sum(f.step(z) ** 2))(f)
    assert (jnp.diag(gradient.W) == 0).all()
    assert (jnp.abs(gradient.W).sum(axis=1) > 0).all()


def test_a_shift_of_all_states_together_moves_no_centred_unit(key):
    f = scrambled(MeanCentredPLRNN.create(4, key=key), key)
    z = jnp.array([1.0, -0.5, 0.3, 2.0])
    np.testing.assert_allclose(f.step(z + 5) - f.step(z), 5 * f.A, rtol=1e-4, atol=1e-5)


def test_an_almost_linear_rnn_without_linear_states_is_a_vanilla_plrnn(key):
    f = scrambled(VanillaPLRNN.create(3, key=key), key)
    W = f.coupling().W
    other = AlmostLinearRNN(f.diagonal, W, f.h, f.C, nonlinear_dim=3)
    for z in jax.random.normal(key, (5, 3)):
        np.testing.assert_array_equal(other.step(z), f.step(z))
        np.testing.assert_array_equal(other.affine(other.region(z))[0], f.affine(f.region(z))[0])


def test_an_almost_linear_rnn_without_rectified_states_is_linear(key):
    f = AlmostLinearRNN.create(3, 0, key=key)
    z = jax.random.normal(key, (3,))
    np.testing.assert_allclose(f.step(-z), -f.step(z), atol=1e-6)
    assert f.region(z).shape == (0,)


@pytest.mark.parametrize("kind", [DendriticPLRNN, ClippedDendriticPLRNN])
def test_the_steepest_slopes_are_those_met_along_a_line(kind, key):
    f = kind.create(3, 6, key=key)
    grid = jnp.linspace(-5, 5, 4001)
    values = jax.vmap(lambda x: f.units(jnp.full(3, x)))(grid)
    slopes = np.abs(np.diff(values, axis=0)) / float(grid[1] - grid[0])
    np.testing.assert_allclose(f.largest_slopes(), slopes.max(axis=0), rtol=1e-2)


def test_clipped_splines_are_flat_far_out_and_bounded(key):
    f = ClippedDendriticPLRNN.create(3, 6, key=key)
    far = jnp.array([50.0, -50.0, 90.0])
    np.testing.assert_allclose(f.units(far), f.units(2 * far), atol=1e-4)
    bound = jnp.abs(f.H) @ jnp.abs(f.slope)
    points = 10 * jax.random.normal(key, (500, 3))
    assert (jnp.abs(jax.vmap(f.units)(points)) <= bound + 1e-5).all()


def test_orbits_of_a_clipped_dendritic_plrnn_end_inside_the_absorbing_ball(key):
    f = ClippedDendriticPLRNN.create(3, 6, key=key)
    f = eqx.tree_at(lambda f: (f.W, f.h), f, (40 * jax.random.normal(key, (3, 3)), jnp.ones(3)))
    radius = f.absorbing_radius()
    z = rollout(f, 1e4 * radius * jnp.ones(3), 9000).z
    assert jnp.linalg.norm(z[0]) > 1e3 * radius
    assert jnp.linalg.norm(z[8000:], axis=1).max() <= radius * (1 + 1e-5)
    free = eqx.tree_at(lambda f: f.diagonal, f, FreeDiagonal(jnp.ones(3)))
    assert jnp.isinf(free.absorbing_radius())


def test_thresholds_start_over_the_range_of_standardised_data(key):
    f = DendriticPLRNN.create(20, 25, key=key)
    assert 2.9 < f.H.max() <= 3
    assert -3 <= f.H.min() < -2.9
    assert 0.15 < jnp.abs(f.slope).max() <= 0.2
