"""Lyapunov exponents along simulated orbits against the published ones."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.systems import find, names


@jax.jit
def qr_growth(orbit, jacobians):
    """Mean logarithmic growth per step along the axes of successive QR factorisations."""

    def body(Q, J):
        Q, R = jnp.linalg.qr(J @ Q)
        return Q, jnp.log(jnp.abs(jnp.diag(R)))

    return jax.lax.scan(body, jnp.eye(orbit.shape[1]), jacobians)[1].mean(axis=0)


def exponents(system, n, dt):
    with jax.enable_x64(True):
        dynamics = system.map(dt)
        z0 = jnp.asarray(system.z0)
        skip = int(system.transient / dt)
        orbit = jax.jit(lambda z: jax.lax.scan(lambda z, _: (dynamics.step(z), z), z, length=skip + n)[1])(z0)[skip:]
        jacobians = jax.jit(lambda z: jax.lax.map(dynamics.jacobian, z))(orbit)
        return np.sort(np.asarray(qr_growth(orbit, jacobians)))[::-1] / dt


@pytest.mark.parametrize("name", ["henon", "logistic"])
def test_exponents_of_maps(name):
    system = find(name)
    np.testing.assert_allclose(exponents(system, 50_000, 1.0), system.exponents, rtol=0.02)


@pytest.mark.slow
def test_exponents_of_lorenz63():
    system = find("lorenz63")
    found = exponents(system, 5000, 0.1)
    np.testing.assert_allclose(found, system.exponents, rtol=0.05, atol=0.02)
    np.testing.assert_allclose(found.sum(), -(10 + 1 + 8 / 3), rtol=1e-6)


def test_exponents_of_the_oscillator_are_real_parts_of_its_eigenvalues():
    system = find("oscillator")
    matrix = jax.jacfwd(lambda z: system.dynamics.rhs(jnp.asarray(0.0), z))(jnp.zeros(2))
    np.testing.assert_allclose(np.linalg.eigvals(matrix).real, system.exponents, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "divergence", "tolerance"),
    [
        ("lorenz63", -(10 + 1 + 8 / 3), 0.002),
        ("lorenz96", -20.0, 0.05),
        ("henon", np.log(0.3), 1e-4),
        ("oscillator", -0.2, 1e-12),
    ],
)
def test_tabulated_exponents_sum_to_the_divergence(name, divergence, tolerance):
    assert abs(sum(find(name).exponents) - divergence) < tolerance


def test_tabulated_exponents_are_in_descending_order_and_complete():
    for system in map(find, names()):
        assert list(system.exponents) == sorted(system.exponents, reverse=True), system.name
        if system.has_memory:
            assert not system.exponents
        elif system.exponents:
            assert len(system.exponents) == len(system.channels) == len(system.z0) == system.map().latent_dim
