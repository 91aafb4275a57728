"""The smoother against a dense Gaussian, and on a map that it knows."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core import AbstractTimed, Scaling
from attrax.data.repair.interpolation import interpolated
from attrax.models import (
    AffineObservation,
    FreeDiagonal,
    IdentityObservation,
    LinearStart,
    Model,
    ShallowPLRNN,
)
from attrax.systems import find
from attrax.train.smoothing import ATTRACTOR_VARIANCE, Noise, Rows, estimate_noise, kalman, misfit, smooth

VARIANCES = Noise(jnp.full(2, 4e-4), jnp.full(2, 1e-6))


@pytest.fixture
def double():
    with jax.enable_x64(True):
        yield


def linear(observation):
    """A rotation that is damped and driven, seen through `observation`."""
    A, C = np.array([[0.9, -0.3], [0.3, 0.8]]), np.array([[0.5], [0.1]])
    W = A - np.diag(np.diag(A))
    # Both units are always active, and what lifts them there is taken off again.
    f = ShallowPLRNN(
        FreeDiagonal(jnp.diag(A)),
        jnp.asarray(W),
        jnp.eye(2),
        jnp.asarray(-50 * W.sum(1)),
        jnp.full(2, 50.0),
        jnp.asarray(C),
    )
    forced = observation.invert(jnp.zeros(observation.obs_dim)).shape[0]
    start = LinearStart(jnp.zeros((2 - forced, observation.obs_dim)))
    return Model(f, observation, start, Scaling.identity(observation.obs_dim), ("a", "b")[: observation.obs_dim]), A, C


def conditioned(A, C, H, first, s, x, mask, noise):
    """Mean and covariance of all states given the observed values, and of their steps, by one dense solve."""
    n = len(x)
    step = np.eye(2 * n) - np.kron(np.eye(n, k=-1), A)
    process = np.diag(np.concatenate([np.full(2, ATTRACTOR_VARIANCE), np.tile(noise.dynamical, n - 1)]))
    drive = np.concatenate([first, (s[1:] @ C.T).ravel()])
    inverse = np.linalg.inv(step)
    mean, cov = inverse @ drive, inverse @ process @ inverse.T
    seen = np.kron(np.eye(n), H)[mask.ravel()]
    S = seen @ cov @ seen.T + np.diag(np.tile(noise.observed, n)[mask.ravel()])
    gain = np.linalg.solve(S, seen @ cov).T
    mean, cov = mean + gain @ (x.ravel()[mask.ravel()] - seen @ mean), cov - gain @ seen @ cov
    return mean, cov, (step @ mean - drive, step @ cov @ step.T)


@pytest.mark.parametrize("observation", [IdentityObservation(2), AffineObservation(jnp.array([[1.0, 0.7]]))])
def test_a_linear_model_is_smoothed_exactly(double, rng, observation):
    n = 12
    model, A, C = linear(observation)
    H = np.asarray(jax.jacrev(observation.observe)(jnp.zeros(2)))
    x, s = rng.normal(size=(n, len(H))), rng.normal(size=(n, 1))
    mask = rng.random(x.shape) > 0.4
    noise = Noise(jnp.full(len(H), 0.3), jnp.array([0.1, 0.2]))
    rows = Rows(*map(jnp.asarray, (x, mask, np.ones(n, bool), s)))
    first = model.start.infer(observation, rows.x[:1])[0]
    mean, cov, (steps, steps_cov) = conditioned(A, C, H, np.asarray(first), s, x, mask, noise)
    # What damping adds is a guess so wide that it says nothing.
    path = kalman(model, rows, noise, start(model, rows), 1e9)
    np.testing.assert_allclose(path.z.ravel(), mean, atol=1e-6)
    blocks = cov.reshape(n, 2, n, 2)
    np.testing.assert_allclose(path.cov, [blocks[t, :, t] for t in range(n)], atol=1e-6)
    np.testing.assert_allclose(path.lagged, [blocks[t + 1, :, t] for t in range(n - 1)], atol=1e-6)
    # The noise that is likeliest has the variance of the errors and steps that are expected.
    likely = estimate_noise(model, rows, path)
    shown = np.kron(np.eye(n), H)
    errors = (x.ravel() - shown @ mean) ** 2 + np.diag(shown @ cov @ shown.T)
    np.testing.assert_allclose(likely.observed, np.average(errors.reshape(x.shape), axis=0, weights=mask), atol=1e-6)
    moved = (steps**2 + np.diag(steps_cov)).reshape(n, 2)[1:]
    np.testing.assert_allclose(likely.dynamical, moved.mean(axis=0), atol=1e-6)
    # Linearised anywhere else, a linear model stays what it is.
    np.testing.assert_allclose(kalman(model, rows, noise, path.z, 1e9, path.z + 3).z, path.z, atol=1e-6)


def henon(rng, n, noise, gaps):
    """A recording of the Hénon map with pieces of its first channel missing, and the map as a model of it."""
    f = find("henon").dynamics
    model = Model(f, IdentityObservation(2), LinearStart(jnp.zeros((0, 2))), Scaling.identity(2), ("x", "y"))
    # In NumPy, so that rounding, and with it the recording, is the same on every machine.
    true = np.full((n + 50, 2), 0.1)
    for t in range(1, len(true)):
        true[t] = 1 - 1.4 * true[t - 1, 0] ** 2 + true[t - 1, 1], 0.3 * true[t - 1, 0]
    true = true[50:]
    mask = np.ones((n, 2), bool)
    for first in range(5, n - 10, gaps):
        mask[first : first + 5, 0] = False
    return model, true, true + noise * rng.normal(size=true.shape), mask


def test_what_is_missing_of_a_known_map_is_found(double, rng):
    model, true, x, mask = henon(rng, 2000, 0.02, 20)
    guess = np.where(mask, x, 0.0)
    found = smooth(model, Rows.of(guess, mask), passes=6)
    missing = np.abs(found.x - true)[~mask]
    assert np.median(missing) < 0.02
    # What it says of its errors is what they are.
    inside = (np.abs(found.x - true) < 2 * found.spread)[~mask].mean()
    assert 0.85 < inside <= 1
    np.testing.assert_allclose(found.noise, 0.02, rtol=0.15)
    # Observed values are nearer to the truth than they were.
    assert np.abs(found.x - true)[mask].mean() < 0.9 * np.abs(x - true)[mask].mean()


@pytest.mark.slow
def test_passes_end_nearer_to_the_recording_than_the_first(double, rng):
    model, _, x, mask = henon(rng, 500, 0.02, 12)
    found, first = (smooth(model, Rows.of(np.where(mask, x, 0.0), mask), passes=n) for n in (6, 0))
    np.testing.assert_allclose(found.noise, 0.02, rtol=0.3)
    assert (np.abs(found.x - x)[mask] ** 2).sum() < (np.abs(first.x - x)[mask] ** 2).sum()


def test_a_path_that_runs_away_never_counts(double, rng):
    model, true, x, mask = henon(rng, 200, 0.02, 12)
    rows = jax.tree.map(jnp.asarray, Rows(x, mask, np.ones(200, bool)))
    noise = VARIANCES
    path = jnp.asarray(true)
    # Every observed value is about one standard deviation away from the truth.
    np.testing.assert_allclose(misfit(model, rows, noise, path), mask.sum(), rtol=0.3)
    assert jnp.isinf(misfit(model, rows, noise, path.at[3].set(jnp.nan)))


def start(model, rows):
    return model.start.infer(model.observation, jnp.asarray(rows.x))


@pytest.mark.slow
@pytest.mark.parametrize("gap", [slice(0, 30), slice(900, 1000)], ids=["beginning", "middle"])
def test_a_channel_that_is_long_missing_is_found_by_the_other(double, rng, gap):
    model, true, x, mask = henon(rng, 1500, 0.02, 12)
    mask[gap, 0] = False
    found = smooth(model, Rows.of(interpolated(np.where(mask, x, 0.0), mask), mask), passes=6)
    assert np.median(np.abs(found.x - true)[~mask]) < 0.02
    np.testing.assert_allclose(found.noise[0], 0.02, rtol=0.5)


def test_rows_after_the_end_change_nothing(double, rng):
    model, _, x, mask = henon(rng, 200, 0.02, 12)
    rows = Rows.of(x, mask)
    assert len(rows.x) > rows.inside.sum() == 200
    noise = VARIANCES
    long, short = (
        kalman(model, jax.tree.map(jnp.asarray, r), noise, start(model, r), ATTRACTOR_VARIANCE)
        for r in (rows, Rows(x, mask, np.ones(200, bool)))
    )
    np.testing.assert_allclose(long.z[:200], short.z, atol=1e-9)


class Spiral(AbstractTimed):
    """An orbit that turns and decays, known at any time."""

    dt: float = 0.1
    latent_dim = 2
    input_dim = 0

    def advance(self, z, duration, s=None):
        c, s = jnp.cos(5 * duration), jnp.sin(5 * duration)
        return jnp.exp(-0.1 * duration) * jnp.array([[c, -s], [s, c]]) @ z

    def step(self, z, s=None):
        return self.advance(z, self.dt)

    def jacobian(self, z, s=None):
        return jax.jacfwd(self.step)(z)


@pytest.mark.slow
def test_rows_that_lie_unevenly_in_time(double, rng):
    model = Model(Spiral(), IdentityObservation(2), LinearStart(jnp.zeros((0, 2))), Scaling.identity(2), ("a", "b"))
    durations = rng.uniform(0.02, 0.3, 60)
    z = [jnp.array([1.0, -1.0])]
    for duration in durations[1:]:
        z.append(model.dynamics.advance(z[-1], duration))
    x, mask = np.stack(z), rng.random((60, 2)) > 0.5
    mask[0] = True
    found = smooth(model, Rows.of(np.where(mask, x, 0.0), mask, None, durations), passes=6)
    np.testing.assert_allclose(found.x, x, atol=1e-3)
