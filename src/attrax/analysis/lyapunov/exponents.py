"""Lyapunov exponents: the mean exponential rates at which neighboring orbits move apart, one for each dimension.

A positive exponent means chaos. An exponent of zero belongs to the direction of the flow, or to a torus. Negative
exponents are the rates at which orbits approach the attractor.
"""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.analysis.argument_checks import as_starts, impossible, require_count
from attrax.analysis.lyapunov.kaplan_yorke import kaplan_yorke_dimension
from attrax.analysis.lyapunov.orbit_averages import orbit_mean, orbit_mean_error
from attrax.analysis.lyapunov.tangent_growth import Growth, tangent_growth
from attrax.core.dynamics import AbstractDynamics
from attrax.core.has_dynamics import HasDynamics, dynamics_of
from attrax.core.precision import in_float64
from attrax.core.result import Result

_CURVE_POINTS = 50


@dataclass(frozen=True, eq=False)
class Lyapunov:
    """Lyapunov exponents per unit of time, in descending order, with their uncertainty.

    Attributes:
        exponents: Mean over the orbits that stayed finite; NaN if none did; -inf where the map is singular.
        std_error: Standard error of `exponents` from a block bootstrap; NaN for fewer than 64 values in all.
        by_start: The exponents of each orbit; NaN for an orbit that diverged.
        times: Durations, for `convergence`.
        convergence: The estimate of the exponents from the first part of the orbits, up to each of `times`.
        dt: Time step of the map.
        n: Number of steps of each orbit that are averaged over.
        transient: Number of steps before that, which are left out.
        complete: Whether these are all exponents of the map.
        result: `SUCCESSFUL`; `DIVERGED` if an orbit diverged; `UNRESOLVED` if a growth rate is below the precision of
            float64.

    Example:
        >>> from attrax.systems import find
        >>> found = lyapunov_spectrum(find("henon").dynamics, jnp.zeros(2), 20_000)
        >>> round(found.entropy, 1), round(found.kaplan_yorke, 1), found.complete
        (0.4, 1.3, True)
    """

    exponents: Float[np.ndarray, " k"]
    std_error: Float[np.ndarray, " k"]
    by_start: Float[np.ndarray, "start k"]
    times: Float[np.ndarray, " point"]
    convergence: Float[np.ndarray, "point k"]
    dt: float
    n: int
    transient: int
    complete: bool
    result: Result

    @property
    def kaplan_yorke(self) -> float:
        """The Kaplan-Yorke dimension; a lower bound if only some of the exponents were computed.

        An exponent within two standard errors of 0 counts as 0. Otherwise a limit cycle would have dimension 0 in half
        of all cases, by chance.
        """
        margin = np.fmax(2 * self.std_error, 1e-3 / (self.n * self.dt))
        return kaplan_yorke_dimension(np.where(np.abs(self.exponents) <= margin, 0.0, self.exponents))

    @property
    def entropy(self) -> float:
        """The Kolmogorov-Sinai entropy by Pesin's formula, the sum of the positive exponents; nats per unit of time."""
        return float(np.where(np.isnan(self.exponents), np.nan, np.maximum(self.exponents, 0.0)).sum())


def lyapunov_spectrum(
    dynamics: AbstractDynamics | HasDynamics[AbstractDynamics],
    z0: Float[Array, "*start latent"],
    n: int,
    *,
    k: int | None = None,
    transient: int = 1000,
    every: int = 1,
    s: Float[Array, "time input"] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Lyapunov:
    r"""Compute the Lyapunov exponents of a map along its orbits.

    $\lambda_i = \lim_{n \to \infty} \frac{1}{n\,\Delta t} \sum_{t=1}^{n} \log |(R_t)_{ii}|, \quad
    J_t Q_{t-1} = Q_t R_t$

    with $J_t$ the Jacobian of the map at state $t$, $\Delta t$ its time step `dt`, $Q_t$ orthonormal vectors that are
    carried along the orbit, and $R_t$ upper triangular (QR decomposition). The mean is weighted smoothly
    (`orbit_mean`), so that for fixed points, cycles and tori it converges faster than any power of $n$. Computed in
    float64, also for a model that was trained in float32.

    Args:
        dynamics: The map: a learned network, a known map, or the `TimeMap` of a flow.
        z0: One initial state, or one a row; all in the basin of the same attractor. Sixteen orbits of a small map,
            computed together, take four times as long as one; sixteen orbits of a sixteenth of the length give the same
            error as one long orbit.
        n: Number of steps that are averaged over, after the transient; a multiple of `every`. The error falls like
            $1/\sqrt{n}$.
        k: Number of exponents, the largest first; all if None. Lower it for a large map to save time.
        transient: Number of steps that are left out at the start, while the orbit approaches the attractor and the
            vectors align; a multiple of `every`. Raise it if orbits approach the attractor slowly.
        every: Number of steps between two QR decompositions. Raise it to save time when `dt` is short, as long as
            between two of them no direction shrinks by more than nine orders of magnitude relative to another.
        s: External inputs, `transient + n` rows, the same for all orbits; 0 if None.
        progress: Called from time to time with the number of steps done and their total.

    Returns:
        A `Lyapunov`. Result codes: `DIVERGED` if an orbit diverges (it is left out of the mean); `UNRESOLVED` if the
        map is singular, so that an exponent is -inf, or if `dt * every` is so long that the lowest exponents are
        smaller than the error of the solver.

    Raises:
        ConfigError: C531 for impossible numbers; C561 and C562 for arrays of the wrong shape.

    Cost: `n + transient` steps, each with `k` tangent vectors and a QR decomposition, $O(M k^2)$ for $M$ state
        variables. Measured on one core: 8 microseconds a step for a 3 x 50 network, 50 for 20 x 200, 70 for Lorenz-63
        at dt = 0.01 (with 16 orbits at a time 2, 50 and 18 for each orbit), after one to five seconds of compilation.
    Fails when: an orbit starts on an unstable fixed point or cycle. Rounding errors drive it away, and the exponents
        are those of the attractor it then reaches. Orbits in different basins are averaged; compare `by_start`.

    Example:
        >>> from attrax.systems import find
        >>> found = lyapunov_spectrum(find("henon").dynamics, jnp.zeros(2), 20_000)
        >>> found.exponents.round(1)
        array([ 0.4, -1.6])

    References:
        Benettin, Galgani, Giorgilli & Strelcyn, Lyapunov characteristic exponents for smooth dynamical systems and for
        Hamiltonian systems, Meccanica 1980 [@benettin1980].
        Shimada & Nagashima, A numerical approach to ergodic problem of dissipative dynamical systems, Progress of
        Theoretical Physics 1979 [@shimada1979].
        Das, Saiki, Sander & Yorke, Quantitative quasiperiodicity, Nonlinearity 2017 [@das2017].
    """
    dynamics = dynamics_of(dynamics)
    k = dynamics.latent_dim if k is None else k
    _check(dynamics, n, k, transient, every)
    with jax.enable_x64(True):
        starts = as_starts(dynamics, z0, s, transient + n)
        inputs = None if s is None else jnp.asarray(s, jnp.float64)
        growth = tangent_growth(
            in_float64(dynamics), starts, n, k=k, transient=transient, every=every, s=inputs, progress=progress
        )
    return summarize(growth, dynamics, transient=transient, every=every)


def summarize(growth: Growth, dynamics: AbstractDynamics, *, transient: int, every: int) -> Lyapunov:
    """Average recorded growth to Lyapunov exponents, with their standard error and their convergence.

    Args:
        growth: The growth that `tangent_growth` recorded.
        dynamics: The map.
        transient: Number of steps that were left out at the start.
        every: Number of steps in an interval of `growth`.
    """
    finite, period = growth.log[growth.finite], every * dynamics.dt
    _, intervals, k = growth.log.shape
    by_start = np.where(growth.finite[:, None], orbit_mean(growth.log), np.nan) / period
    nothing = np.full(k, np.nan)
    exponents = by_start[growth.finite].mean(axis=0) if len(finite) else nothing
    std_error = orbit_mean_error(finite) / period if len(finite) else nothing
    lengths = np.unique(np.geomspace(min(10, intervals), intervals, _CURVE_POINTS).astype(int))
    mean = finite.mean(axis=0) if len(finite) else np.full((intervals, k), np.nan)
    curve = [orbit_mean(mean[:m]) / period for m in lengths]
    order = np.argsort(-exponents, kind="stable")
    return Lyapunov(
        exponents=exponents[order],
        std_error=std_error[order],
        by_start=by_start[:, order],
        times=lengths * period,
        convergence=np.stack(curve)[:, order],
        dt=dynamics.dt,
        n=intervals * every,
        transient=transient,
        complete=k == dynamics.latent_dim,
        result=_result(growth),
    )


def _result(growth: Growth) -> Result:
    if not growth.finite.all():
        return Result.DIVERGED
    return Result.SUCCESSFUL if growth.resolved.all() else Result.UNRESOLVED


def _check(dynamics: AbstractDynamics, n: int, k: int, transient: int, every: int) -> None:
    require_count("every", every, 1)
    require_count("n", n, every)
    require_count("transient", transient, 0)
    require_count("k", k, 1)
    if k > dynamics.latent_dim:
        why = "a map has as many exponents as state variables"
        fix = f"k={dynamics.latent_dim} or less, or leave k out"
        raise impossible("k", where=f"k = {k}, latent_dim = {dynamics.latent_dim}", why=why, fix=fix)
    for name, steps in (("n", n), ("transient", transient)):
        if steps % every:
            why = "the QR decompositions, one in `every` steps, must end with the orbit"
            fix = f"{name}={steps + every - steps % every}"
            raise impossible(name, where=f"{name} = {steps}, every = {every}", why=why, fix=fix)
    if not dynamics.dt > 0:
        why = "exponents are rates per unit of time, so a step must take a positive time"
        raise impossible("time step", where=f"dt = {dynamics.dt}", why=why, fix="a map with dt > 0")
