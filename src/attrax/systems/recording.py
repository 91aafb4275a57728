"""Recordings of known systems: an orbit on the attractor, sampled at even times, with as much noise as one asks for.

Whatever is later said about a reconstruction can be checked, because here the truth is known.
"""

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
    r"""A recording of `n` rows of a known system, in float64.

    $x_t = z_t + \eta\, \sigma \odot \epsilon_t$

    with $\eta$ the argument `noise`, $\sigma$ the standard deviation of each channel over the recording and
    $\epsilon_t$ standard normal. The orbit starts near `system.z0`. Flows are solved by `TimeMap`, with local relative
    and absolute errors of 1e-10, delay equations by `DelayMap`. Phases are shown as a cosine and a sine.

    Every bit follows from `key`, the versions of the libraries and the kind of processor. On another machine an orbit
    agrees to seven digits for a few periods; then chaos has made its rounding errors large.

    Args:
        system: A system of the catalogue, or one of your own.
        n: Number of rows.
        dt: Time between rows; the system's usual one if not given.
        points_per_period: Rows in a dominant period, in place of `dt`; 100 is usual, 15 to 30 makes a harder benchmark.
        noise: Observation noise, as a fraction of each channel's standard deviation; 0.05 is 5 %.
        transient: Time to run before the first row; the system's own if not given. 0 shows the way to the attractor.
        key: Random key, for the initial state and the noise.

    Returns: A `Dataset` of one `Series`.
    Raises: `ConfigError` C531, C532, C571 or C572 for an impossible setting; `DataError` D121 if the orbit escapes to
        infinity.
    Cost: About two seconds for 100,000 rows of Lorenz-63, half of it compilation.

    Example:
        >>> import jax
        >>> from attrax.systems.catalogue import find
        >>> record(find("henon"), 1000, noise=0.05, key=jax.random.key(0))[0].x.shape
        (1000, 2)
    """
    transient = _checked(system, n, noise, transient)
    key_start, key_noise = jax.random.split(key)
    dynamics = system.map(time_step(system, dt, points_per_period))
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
    """Many recordings side by side: from different initial states, and at different values of a parameter if asked.

    Args:
        system: A system of the catalogue, or one of your own.
        n: Number of rows of each recording.
        values: A value for each recording; only their number matters without a family.
        family: The equations for a value, such as `lambda rho: Lorenz63(rho=rho)` or
            `lambda c: find("chen").dynamics.at(c=c)`; those of the system for all if not given.
        dt: As for `record`.
        points_per_period: As for `record`.
        noise: As for `record`.
        transient: As for `record`.
        key: Random key, for the initial states and the noise.

    Returns: A `Dataset` of one `Series` for each value.
    Raises: As `record`; `DataError` D121 if one of the orbits escapes.
    Cost: One compilation for all; each step takes as long as it takes for the orbit that is hardest to solve.

    Example:
        >>> import jax
        >>> from attrax.systems import Logistic, find
        >>> many = record_ensemble(find("logistic"), 50, values=[3.2, 4.0], family=Logistic, key=jax.random.key(0))
        >>> [len(set(series.x[:, 0].round(6))) for series in many]
        [2, 50]
    """
    transient = _checked(system, n, noise, transient)
    key_start, key_noise = jax.random.split(key)
    step = system.map(time_step(system, dt, points_per_period)).dt
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


def time_step(system: System, dt: float | None, points_per_period: float | None) -> float | None:
    """The time step that is meant; None for the system's usual one.

    Raises: `ConfigError` C571 if both are given, C572 if the system has no period, C531 for an impossible number.
    """
    if points_per_period is None:
        return dt
    if dt is not None:
        raise ConfigError(
            "C571",
            "two time steps",
            where=f"dt = {dt}, points_per_period = {points_per_period}",
            why="either says how far rows are apart",
            fix="leave one of them out",
        )
    if not system.period:
        raise ConfigError(
            "C572",
            "no dominant period",
            where=f"points_per_period = {points_per_period}, system '{system.name}'",
            why="no period is known, as for all maps, so rows cannot be counted in periods",
            fix="leave points_per_period out, or give dt",
        )
    if not 0 < points_per_period < math.inf:
        raise _impossible("points_per_period", points_per_period, "positive", 100)
    return system.period / points_per_period


@eqx.filter_jit
def _orbit(
    dynamics: AbstractDynamics, z0: Float[Array, " latent"], skip: int, n: int, width: int
) -> Float[Array, "n width"]:
    """The first variables of `n` states after `skip` steps; nothing else is kept, since histories are long."""

    def advance(i, carried):
        z, kept = carried
        z = dynamics.step(z)
        return z, kept.at[jnp.where(i < skip, n, i - skip)].set(z[:width], mode="drop")

    return jax.lax.fori_loop(0, skip + n, advance, (z0, jnp.zeros((n, width), z0.dtype)))[1]


def _start(system: System, dynamics: AbstractDynamics, key: PRNGKeyArray) -> Float[Array, " latent"]:
    z0, scatter = jnp.asarray(system.z0), jnp.asarray(system.scatter())
    # A delay equation starts from a constant history.
    return jnp.broadcast_to(z0 + scatter * jax.random.normal(key, z0.shape, z0.dtype), (dynamics.latent_dim,))


def _dataset(
    system: System, z: Float[np.ndarray, "orbit n width"], dt: float, noise: float, key: PRNGKeyArray
) -> Dataset:
    """Orbits as they are observed; call it inside `jax.enable_x64(True)`."""
    if not np.isfinite(z).all():
        raise _escaped(system)
    x = system.observe(z)
    epsilon = np.asarray(jax.random.normal(key, x.shape, jnp.float64))
    x = x + noise * x.std(axis=1, keepdims=True) * epsilon
    return Dataset(tuple(Series(y, dt=dt, channels=system.observed) for y in x), name=system.name, source=system.name)


def _checked(system: System, n: int, noise: float, transient: float | None) -> float:
    """The transient, after a look at the numbers."""
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
        why="the state left every finite bound, so there is no attractor to record",
        fix="choose z0 in the basin of the attractor, or other parameters",
    )
