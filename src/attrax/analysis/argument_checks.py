"""Checks of the arguments of an analysis, made once where a user calls it."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics
from attrax.core.errors import ConfigError


def impossible(name: str, *, where: str, why: str, fix: str) -> ConfigError:
    """The error C531 for an argument with a value that cannot work.

    Args:
        name: Name of the argument.
        where: The argument with its value.
        why: The rule that the value breaks.
        fix: A value that works.
    """
    return ConfigError("C531", f"impossible {name}", where=where, why=why, fix=fix)


def require_count(name: str, value: int, least: int) -> None:
    """Raise an error if a number of steps, points or samples is too small.

    Args:
        name: Name of the argument.
        value: The number.
        least: Smallest number allowed.

    Raises:
        ConfigError: C531 if `value` is smaller than `least`.

    Example:
        >>> require_count("n", 10, 1)
    """
    if value < least:
        why = f"{name} must be {least} or more"
        raise impossible(name, where=f"{name} = {value}", why=why, fix=f"{name}={least}, or more")


def as_starts(
    dynamics: AbstractDynamics, z0: Float[Array, "*start size"], s: Float[Array, "time input"] | None, rows: int
) -> Float[Array, "start size"]:
    """Convert one initial state, or a stack of them, to a stack in float64. Call it inside `jax.enable_x64(True)`.

    Args:
        dynamics: The map.
        z0: One state, or one state a row.
        s: External inputs, or None.
        rows: Number of rows that `s` must have: one for each step, transient included.

    Raises:
        ConfigError: C561 if `z0` does not have the size of a state; C562 if `s` does not have the right shape.
    """
    starts = jnp.atleast_2d(jnp.asarray(z0, jnp.float64))
    if starts.shape[1:] != (dynamics.latent_dim,):
        raise ConfigError(
            "C561",
            "initial states of the wrong size",
            where=f"z0 has shape {tuple(z0.shape)}, a state has {dynamics.latent_dim} variables",
            why="every orbit starts in a state of the map",
            fix="one state, or an array with one state a row",
        )
    require_inputs(dynamics, s, rows, why="every step needs one row of inputs, the steps of the transient too")
    return starts


def require_inputs(
    dynamics: AbstractDynamics, s: Float[np.ndarray | Array, "step input"] | None, rows: int, *, why: str
) -> None:
    """Check that external inputs have one row for each step of an orbit.

    Args:
        dynamics: The map.
        s: External inputs, or None for inputs that are 0.
        rows: Number of rows that they must have.
        why: The reason for this number, for the error message.

    Raises: ConfigError C562 if they have another shape.
    """
    if s is not None and s.shape != (rows, dynamics.input_dim):
        raise ConfigError(
            "C562",
            "inputs that do not fit the orbit",
            where=f"s has shape {tuple(s.shape)}, needed is {(rows, dynamics.input_dim)}",
            why=why,
            fix="s of that shape, or leave s out for inputs that are 0",
        )
