"""Recordings of known systems: orbits on the attractor at even time steps, with observation noise if wanted."""

import math
from collections.abc import Callable, Sequence

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.dynamics import AbstractDynamics, AbstractFlow
from attrax.core.errors import ConfigError, DataError
from attrax.data.series import Dataset, Series
from attrax.systems.delay_equation import DelayEquation
from attrax.systems.system import System


def record(
    system: System,
    n: int,
    *,
    dt: float | None = None,
    points_per_period: float | None = None,
    noise: float = 0.0,
    transient: float | None = None,
    key: PRNGKeyArray,
) -> Dataset:
    r"""Simulate a known system and return a recording of `n` rows, in float64.

    $x_t = z_t + \eta\, \sigma \odot \epsilon_t$

    with $\eta$ the argument `noise`, $\sigma$ the standard deviation of each channel over the recording and
    $\epsilon_t$ standard normal. The orbit starts near `system.z0`. Flows are solved by `TimeMap`, with local relative
    and absolute errors of 1e-10, delay equations by `DelayMap`. Phases are shown as a cosine and a sine.

    The same `key`, library versions and kind of processor give the same bits. On another machine an orbit agrees to
    seven digits for a few periods only, because chaos amplifies rounding errors.

    Args:
        system: A built-in system from `find`, or one of your own.
        n: Number of rows.
        dt: Time between rows; the system's usual one if not given.
        points_per_period: Rows in a dominant period, in place of `dt`. 100 is usual; 15 to 30 is harder to learn.
        noise: Observation noise, as a fraction of each channel's standard deviation; 0.05 is 5 %.
        transient: Simulated time before the first row, to reach the attractor; the system's own if not given.
        key: Random key for the initial state and the noise.

    Returns: A `Dataset` of one `Series`.
    Raises: `ConfigError` C531, C532, C571 or C572 for an invalid setting; `DataError` D121 if the orbit diverges.
    Cost: About two seconds for 100,000 rows of Lorenz-63, half of it compilation.

    Example:
        >>> import jax
        >>> from attrax.systems.catalogue import find
        >>> record(find("henon"), 1000, noise=0.05, key=jax.random.key(0))[0].x.shape
        (1000, 2)
    """
    transient = _checked(system, n, noise, transient)
    key_start, key_noise = jax.random.split(key)
    dynamics = system.map(recording_time_step(system, dt, points_per_period))
    with jax.enable_x64(True):
        z0 = _start(system, dynamics, key_start)
        z = np.asarray(_orbit(dynamics, z0, math.ceil(transient / dynamics.dt), n, len(system.channels)))
        return _dataset(system, z[None], dynamics.dt, noise, key_noise)


def record_ensemble(
    system: System,
    n: int,
    *,
    values: Sequence[float] | Float[np.ndarray, " orbit"],
    family: Callable[[float], AbstractFlow | AbstractDynamics | DelayEquation] | None = None,
    dt: float | None = None,
    points_per_period: float | None = None,
    noise: float = 0.0,
    transient: float | None = None,
    key: PRNGKeyArray,
) -> Dataset:
    """Many recordings at once, from different initial states and, if wanted, at different values of a parameter.

    Args:
        system: A built-in system from `find`, or one of your own.
        n: Number of rows of each recording.
        values: The parameter value of each recording. Without `family` only their number is used.
        family: A function from a value to the equations, such as `lambda rho: Lorenz63(rho=rho)` or
            `lambda c: find("chen").dynamics.at(c=c)`. If not given, all recordings have the equations of the system.
        dt: As for `record`.
        points_per_period: As for `record`.
        noise: As for `record`.
        transient: As for `record`.
        key: Random key for the initial states and the noise.

    Returns: A `Dataset` of one `Series` for each value.
    Raises: The errors of `record`; `DataError` D121 if one of the orbits diverges.
    Cost: One compilation for all. Each step takes as long as that of the orbit that needs most solver steps.

    Example:
        >>> import jax
        >>> from attrax.systems import Logistic, find
        >>> many = record_ensemble(find("logistic"), 50, values=[3.2, 4.0], family=Logistic, key=jax.random.key(0))
        >>> [len(set(series.x[:, 0].round(6))) for series in many]
        [2, 50]
    """
    transient = _checked(system, n, noise, transient)
    key_start, key_noise = jax.random.split(key)
    step = system.map(recording_time_step(system, dt, points_per_period)).dt
    skip = math.ceil(transient / step)
    make = family if family is not None else lambda _: system.dynamics
    with jax.enable_x64(True):
        members = [system.sampling(make(value), step) for value in values]
        stacked = jax.tree.map(lambda *leaves: jnp.asarray(leaves), *members)

        @jax.jit
        @jax.vmap
        def orbits(dynamics, key):
            return _orbit(dynamics, _start(system, dynamics, key), skip, n, len(system.channels))

        z = np.asarray(orbits(stacked, jax.random.split(key_start, len(members))))
        return _dataset(system, z, step, noise, key_noise)


def recording_time_step(system: System, dt: float | None, points_per_period: float | None) -> float | None:
    """The time step from either of two ways to give it; None for the usual one of the system.

    Args:
        system: The system.
        dt: Time step, or None.
        points_per_period: Rows in a dominant period, or None.

    Raises: `ConfigError` C571 if both are given, C572 if the system has no period, C531 for an invalid number.
    """
    if points_per_period is None:
        return dt
    if dt is not None:
        raise ConfigError(
            "C571",
            "two time steps",
            where=f"dt = {dt}, points_per_period = {points_per_period}",
            why="each of the two sets the time between rows",
            fix="leave one of them out",
        )
    if not system.period:
        raise ConfigError(
            "C572",
            "no dominant period",
            where=f"points_per_period = {points_per_period}, system '{system.name}'",
            why="no period is known for this system, as for all maps",
            fix="leave points_per_period out, or give dt",
        )
    if not 0 < points_per_period < math.inf:
        raise _impossible("points_per_period", points_per_period, "positive", 100)
    return system.period / points_per_period


@eqx.filter_jit
def _orbit(
    dynamics: AbstractDynamics, z0: Float[Array, " latent"], skip: int, n: int, width: int
) -> Float[Array, "n width"]:
    """The first `width` variables of `n` states after `skip` steps. The rest of a long history is not stored."""

    def advance(i, carried):
        z, kept = carried
        z = dynamics.step(z)
        return z, kept.at[jnp.where(i < skip, n, i - skip)].set(z[:width], mode="drop")

    return jax.lax.fori_loop(0, skip + n, advance, (z0, jnp.zeros((n, width), z0.dtype)))[1]


def _start(system: System, dynamics: AbstractDynamics, key: PRNGKeyArray) -> Float[Array, " latent"]:
    z0, deviations = jnp.asarray(system.z0), jnp.asarray(system.start_deviations())
    # A delay equation starts from a constant history.
    return jnp.broadcast_to(z0 + deviations * jax.random.normal(key, z0.shape, z0.dtype), (dynamics.latent_dim,))


def _dataset(
    system: System, z: Float[np.ndarray, "orbit n width"], dt: float, noise: float, key: PRNGKeyArray
) -> Dataset:
    """A dataset of the recorded channels of the orbits, with noise; must be called inside `jax.enable_x64(True)`."""
    if not np.isfinite(z).all():
        raise _escaped(system)
    x = system.observe(z)
    epsilon = np.asarray(jax.random.normal(key, x.shape, jnp.float64))
    x = x + noise * x.std(axis=1, keepdims=True) * epsilon
    return Dataset(
        tuple(Series(y, dt=dt, channels=system.observed_channels) for y in x), name=system.name, source=system.name
    )


def _checked(system: System, n: int, noise: float, transient: float | None) -> float:
    """The transient to use, after all numbers have been checked."""
    transient = system.transient if transient is None else transient
    for name, value, least in (("n", n, 1), ("noise", noise, 0), ("transient", transient, 0)):
        if not least <= value < math.inf:
            raise _impossible(name, value, f"{least} or more", least)
    return transient


def _impossible(name: str, value: float, rule: str, fix: float) -> ConfigError:
    return ConfigError(
        "C531",
        f"impossible {name}",
        where=f"{name} = {value}",
        why=f"{name} must be a finite number, {rule}",
        fix=f"{name}={fix}",
    )


def _escaped(system: System) -> DataError:
    return DataError(
        "D121",
        "the orbit escapes to infinity",
        where=f"system '{system.name}', started near {system.z0}",
        why="the state grew beyond all numbers, so there is no attractor to record",
        fix="choose z0 in the basin of the attractor, or other parameters",
    )
