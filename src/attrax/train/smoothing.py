r"""Smoothing: the states behind a recording with gaps, from all that was observed before and after.

A model says how states follow each other, a recording what some of them show. The smoother weighs both, and so tells
what a channel did while it was missing from what the others did meanwhile, and from where it came back.
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
"""Variance of a state of which nothing is known but that it lies on the attractor; data are standardised."""

VAGUE_VARIANCE = 1e3 * ATTRACTOR_VARIANCE
"""A variance that says next to nothing, yet keeps what is not known of a state finite in the longest gap."""

UNTRUSTED_VARIANCE = 1e-2
"""Variance of the steps of a model that is not trusted."""

INITIAL_DAMPING, DAMPING_INCREASE, DAMPING_DECREASE = 1e-2, 3.0, 0.1
"""Variance within which a pass stays near the last one; what it is multiplied by after success and failure."""

LEAST_VARIANCE = 1e-10


class Rows(NamedTuple):
    """A recording, row by row.

    Attributes:
        x: Values, standardised; of missing ones a guess, near which the first pass stays.
        mask: True where observed.
        s: External inputs, if there are any.
        durations: Time before each row since the row before it; None where it is the time step of the dynamics.
        inside: False for rows after the end, where nothing moves: recordings of similar length share compiled code.
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
        """A recording, made as long as others a little longer."""
        n = len(x)
        unit = 1 << max(n.bit_length() - 4, 0)
        more = -n % unit

        def extended(a):
            return np.pad(a, ((0, more), *((0, 0),) * (a.ndim - 1)))

        return cls(*jax.tree.map(extended, (x, mask, np.ones(n, bool), s, durations)))


class NextStep(NamedTuple):
    """What the step to the next row depends on, beside the state: whether there is one, its input, its duration."""

    inside: Bool[Array, "*time"]
    s: Float[Array, "*time input"] | None
    duration: Float[Array, "*time"] | None


class Noise(NamedTuple):
    """Variances.

    Attributes:
        observed: Of the values around what the states show.
        dynamical: Of each state around where the model takes the one before.
    """

    observed: Float[Array, " obs"]
    dynamical: Float[Array, " latent"]


class Path(NamedTuple):
    """States, and how sure they are.

    Attributes:
        z: Means.
        cov: Covariances.
        filtered: Covariances by what was observed until then, and nothing later.
        lagged: Covariance of each state, from the second on, with the one before it.
    """

    z: Float[Array, "time latent"]
    cov: Float[Array, "time latent latent"]
    filtered: Float[Array, "time latent latent"]
    lagged: Float[Array, "before latent latent"]


class Smoothed(NamedTuple):
    """What the states of a recording show.

    Attributes:
        x: The values expected, of observed and of missing ones.
        spread: Their standard deviation, were the model right.
        forecast_spread: What it is by all that was recorded until then, and nothing later.
        noise: Standard deviation of what is recorded around them.
    """

    x: Float[np.ndarray, "time obs"]
    spread: Float[np.ndarray, "time obs"]
    forecast_spread: Float[np.ndarray, "time obs"]
    noise: Float[np.ndarray, "time obs"]


def smooth(model: Model, rows: Rows, *, passes: int, progress: Callable[[int], None] | None = None) -> Smoothed:
    r"""The states $z_t$ that best explain a recording, by an extended Kalman smoother, and what they show.

    $x_t = G(z_t) + \varepsilon_t, \quad z_t = F(z_{t-1}, s_t) + \eta_t$

    The first pass linearises both maps where the filter is; it is the best of three that trust the model more or less.
    Each further one linearises them along the path that was found, and stays near it (Levenberg-Marquardt); it counts
    only if it explains the recording better. The variances of $\varepsilon$ and $\eta$ are estimated in between, by
    expectation maximisation.

    Args:
        model: F and G; G must have an inverse.
        rows: The recording, in the units of G; what is beyond its end is not told.
        passes: Passes after the first. More pay off where gaps are long in comparison with the Lyapunov time.
        progress: Called after every pass with the number of passes done.

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
        # Which is the best start depends on the gaps: a filter that trusts the model may run away with it.
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
        # What is not known of the path must not be that which damping has left.
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
    """Filter and smoother.

    Args:
        model: The maps.
        rows: The recording.
        noise: The variances.
        near: A path, within a variance of which every state is known to lie; None is where the filter is.
        damping: That variance.
        along: The path along which the maps are linearised; None linearises them where the filter is.
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
    """Squared errors of a path in units of their variances; infinite if one is no number."""
    errors = jnp.where(rows.mask, rows.x - model.observation.observe(z), 0)
    steps = z[1:] - _steps(model, rows, z)[0]
    total = (errors**2 / noise.observed).sum() + (steps**2 / noise.dynamical).sum()
    return jnp.where(jnp.isfinite(total), total, jnp.inf)


@eqx.filter_jit
def initial_noise(model: Model, rows: Rows) -> Noise:
    """Half of what predictions of a step miss is ascribed to the value they are made from, and little to the model."""
    z = model.start.infer(model.observation, rows.x)
    errors = rows.x[1:] - model.observation.observe(_steps(model, rows, z)[0])
    whole = rows.mask[1:].all(axis=1) & rows.mask[:-1].all(axis=1)
    variance = jnp.nanmean(jnp.where(whole[:, None], errors**2, jnp.nan), axis=0)
    observed = jnp.maximum(jnp.where(jnp.isfinite(variance), variance, ATTRACTOR_VARIANCE) / 2, LEAST_VARIANCE)
    return Noise(observed, jnp.full(z.shape[1], observed.mean() / 25))


@eqx.filter_jit
def estimate_noise(model: Model, rows: Rows, path: Path) -> Noise:
    """The variances under which the path and what is not known of it are likeliest."""
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
    """What states of so much certainty show, and its variance."""
    level, H = jax.vmap(lambda z: _observe(model, z))(z)
    return level, jnp.maximum(jnp.einsum("tij,tjk,tik->ti", H, cov, H), 0)


def _kalman_update(mean, cov, error, H, R):
    """A Gaussian after a measurement that is `error` away from what it expects."""
    gain = jnp.linalg.solve(H @ cov @ H.T + R, H @ cov).T
    cov = cov - gain @ H @ cov
    return mean + gain @ error, (cov + cov.T) / 2


def _observe(model: Model, z):
    """What a state shows, and the Jacobian there."""
    # Some observations know their derivative backwards only.
    return model.observation.observe(z), jax.jacrev(model.observation.observe)(z)


def _step(model: Model, z, ahead: NextStep):
    """Where a state is taken, and the Jacobian there."""
    if ahead.duration is None:
        end, J = model.dynamics.step(z, ahead.s), model.dynamics.jacobian(z, ahead.s)
    else:
        timed = cast(AbstractTimed, model.dynamics)
        end, J = timed.advance(z, ahead.duration, ahead.s), jax.jacfwd(timed.advance)(z, ahead.duration, ahead.s)
    return jnp.where(ahead.inside, end, z), jnp.where(ahead.inside, J, jnp.eye(len(z)))


def _steps(model: Model, rows: Rows, z):
    """The same for every state but the last."""
    ahead = jax.tree.map(lambda a: a[1:], NextStep(rows.inside, rows.s, rows.durations))
    return jax.vmap(lambda z, a: _step(model, z, a))(z[:-1], ahead)
