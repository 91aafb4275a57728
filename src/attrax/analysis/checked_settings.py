"""Settings of an analysis, checked once at its border."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics
from attrax.core.errors import ConfigError


def impossible(name: str, *, where: str, why: str, fix: str) -> ConfigError:
    """The error for a setting that cannot be."""
    return ConfigError("C531", f"impossible {name}", where=where, why=why, fix=fix)


def require_count(name: str, value: int, least: int) -> None:
    """Raise `ConfigError` C531 if a number of steps or things is too small.

    Example:
        >>> require_count("n", 10, 1)
    """
    if value < least:
        why = f"{name} must be {least} or more"
        raise impossible(name, where=f"{name} = {value}", why=why, fix=f"{name}={least}, or more")


def as_starts(
    dynamics: AbstractDynamics, z0: Float[Array, "*start size"], s: Float[Array, "time input"] | None, rows: int
) -> Float[Array, "start size"]:
    """One state or a stack of them as a stack in float64; call it inside `jax.enable_x64(True)`.

    Raises: `ConfigError` C561 if the states, C562 if the inputs do not fit the map.
    """
    starts = jnp.atleast_2d(jnp.asarray(z0, jnp.float64))
    if starts.shape[1:] != (dynamics.latent_dim,):
        raise ConfigError(
            "C561",
            "starts that are no states of the map",
            where=f"z0 has shape {tuple(z0.shape)}, a state has {dynamics.latent_dim} variables",
            why="every orbit starts in a state",
            fix="one state, or a stack of them with a row each",
        )
    if s is not None and s.shape != (rows, dynamics.input_dim):
        raise ConfigError(
            "C562",
            "inputs that do not fit the orbit",
            where=f"s has shape {tuple(s.shape)}, needed is {(rows, dynamics.input_dim)}",
            why="every step, those of the transient included, meets one row of inputs",
            fix="s of that shape, or none for inputs that are 0",
        )
    return starts
