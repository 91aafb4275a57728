r"""Smoothing: estimate the latent states of a recording with gaps, from all values observed before and after.

The extended Kalman smoother combines a trained model with a recording. It estimates missing values from the other
channels at the same time and from the values of the same channel before and after the gap.
"""

from collections.abc import Callable
from typing import NamedTuple, cast

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from attrax.core.dynamics import AbstractTimed
from attrax.core.precision import in_float64
from attrax.models.model import Model

ATTRACTOR_VARIANCE = 1.0
"""Variance of a state that lies on the attractor but is otherwise unknown; data are standardised."""

VAGUE_VARIANCE = 1e3 * ATTRACTOR_VARIANCE
"""Variance of a very weak prior on each state; it keeps the covariances finite in the longest gaps."""

UNTRUSTED_VARIANCE = 1e-2
"""Process-noise variance for the first pass that trusts the model less."""

INITIAL_DAMPING, DAMPING_INCREASE, DAMPING_DECREASE = 1e-2, 3.0, 0.1
"""Variance of the prior that keeps a pass near the previous one, and factors on it after success and after failure."""

LEAST_VARIANCE = 1e-10


class Rows(NamedTuple):
    """The rows of a recording, padded to a length that several recordings share.

    Attributes:
        x: Standardised values. Missing values hold a guess, from which the first pass starts.
        mask: True where observed.
        inside: False for padding after the end of the recording. Padding lets recordings of similar length share
            compiled code; the state does not change there.
        s: External inputs; None if there are none.
        durations: Time between each row and the row before it; None if it is always the time step of the dynamics.
    """

    x: Float[Array, "time obs"]
    mask: Bool[Array, "time obs"]
    inside: Bool[Array, " time"]
    s: Float[Array, "time input"] | None = None
    durations: Float[Array, " time"] | None = None

    @classmethod
    def of(
        cls,
        x: Float[np.ndarray, "time obs"],
        mask: Bool[np.ndarray, "time obs"],
        s: Float[np.ndarray, "time input"] | None = None,
        durations: Float[np.ndarray, " time"] | None = None,
    ) -> "Rows":
        """Create the rows of a recording, padded to a slightly greater length."""
        n = len(x)
        unit = 1 << max(n.bit_length() - 4, 0)
        more = -n % unit

        def extended(a):
            return np.pad(a, ((0, more), *((0, 0),) * (a.ndim - 1)))

        return cls(*jax.tree.map(extended, (x, mask, np.ones(n, bool), s, durations)))


class NextStep(NamedTuple):
    """What the step to the next row depends on besides the state.

    Attributes:
        inside: False if there is no next row.
        s: External input.
        duration: Duration of the step; None if it is the time step of the dynamics.
    """

    inside: Bool[Array, "*time"]
    s: Float[Array, "*time input"] | None
    duration: Float[Array, "*time"] | None


class Noise(NamedTuple):
    """The noise variances of the state-space model.

    Attributes:
        observed: Variance of the observation noise of each channel.
        dynamical: Variance of the process noise of each latent state.
    """

    observed: Float[Array, " obs"]
    dynamical: Float[Array, " latent"]


class Path(NamedTuple):
    """The estimated states of a recording, with their covariances.

    Attributes:
        z: Means of the states, given all observations.
        cov: Covariances of the states, given all observations.
        filtered: Covariances of the states, given only the observations up to the same row.
        lagged: Covariance of each state (from the second on) with the state before it.
    """

    z: Float[Array, "time latent"]
    cov: Float[Array, "time latent latent"]
    filtered: Float[Array, "time latent latent"]
    lagged: Float[Array, "before latent latent"]


class Smoothed(NamedTuple):
    """The smoothed values of a recording.

    Attributes:
        x: Expected values, for observed and missing values.
        spread: Standard deviation of the expected values, given all observations and assuming the model is right.
        forecast_spread: The same, given only the observations up to the same row.
        noise: Standard deviation of the observation noise.
    """

    x: Float[np.ndarray, "time obs"]
    spread: Float[np.ndarray, "time obs"]
    forecast_spread: Float[np.ndarray, "time obs"]
    noise: Float[np.ndarray, "time obs"]


def smooth(model: Model, rows: Rows, *, passes: int, progress: Callable[[int], None] | None = None) -> Smoothed:
    r"""Estimate the latent states and the missing values of a recording with an iterated extended Kalman smoother.

    $x_t = G(z_t) + \varepsilon_t, \quad z_t = F(z_{t-1}, s_t) + \eta_t$

    Here F is the dynamics, G the observation, $\varepsilon$ the observation noise and $\eta$ the process noise. The
    first pass linearises F and G at the filtered states; it is the best of three variants with different trust in the
    model. Each further pass linearises them at the states of the previous pass and stays near them
    (Levenberg-Marquardt); it is accepted only if it explains the recording better. Between passes the noise variances
    are estimated by expectation maximisation.

    Args:
        model: The trained model; its observation must be invertible.
        rows: The recording, standardised like the training data.
        passes: Number of passes after the first. Raise it if gaps are long compared with the Lyapunov time.
        progress: Called after every pass with the number of passes done.

    Returns: The smoothed values, without padding.

    Cost: O(latent^3 + obs^3) for each row and pass.

    References:
        Ghahramani & Roweis, Learning Nonlinear Dynamical Systems using an EM Algorithm, NeurIPS 1999 [@ghahramani1999].
        Bell, The iterated Kalman smoother as a Gauss-Newton method, SIAM Journal on Optimization 1994 [@bell1994].
    """
    n = int(rows.inside.sum())
    with jax.enable_x64(True):
        model, rows = in_float64(model), jax.tree.map(jnp.asarray, in_float64(rows))
        noise = initial_noise(model, rows)
        guess = model.start.infer(model.observation, rows.x)
        # Which variant is best depends on the gaps: a filter that trusts the model too much may diverge in a long gap.
        doubtful = noise._replace(dynamical=jnp.full_like(noise.dynamical, UNTRUSTED_VARIANCE))
        ways = ((noise, None), (noise, guess), (doubtful, guess))
        starts = [kalman(model, rows, variances, near, ATTRACTOR_VARIANCE) for variances, near in ways]
        path, damping = min(starts, key=lambda path: misfit(model, rows, noise, path.z)), INITIAL_DAMPING
        for done in range(passes):
            noise = estimate_noise(model, rows, path)
            tried = kalman(model, rows, noise, path.z, damping, path.z)
            better = misfit(model, rows, noise, tried.z) < misfit(model, rows, noise, path.z)
            path, damping = (tried, DAMPING_INCREASE * damping) if better else (path, DAMPING_DECREASE * damping)
            if progress is not None:
                progress(done + 1)
        # The last pass has almost no damping, because damping would make the covariances too small.
        known = kalman(model, rows, noise, path.z, VAGUE_VARIANCE, path.z)
        x, variance = predicted_observations(model, path.z, known.cov)
        _, before = predicted_observations(model, path.z, known.filtered)
        spreads = (np.sqrt(part) for part in (variance, before, jnp.broadcast_to(noise.observed, x.shape)))
        return Smoothed(*(np.asarray(part)[:n] for part in (x, *spreads)))


@eqx.filter_jit
def kalman(
    model: Model,
    rows: Rows,
    noise: Noise,
    near: Float[Array, "time latent"] | None,
    damping: float,
    along: Float[Array, "time latent"] | None = None,
) -> Path:
    """One forward pass of the extended Kalman filter and one backward pass of the Rauch-Tung-Striebel smoother.

    Args:
        model: The model.
        rows: The recording.
        noise: The noise variances.
        near: States of a previous pass, the means of a Gaussian prior on the states; None for the filtered states.
        damping: Variance of this prior.
        along: States at which the maps are linearised; None for the filtered states.
    """
    latent = model.dynamics.latent_dim
    eye = jnp.eye(latent)
    ahead = jax.tree.map(lambda a: jnp.roll(a, -1, axis=0), NextStep(rows.inside, rows.s, rows.durations))
    nearby = jnp.asarray(damping) * eye

    def forward(predicted, row):
        (mean, cov), (x, seen, inside, step, guess, place) = predicted, row
        away = jnp.zeros_like(mean) if guess is None else guess - mean
        mean, cov = _kalman_update(mean, cov, away, inside * eye, nearby)
        origin = mean if place is None else place
        level, H = _observe(model, origin)
        error = jnp.where(seen, x - level - H @ (mean - origin), 0)
        R = jnp.diag(jnp.where(seen, noise.observed, 1))
        mean, cov = _kalman_update(mean, cov, error, jnp.where(seen[:, None], H, 0), R)
        origin = mean if place is None else place
        end, J = _step(model, origin, step)
        following = end + J @ (mean - origin), J @ cov @ J.T + jnp.diag(noise.dynamical)
        return following, (mean, cov, *following, J)

    def backward(later, row):
        (mean, cov), (filtered, filtered_cov, predicted, predicted_cov, J) = later, row
        gain = jnp.linalg.solve(predicted_cov, J @ filtered_cov).T
        now = filtered + gain @ (mean - predicted), filtered_cov + gain @ (cov - predicted_cov) @ gain.T
        return now, (*now, cov @ gain.T)

    first = model.start.infer(model.observation, rows.x[:1])[0]
    _, found = jax.lax.scan(
        forward, (first, ATTRACTOR_VARIANCE * eye), (rows.x, rows.mask, rows.inside, ahead, near, along)
    )
    last = found[0][-1], found[1][-1]
    before = jax.tree.map(lambda a: a[:-1], found)
    _, (z, cov, lagged) = jax.lax.scan(backward, last, before, reverse=True)
    z, cov = (jnp.append(a, end[None], axis=0) for a, end in zip((z, cov), last, strict=True))
    return Path(z, cov, found[1], lagged)


@eqx.filter_jit
def misfit(model: Model, rows: Rows, noise: Noise, z: Float[Array, "time latent"]) -> Float[Array, ""]:
    """Sum of the squared observation errors and process errors, each divided by its variance; or infinity."""
    errors = jnp.where(rows.mask, rows.x - model.observation.observe(z), 0)
    steps = z[1:] - _steps(model, rows, z)[0]
    total = (errors**2 / noise.observed).sum() + (steps**2 / noise.dynamical).sum()
    return jnp.where(jnp.isfinite(total), total, jnp.inf)


@eqx.filter_jit
def initial_noise(model: Model, rows: Rows) -> Noise:
    """The first guess of the noise variances, from one-step prediction errors.

    Half of the mean squared error is observation noise, because the value that a prediction starts from is noisy too.
    The process noise is a small part of it.
    """
    z = model.start.infer(model.observation, rows.x)
    errors = rows.x[1:] - model.observation.observe(_steps(model, rows, z)[0])
    whole = rows.mask[1:].all(axis=1) & rows.mask[:-1].all(axis=1)
    variance = jnp.nanmean(jnp.where(whole[:, None], errors**2, jnp.nan), axis=0)
    observed = jnp.maximum(jnp.where(jnp.isfinite(variance), variance, ATTRACTOR_VARIANCE) / 2, LEAST_VARIANCE)
    return Noise(observed, jnp.full(z.shape[1], observed.mean() / 25))


@eqx.filter_jit
def estimate_noise(model: Model, rows: Rows, path: Path) -> Noise:
    """The noise variances of greatest likelihood, given the estimated states (the M step of EM)."""
    level, variance = predicted_observations(model, path.z, path.cov)
    errors = (rows.x - level) ** 2 + variance
    observed = jnp.where(rows.mask, errors, 0).sum(axis=0) / jnp.maximum(rows.mask.sum(axis=0), 1)
    ends, J = _steps(model, rows, path.z)
    crossed = jnp.einsum("tij,tij->ti", path.lagged, J)
    carried = jnp.einsum("tij,tjk,tik->ti", J, path.cov[:-1], J)
    own = jnp.diagonal(path.cov[1:], axis1=1, axis2=2)
    steps = (path.z[1:] - ends) ** 2 + own - 2 * crossed + carried
    dynamical = jnp.where(rows.inside[1:, None], steps, 0).sum(axis=0) / (rows.inside.sum() - 1)
    return Noise(jnp.maximum(observed, LEAST_VARIANCE), jnp.maximum(dynamical, LEAST_VARIANCE))


@eqx.filter_jit
def predicted_observations(
    model: Model, z: Float[Array, "time latent"], cov: Float[Array, "time latent latent"]
) -> tuple[Float[Array, "time obs"], Float[Array, "time obs"]]:
    """The predicted observations for states with given covariances, and their variances."""
    level, H = jax.vmap(lambda z: _observe(model, z))(z)
    return level, jnp.maximum(jnp.einsum("tij,tjk,tik->ti", H, cov, H), 0)


def _kalman_update(mean, cov, error, H, R):
    """The Kalman update: mean and covariance of a Gaussian after a measurement with the given prediction error."""
    gain = jnp.linalg.solve(H @ cov @ H.T + R, H @ cov).T
    cov = cov - gain @ H @ cov
    return mean + gain @ error, (cov + cov.T) / 2


def _observe(model: Model, z):
    """The observation of a state, and the Jacobian of the observation."""
    # Some observations support reverse-mode differentiation only.
    return model.observation.observe(z), jax.jacrev(model.observation.observe)(z)


def _step(model: Model, z, ahead: NextStep):
    """The next state, and the Jacobian of the step."""
    if ahead.duration is None:
        end, J = model.dynamics.step(z, ahead.s), model.dynamics.jacobian(z, ahead.s)
    else:
        timed = cast(AbstractTimed, model.dynamics)
        end, J = timed.advance(z, ahead.duration, ahead.s), jax.jacfwd(timed.advance)(z, ahead.duration, ahead.s)
    return jnp.where(ahead.inside, end, z), jnp.where(ahead.inside, J, jnp.eye(len(z)))


def _steps(model: Model, rows: Rows, z):
    """The next state and the Jacobian for every state except the last."""
    ahead = jax.tree.map(lambda a: a[1:], NextStep(rows.inside, rows.s, rows.durations))
    return jax.vmap(lambda z, a: _step(model, z, a))(z[:-1], ahead)
