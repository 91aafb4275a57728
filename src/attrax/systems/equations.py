"""Equations: flows and maps given by one function of their state variables and parameters."""

import dataclasses
import difflib
from collections.abc import Callable, Mapping, Sequence

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics, AbstractFlow
from attrax.core.errors import ConfigError

# Called with the state variables one by one and the parameters by name; returns a value for each state variable.
Equation = Callable[..., Sequence[Array | float] | Array]


class Flow(AbstractFlow):
    r"""An autonomous differential equation $\dot z_i = f_i(z_1, \dots, z_M; p)$.

    Args:
        equation: The function f.
        parameters: The values of p. They are leaves, so `jax.vmap` runs over many values at once.
        size: Number M of state variables.
    """

    equation: Equation = eqx.field(static=True)
    parameters: dict
    size: int = eqx.field(static=True)

    def at(self, **values: float | Array) -> "Flow":
        """The same equation at other values of some parameters.

        Raises: `ConfigError` C573 for a parameter that it does not have.
        """
        return dataclasses.replace(self, parameters=changed(self.parameters, values))

    @property
    def dim(self) -> int:
        """One for each argument of the equation."""
        return self.size

    def rhs(
        self, t: Float[Array, ""], z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, " latent"]:
        """The velocity at state `z`; the flow is autonomous."""
        del t, s
        return jnp.stack(self.equation(*z, **self.parameters))


class Map(AbstractDynamics):
    r"""A map $z_{t,i} = f_i(z_{t-1,1}, \dots, z_{t-1,M}; p)$.

    Args:
        equation: The function f.
        parameters: The values of p. They are leaves, so `jax.vmap` runs over many values at once.
        size: Number M of state variables.
    """

    equation: Equation = eqx.field(static=True)
    parameters: dict
    size: int = eqx.field(static=True)
    dt: float = eqx.field(static=True, default=1.0)

    def at(self, **values: float | Array) -> "Map":
        """The same equation at other values of some parameters.

        Raises: `ConfigError` C573 for a parameter that it does not have.
        """
        return dataclasses.replace(self, parameters=changed(self.parameters, values))

    @property
    def latent_dim(self) -> int:
        """One for each argument of the equation."""
        return self.size

    @property
    def input_dim(self) -> int:
        """The map is autonomous."""
        return 0

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """The next point."""
        del s
        return jnp.stack(self.equation(*z, **self.parameters))

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """The derivative, by forward-mode differentiation."""
        return jax.jacfwd(self.step)(z, s)


def changed(parameters: Mapping, values: Mapping) -> dict:
    """Parameters with other values for some.

    Raises: `ConfigError` C573 for a parameter that there is not.

    Example:
        >>> changed({"a": 1.0, "b": 2.0}, {"b": 3.0})
        {'a': 1.0, 'b': 3.0}
    """
    for name in values:
        if name not in parameters:
            nearest = difflib.get_close_matches(name, parameters, n=1)
            raise ConfigError(
                "C573",
                f"unknown parameter {name}",
                where=f"parameters: {', '.join(parameters) or 'none'}",
                why="the equation has no parameter of this name",
                fix=f"did you mean '{nearest[0]}'?" if nearest else "one of the parameters above",
            )
    return {**parameters, **values}
