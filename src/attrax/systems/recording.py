"""Recordings of known systems: an orbit on the attractor, sampled at even times, with as much noise as one asks for.

Whatever is later said about a reconstruction can be checked, because here the truth is known.
"""

import math

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, PRNGKeyArray

from attrax.core.errors import ConfigError, DataError
from attrax.core.result import Result
from attrax.core.rollout import rollout
from attrax.data.series import Dataset, Series
from attrax.systems.system import System

# Size of the random change of the initial state, in units of its root mean square: small enough to stay in the basin
# of every system of the catalogue, large enough for the transient to make orbits of different keys unrelated.
_SPREAD = 0.1


def record(
    system: System,
    n: int,
    *,
    dt: float | None = None,
    noise: float = 0.0,
    transient: float | None = None,
    key: PRNGKeyArray,
) -> Dataset:
    r"""A recording of `n` rows of a known system, in float64.

    $x_t = z_t + \eta\, \sigma \odot \epsilon_t$

    with $\eta$ the argument `noise`, $\sigma$ the standard deviation of each channel over the recording and
    $\epsilon_t$ standard normal. The orbit starts near `system.z0`. Flows are solved by `TimeMap`, with local relative
    and absolute errors of 1e-10, and every bit follows from `key`.

    Args:
        system: A system of the catalogue, or one of your own.
        n: Number of rows.
        dt: Time between rows; the system's usual one if not given.
        noise: Observation noise, as a fraction of each channel's standard deviation; 0.05 is 5 %.
        transient: Time to run before the first row; the system's own if not given. 0 shows the way to the attractor.
        key: Random key, for the initial state and the noise.

    Returns: A `Dataset` of one `Series`.
    Raises: `ConfigError` C531 or C532 for an impossible setting; `DataError` D121 if the orbit escapes to infinity.
    Cost: About two seconds for 100,000 rows of Lorenz-63, half of it compilation.

    Example:
        >>> import jax
        >>> from attrax.systems.catalogue import find
        >>> record(find("henon"), 1000, noise=0.05, key=jax.random.key(0))[0].x.shape
        (1000, 2)
    """
    transient = system.transient if transient is None else transient
    for name, value, least in (("n", n, 1), ("noise", noise, 0), ("transient", transient, 0)):
        _check_bound(name, value, least)
    key_start, key_noise = jax.random.split(key)
    dynamics = system.map(dt)
    skip = math.ceil(transient / dynamics.dt)
    with jax.enable_x64(True):
        orbit = rollout(dynamics, _start(system, key_start), skip + n)
        z, result = np.asarray(orbit.z[skip:]), Result(int(orbit.result))
        epsilon = np.asarray(jax.random.normal(key_noise, z.shape, jnp.float64))
    if result is not Result.SUCCESSFUL:
        raise _escaped(system)
    series = Series(z + noise * z.std(axis=0) * epsilon, dt=dynamics.dt, channels=system.channels)
    return Dataset((series,), name=system.name, source=system.name)


def _start(system: System, key: PRNGKeyArray) -> Float[jax.Array, " latent"]:
    z0 = jnp.asarray(system.z0)
    return z0 + _SPREAD * jnp.sqrt(jnp.mean(z0**2)) * jax.random.normal(key, z0.shape, z0.dtype)


def _check_bound(name: str, value: float, least: int) -> None:
    if not least <= value < math.inf:
        raise ConfigError(
            "C531",
            f"impossible {name}",
            where=f"{name} = {value}",
            why=f"{name} must be a finite number, {least} or more",
            fix=f"{name}={least}, or more",
        )


def _escaped(system: System) -> DataError:
    return DataError(
        "D121",
        "the orbit escapes to infinity",
        where=f"system '{system.name}', started near {system.z0}",
        why="the state left every finite bound, so there is no attractor to record",
        fix="choose z0 in the basin of the attractor, or other parameters",
    )
