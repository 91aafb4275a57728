"""Lyapunov exponents: the mean rates at which neighboring orbits separate, one for each dimension.

A positive one is chaos, a zero one the direction of time (or a torus), negative ones say how fast orbits fall onto the
attractor.
"""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.analysis.averages import orbit_mean, orbit_mean_error
from attrax.analysis.checked_settings import as_starts, impossible, require_count
from attrax.analysis.dimension import kaplan_yorke_dimension
from attrax.analysis.tangent import Growth, tangent_growth
from attrax.core.dynamics import AbstractDynamics
from attrax.core.has_dynamics import HasDynamics, dynamics_of
from attrax.core.precision import in_float64
from attrax.core.result import Result

_CURVE_POINTS = 50


@dataclass(frozen=True, eq=False)
class Lyapunov:
    """Lyapunov exponents and how far to trust them, per unit of time and in descending order.

    Attributes:
        exponents: Mean over the orbits that stayed finite; NaN if none did. -inf where the map loses a dimension.
        std_error: Standard error of `exponents` by block bootstrap; NaN if there are fewer than 64 values in all.
        by_start: The exponents of each orbit; NaN for one that diverged.
        times: Lengths of time after which `convergence` was taken.
        convergence: What `exponents` would have been had the orbits ended there.
        dt: Time step of the map.
        n: Steps averaged over, of each orbit.
        transient: Steps before that, left out.
        complete: Whether these are all exponents of the map.
        result: `SUCCESSFUL`; `DIVERGED` if an orbit left every bound; `UNRESOLVED` if growth was lost to rounding.
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
        """The Kaplan-Yorke dimension; a lower bound if too few exponents were asked for.

        An exponent within two standard errors of 0 counts as 0, lest a limit cycle have dimension 0 half of the time.
        """
        margin = np.fmax(2 * self.std_error, 1e-3 / (self.n * self.dt))
        return kaplan_yorke_dimension(np.where(np.abs(self.exponents) <= margin, 0.0, self.exponents))

    @property
    def entropy(self) -> float:
        """Sum of the positive exponents, in nats per unit of time: Pesin's value of the Kolmogorov-Sinai entropy."""
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
    r"""The Lyapunov exponents of a map along its orbits.

    $\lambda_i = \lim_{n \to \infty} \frac{1}{n\,\Delta t} \sum_{t=1}^{n} \log |(R_t)_{ii}|, \quad
    J_t Q_{t-1} = Q_t R_t$

    with $J_t$ the derivative of the map at state $t$, $\Delta t$ its time step, $Q_t$ an orthonormal frame carried
    along the orbit and $R_t$ upper triangular. The mean has smooth weights, so that for fixed points, cycles and tori
    it converges faster than any power of $n$. Computed in float64, whatever the parameters come in.

    Args:
        dynamics: The map: a learned network or a model around it, a known map, or a flow's `TimeMap`.
        z0: A state, or a stack of states in the basin of one attractor. Sixteen orbits of a small map at once take four
            times as long as one, and sixteen times shorter ones give the same error.
        n: Steps averaged over, after the transient; a multiple of `every`. The error falls like $1/\sqrt{n}$.
        k: How many exponents, largest first; all if not given. Fewer is cheaper for a large map.
        transient: Steps left out, in which the orbit reaches the attractor and the frame aligns; a multiple of
            `every`. Raise it for slow transients.
        every: Steps between factorisations. Raise it to save time when `dt` is short, as long as no direction shrinks
            by more than nine orders of magnitude relative to another between two of them.
        s: External inputs, `transient + n` rows, the same for all orbits; inputs are 0 if not given.
        progress: Called now and then with the number of steps done and their total.

    Returns: A `Lyapunov`.
    Result codes: `DIVERGED` if an orbit leaves every bound: it does not count. `UNRESOLVED` if the map is singular, so
        that an exponent is -inf, or `dt * every` so long that the lowest exponents are below the solver's error.
    Raises: `ConfigError` C531 for impossible numbers, C561 and C562 for shapes that do not fit.
    Cost: n + transient steps, each of `k` tangent vectors and one QR factorisation, $O(M k^2)$. Measured on one core:
        8 microseconds a step for a 3 x 50 network, 50 for 20 x 200, 70 for Lorenz-63 at dt = 0.01 (16 at a time: 2, 50
        and 18 for each orbit), after one to five seconds of compilation.
    Fails when: an orbit on an unstable fixed point or cycle leaves it by rounding; the exponents are then those of
        where it goes. Orbits in different basins are averaged, which `by_start` shows.

    Example:
        >>> from attrax.systems import find
        >>> found = lyapunov_spectrum(find("henon").dynamics, jnp.zeros(2), 20_000)
        >>> found.exponents.round(1)
        array([ 0.4, -1.6])

    References: [@benettin1980], [@shimada1979], [@das2017].
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
    """Averages of recorded growth, their error and their convergence.

    Args:
        growth: What `tangent_growth` recorded.
        dynamics: The map it came from.
        transient: Steps left out before.
        every: Steps in an interval.
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
        raise impossible("k", where=f"k = {k}, latent_dim = {dynamics.latent_dim}", why=why, fix="a smaller k, or none")
    for name, steps in (("n", n), ("transient", transient)):
        if steps % every:
            why = "the frame is factorised once in `every` steps, and the orbit must end where that falls due"
            fix = f"{name}={steps + every - steps % every}"
            raise impossible(name, where=f"{name} = {steps}, every = {every}", why=why, fix=fix)
    if not dynamics.dt > 0:
        why = "exponents are rates per unit of time, which must advance"
        raise impossible("time step", where=f"dt = {dynamics.dt}", why=why, fix="a map with dt > 0")
