"""`Flow` and `Map`: dynamics defined by one function of the state variables and the parameters."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics, AbstractFlow
from attrax.core.errors import ConfigError
from attrax.core.spec import alike

# Called with the state variables one by one and the parameters by name; returns a value for each state variable.
Equation = Callable[..., Sequence[Array | float] | Array]


class Flow(AbstractFlow):
    r"""The differential equation $\dot z_i = f_i(z_1, \dots, z_M; p)$.

    Args:
        equation: The function f.
        parameters: Values of the parameters p by name. They are leaves of the pytree: `jax.vmap` can run many values.
        size: Number M of state variables.

    Example:
        >>> import jax.numpy as jnp
        >>> spring = Flow(lambda q, v, k: (v, -k * q), {"k": 4.0}, 2)
        >>> spring.rhs(jnp.zeros(()), jnp.array([1.0, 0.0])).tolist()
        [0.0, -4.0]
    """

    equation: Equation = eqx.field(static=True)
    parameters: dict
    size: int = eqx.field(static=True)

    def at(self, **values: float | Array) -> "Flow":
        """The same equation with new values of some parameters.

        Raises: `ConfigError` C573 if the equation has no parameter of a given name.
        """
        return dataclasses.replace(self, parameters=changed(self.parameters, values))

    @property
    def dim(self) -> int:
        """Number of state variables."""
        return self.size

    def rhs(
        self, t: Float[Array, ""], z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, " latent"]:
        """The velocity at state `z`. Time and inputs are ignored."""
        del t, s
        return jnp.stack(self.equation(*z, **self.parameters))


class Map(AbstractDynamics):
    r"""The map $z_{t,i} = f_i(z_{t-1,1}, \dots, z_{t-1,M}; p)$.

    Args:
        equation: The function f.
        parameters: Values of the parameters p by name. They are leaves of the pytree: `jax.vmap` can run many values.
        size: Number M of state variables.
        dt: Time step of the map, for exponents per unit of time.

    Example:
        >>> import jax.numpy as jnp
        >>> logistic = Map(lambda x, r: (r * x * (1 - x),), {"r": 4.0}, 1)
        >>> logistic.step(jnp.array([0.5])).tolist(), logistic.at(r=2.0).step(jnp.array([0.5])).tolist()
        ([1.0], [0.5])
    """

    equation: Equation = eqx.field(static=True)
    parameters: dict
    size: int = eqx.field(static=True)
    dt: float = eqx.field(static=True, default=1.0)

    def at(self, **values: float | Array) -> "Map":
        """The same equation with new values of some parameters.

        Raises: `ConfigError` C573 if the equation has no parameter of a given name.
        """
        return dataclasses.replace(self, parameters=changed(self.parameters, values))

    @property
    def latent_dim(self) -> int:
        """Number of state variables."""
        return self.size

    @property
    def input_dim(self) -> int:
        """0: the map has no external inputs."""
        return 0

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """The next state."""
        del s
        return jnp.stack(self.equation(*z, **self.parameters))

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """The Jacobian of the map at `z`, by forward-mode differentiation."""
        return jax.jacfwd(self.step)(z, s)


def changed(parameters: Mapping, values: Mapping) -> dict:
    """Parameters of which some have new values.

    Args:
        parameters: All parameters by name.
        values: New values by name.

    Raises: `ConfigError` C573 if there is no parameter of a given name.

    Example:
        >>> changed({"a": 1.0, "b": 2.0}, {"b": 3.0})
        {'a': 1.0, 'b': 3.0}
    """
    for name in values:
        if name not in parameters:
            meant = alike(name, parameters) or next(iter(parameters), "")
            raise ConfigError(
                "C573",
                f"unknown parameter {name}",
                where=f"parameters: {', '.join(parameters) or 'none'}",
                why="the equation has no parameter of this name",
                fix=f"did you mean '{meant}'?"
                if meant
                else "a system with parameters; `attrax systems NAME` shows them",
            )
    return {**parameters, **values}
