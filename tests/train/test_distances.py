"""Distances between orbits against closed forms, their gradients against finite differences, in double precision."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.train import MaximumMeanDiscrepancy, Sinkhorn, SpectralHellinger

DISTANCES = {"mmd": MaximumMeanDiscrepancy(), "sinkhorn": Sinkhorn(iterations=200), "spectrum": SpectralHellinger()}


@pytest.fixture(autouse=True)
def _double_precision():
    with jax.enable_x64(True):
        yield


@pytest.fixture
def orbits():
    rng = np.random.default_rng(0)
    return jnp.asarray(rng.normal(size=(4, 12, 2)))


@pytest.mark.parametrize("distance", DISTANCES.values(), ids=DISTANCES)
def test_equal_orbits_are_no_distance_apart_and_pull_nowhere(distance, orbits):
    value, gradient = jax.jit(jax.value_and_grad(lambda x: distance(x, orbits)))(orbits)
    assert value == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(gradient, 0, atol=1e-9)


@pytest.mark.parametrize("distance", DISTANCES.values(), ids=DISTANCES)
def test_the_gradient_is_that_of_finite_differences(distance, orbits):
    other = 1.3 * jnp.asarray(np.random.default_rng(1).normal(size=orbits.shape))
    direction = jnp.asarray(np.random.default_rng(2).normal(size=orbits.shape))
    value_and_gradient = jax.jit(jax.value_and_grad(lambda x: distance(x, other)))
    along = lambda h: float(value_and_gradient(orbits + h * direction)[0])  # noqa: E731
    value, gradient = value_and_gradient(orbits)
    assert value > 1e-3
    # The potentials of the transport are near their optimum, not at it.
    assert float(jnp.vdot(gradient, direction)) == pytest.approx((along(1e-4) - along(-1e-4)) / 2e-4, rel=2e-3)


def test_the_discrepancy_of_two_states_is_known():
    one, other = jnp.zeros((1, 1, 2)), jnp.array([[[3.0, 4.0]]])
    k = 1 / (1 + 25)
    assert eqx.filter_jit(MaximumMeanDiscrepancy((1.0,)))(one, other) == pytest.approx(2 - 2 * k)


@pytest.mark.parametrize("distance", [MaximumMeanDiscrepancy(), Sinkhorn()], ids=["mmd", "sinkhorn"])
def test_the_order_of_states_does_not_matter(distance, orbits):
    assert eqx.filter_jit(distance)(orbits[:, ::-1], orbits) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("shift", [0.5, 3.0])
def test_the_transport_to_a_shifted_copy_is_half_the_squared_shift(shift, orbits):
    assert eqx.filter_jit(Sinkhorn(iterations=100))(orbits + shift, orbits) == pytest.approx(2 * shift**2 / 2, rel=1e-3)


def test_spectra_of_other_rhythms_are_as_far_apart_as_can_be_and_phases_do_not_matter():
    t = 2 * np.pi * np.arange(64) / 64
    wave = lambda n, phase: jnp.asarray(np.sin(n * t + phase))[None, :, None]  # noqa: E731
    distance = eqx.filter_jit(SpectralHellinger())
    assert distance(wave(4, 0), wave(20, 0)) > 0.95
    assert distance(wave(4, 0), 5 * wave(4, 1) + 3) < 1e-3
