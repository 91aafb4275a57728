"""Delay equations: exact solutions, the order of the solver, and agreement with one that is not ours."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.systems import DelayEquation, DelayMap, catalogue, find, record

DELAYS = catalogue._BY_FILE["delays"].split()
# x' = -x(t - pi/2) is solved by the cosine.
COSINE = DelayEquation(lambda x, past: -past, {}, np.pi / 2)
TIME = 3.0


def after(delayed, z, steps):
    """The history so many steps later."""
    return eqx.filter_jit(lambda d, z: jax.lax.fori_loop(0, steps, lambda _, z: d.step(z), z))(delayed, z)


def cosine_error(resolution):
    """How far the solution is from the cosine after the time 3, which is longer than the delay."""
    delayed = DelayMap(COSINE, 0.25, resolution)
    with jax.enable_x64(True):
        z = jnp.cos(-0.25 / delayed.substeps * jnp.arange(delayed.latent_dim))
        return abs(float(after(delayed, z, 12)[0]) - np.cos(3.0))


def test_the_solver_has_order_four():
    coarse, fine = cosine_error(25), cosine_error(100)
    assert fine < 1e-8
    assert np.log(coarse / fine) / np.log(4) > 3.7


def test_the_history_moves_on_by_one_sample_a_step():
    delayed = DelayMap(COSINE, 0.4, 3)
    z = jnp.linspace(1.0, 2.0, delayed.latent_dim)
    np.testing.assert_array_equal(delayed.step(z)[1:], z[:-1])
    assert delayed.substeps == 1
    assert delayed.latent_dim == 3 + int(np.pi / 2 / 0.4)


def euler_with_history(equation, tau, x0, time, n):
    """Ralston's second order method on a fine grid with linear interpolation: slow, and another one than ours."""
    h = time / n
    x = np.full(n + 1, x0)
    past = lambda t: x0 if t <= 0 else np.interp(t, h * np.arange(n + 1), x)  # noqa: E731
    for i in range(n):
        k1 = equation(x[i], past(i * h - tau))
        k2 = equation(x[i] + 2 / 3 * h * k1, past((i + 2 / 3) * h - tau))
        x[i + 1] = x[i] + h * (k1 / 4 + 3 / 4 * k2)
    return x[-1]


def test_mackey_glass_agrees_with_another_method():
    system = find("mackey_glass")
    dynamics = system.map(0.5)

    def equation(x, past):
        return 0.2 * past / (1 + past**10) - 0.1 * x

    with jax.enable_x64(True):
        z = jnp.full(dynamics.latent_dim, 0.8)
        z = after(dynamics, z, 100)
    coarse, fine = (euler_with_history(equation, 16.0, 0.8, 50.0, n) for n in (2000, 4000))
    other = (4 * fine - coarse) / 3  # the error of the other method falls with the square of its step
    np.testing.assert_allclose(z[0], other, rtol=2e-6)


@pytest.mark.slow
@pytest.mark.parametrize("name", DELAYS)
def test_the_error_after_a_period_is_as_stated(name):
    system = find(name)
    usual = system.map()
    finer = DelayMap(system.dynamics, system.dt, int(2 * usual.substeps * system.dynamics.tau / system.dt))
    assert finer.substeps == 2 * usual.substeps
    with jax.enable_x64(True):
        early = after(finer, jnp.full(finer.latent_dim, system.z0[0]), int(40 * system.dynamics.tau / system.dt))
        late = finer.step(early)
        smooth = jnp.concatenate([late[: finer.substeps], early])
        ends = [
            float(after(delayed, smooth[::every][: delayed.latent_dim], 100)[0])
            for delayed, every in ((finer, 1), (usual, 2))
        ]
    assert abs(ends[0] - ends[1]) < 3e-7 * (1 + abs(ends[0]))


def test_a_recording_shows_the_present_alone():
    (series,) = record(find("scroll_delay"), 300, noise=0.0, key=jax.random.key(0))
    assert series.channels == ("x",)
    assert series.x.shape == (300, 1)
    assert 0.1 < series.x.std() < 5.0
