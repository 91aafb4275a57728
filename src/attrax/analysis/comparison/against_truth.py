"""Comparison of a model with the system behind its data: Lyapunov exponents, dimension, entropy and fixed points."""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.analysis.comparison.fixed_point_matching import FixedPointMatch, HasFixedPoints, match_fixed_points, rates
from attrax.analysis.lyapunov.exponents import Lyapunov, lyapunov_spectrum
from attrax.core.dynamics import AbstractDynamics
from attrax.core.has_dynamics import HasDynamics, dynamics_of
from attrax.core.precision import in_float64
from attrax.core.result import Result
from attrax.core.rollout import rollout


@dataclass(frozen=True, eq=False)
class Comparison:
    """Invariants of a model and of the true system; differences are model minus truth.

    Attributes:
        model, truth: Lyapunov exponents, with Kaplan-Yorke dimension and entropy.
        fixed_points: How the fixed points match; None if they were not given.
        result: `SUCCESSFUL`, or the result code of the exponents of the model or else of the truth.

    Example:
        >>> from attrax.systems import Henon
        >>> z0 = jnp.array([[0.1, 0.1], [0.2, 0.0]])
        >>> found = compare(Henon(a=1.39), Henon(), z0, z0, 5000)
        >>> found.exponent_errors.shape, bool(abs(found.entropy_error) < 0.1)
        ((2,), True)
    """

    model: Lyapunov
    truth: Lyapunov
    fixed_points: FixedPointMatch | None
    result: Result

    @property
    def exponent_errors(self) -> Float[np.ndarray, " k"]:
        """Differences of the largest exponents, as many as both have."""
        k = min(len(self.model.exponents), len(self.truth.exponents))
        return self.model.exponents[:k] - self.truth.exponents[:k]

    @property
    def exponent_error_bars(self) -> Float[np.ndarray, " k"]:
        """Standard errors of these differences; a difference of about this size may be due to chance."""
        k = min(len(self.model.exponents), len(self.truth.exponents))
        return np.hypot(self.model.std_error[:k], self.truth.std_error[:k])

    @property
    def dimension_error(self) -> float:
        """Difference of the Kaplan-Yorke dimensions."""
        return self.model.kaplan_yorke - self.truth.kaplan_yorke

    @property
    def entropy_error(self) -> float:
        """Difference of the Kolmogorov-Sinai entropies, nats per unit of time."""
        return self.model.entropy - self.truth.entropy


def _itself(z: Float[Array, "*batch latent"]) -> Float[Array, "*batch latent"]:
    return z


def compare(
    model: AbstractDynamics | HasDynamics[AbstractDynamics],
    truth: AbstractDynamics | HasDynamics[AbstractDynamics],
    z0: Float[Array, "*start latent"],
    z0_true: Float[Array, "*start_true latent_true"],
    n: int,
    *,
    transient: int = 1000,
    k: int | None = None,
    observe: Callable[[Array], Array] = _itself,
    observe_true: Callable[[Array], Array] = _itself,
    fixed_points: tuple[HasFixedPoints, HasFixedPoints] | None = None,
    radius: float = 1.0,
    spectrum: Lyapunov | None = None,
    deviation: Float[np.ndarray, " obs"] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Compare the invariants of a model with those of the system behind its data.

    Both run for the same duration, so the number of steps of the true system is `n * model.dt / truth.dt`. Lyapunov
    exponents do not depend on coordinates. Fixed points are compared as they are observed, in standard deviations of
    the true attractor.

    Args:
        model: The learned map.
        truth: The known map, or the `TimeMap` of a flow. Its time step may differ from that of the model, but not its
            unit of time.
        z0: One or more states of the model, in the basin of its attractor.
        z0_true: The same for the true system.
        n: Number of steps of the model, after the transient. Raise it if the errors are not much larger than
            `exponent_error_bars`.
        transient: Number of steps of the model before that. Raise it if orbits approach the attractor slowly.
        k: Number of exponents; as many as both have if None.
        observe: Maps states of the model to observations, in the units of the true system.
        observe_true: Maps states of the true system to observations.
        fixed_points: Fixed points of the model and of the true system, if they are to be matched.
        radius: Largest distance of two fixed points that match, in standard deviations.
        spectrum: The exponents of the model, if `lyapunov_spectrum` has computed them already.
        deviation: Standard deviation of the observations on the true attractor, if it is known; otherwise it is taken
            from an orbit.
        progress: Called from time to time with the number of steps done and their total.

    Returns:
        A `Comparison`. Result codes are those of `lyapunov_spectrum`: `DIVERGED`, `UNRESOLVED`.

    Raises:
        ConfigError: C531 for impossible numbers; C561 for states of the wrong size.

    Cost: two calls of `lyapunov_spectrum`, one if `spectrum` is given; and another orbit of the true system if fixed
        points are given without `deviation`.

    Example:
        >>> from attrax.systems import Henon
        >>> z0 = jnp.array([[0.1, 0.1], [0.2, 0.0]])
        >>> bool(abs(compare(Henon(a=1.39), Henon(), z0, z0, 5000).exponent_errors[0]) < 0.1)
        True
    """
    model, truth = dynamics_of(model), dynamics_of(truth)
    ratio = model.dt / truth.dt
    n_true, transient_true = max(round(n * ratio), 1), round(transient * ratio)
    k = min(model.latent_dim, truth.latent_dim) if k is None else k
    before = n + transient if spectrum is None else 0
    total = before + n_true + transient_true

    def report(before: int) -> Callable[[int, int], None]:
        return lambda done, _: None if progress is None else progress(before + done, total)

    of_model = spectrum
    if of_model is None:
        of_model = lyapunov_spectrum(model, z0, n, k=k, transient=transient, progress=report(0))
    of_truth = lyapunov_spectrum(truth, z0_true, n_true, k=k, transient=transient_true, progress=report(before))
    matched = None
    if fixed_points is not None:
        if deviation is None:
            deviation = _deviation(truth, z0_true, n_true, transient_true, observe_true)
        matched = _match(fixed_points, (observe, observe_true), deviation, radius=radius, dt=(model.dt, truth.dt))
    return Comparison(of_model, of_truth, matched, of_model.result or of_truth.result)


def _deviation(
    dynamics: AbstractDynamics,
    z0: Float[Array, "*start latent"],
    n: int,
    transient: int,
    observe: Callable[[Array], Array],
) -> Float[np.ndarray, " obs"]:
    """Standard deviation of the observations along an orbit; rows that are not finite are left out."""
    with jax.enable_x64(True):
        start = jnp.atleast_2d(jnp.asarray(z0, jnp.float64))[0]
        x = np.asarray(observe(rollout(in_float64(dynamics), start, transient + n).z[transient:]))
    x = x[np.isfinite(x).all(axis=1)]
    return x.std(axis=0) if len(x) else np.zeros(x.shape[1])


def _match(
    fixed_points: tuple[HasFixedPoints, HasFixedPoints],
    observe: tuple[Callable[[Array], Array], Callable[[Array], Array]],
    deviation: Float[np.ndarray, " obs"],
    *,
    radius: float,
    dt: tuple[float, float],
) -> FixedPointMatch:
    with jax.enable_x64(True):
        x, x_true = (np.asarray(f(jnp.asarray(p.z, jnp.float64))) for f, p in zip(observe, fixed_points, strict=True))
    pairs, distances = match_fixed_points(x, x_true, deviation, radius=radius)
    k = min(p.eigenvalues.shape[1] for p in fixed_points)
    of_model, of_truth = (
        [a[pairs[:, side], :k] for a in rates(p.eigenvalues, dt[side])] for side, p in enumerate(fixed_points)
    )
    rate_errors, frequency_errors = (a - b for a, b in zip(of_model, of_truth, strict=True))
    return FixedPointMatch(
        pairs=pairs,
        distances=distances,
        rate_errors=rate_errors,
        frequency_errors=frequency_errors,
        extra=np.setdiff1d(np.arange(len(x)), pairs[:, 0]),
        missing=np.setdiff1d(np.arange(len(x_true)), pairs[:, 1]),
    )
