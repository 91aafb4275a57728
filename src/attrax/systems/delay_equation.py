"""Delay differential equations, whose velocity depends on the present and on a past value, and their time map."""

import dataclasses
import math
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from attrax.core.dynamics import AbstractDynamics
from attrax.systems.equations import changed


class DelayEquation(eqx.Module):
    r"""The scalar delay differential equation $\dot x(t) = f(x(t), x(t - \tau); p)$.

    Args:
        equation: The function f.
        parameters: Values of the parameters p by name, without the delay.
        tau: The delay, in units of time. It decides how many samples the history has, so it is static.

    Example:
        >>> decay = DelayEquation(lambda x, past, k: -k * past, {"k": 1.0}, tau=2.0)
        >>> decay.tau, decay.at(k=3.0).parameters
        (2.0, {'k': 3.0})
    """

    equation: Callable[..., Array] = eqx.field(static=True)
    parameters: dict
    tau: float = eqx.field(static=True)

    def at(self, **values: float | Array) -> "DelayEquation":
        """The same equation with new values of some parameters; the delay cannot be changed.

        Raises: `ConfigError` C573 if the equation has no parameter of a given name.
        """
        return dataclasses.replace(self, parameters=changed(self.parameters, values))


class DelayMap(AbstractDynamics):
    r"""The map from the history of a delay equation at time `t` to its history at `t + dt`.

    The state holds samples of the history, newest first: $z_j = x(t - j h)$ with $h = \Delta t / m$, back to
    $t - \tau - 2 h$. Each of the m solver steps is one step of the classical Runge-Kutta method of order 4. The past
    value $x(t - \tau)$ is interpolated by a cubic polynomial through four samples. The error of an orbit is of order
    $h^4$ as long as the history is smooth. A constant initial history has a kink at its end, which becomes smooth
    within a few $\tau$. At the usual resolution the error after one period is below 3e-7 for every built-in system.

    The state has about a thousand variables. When you compute Lyapunov exponents, ask for the first few only.

    Args:
        flow: The delay equation.
        dt: Time step in the equation's unit of time.
        resolution: Smallest number of solver steps in one delay. Twice as many give a sixteenth of the error.

    Example:
        >>> decay = DelayEquation(lambda x, past, k: -k * past, {"k": 1.0}, tau=2.0)
        >>> DelayMap(decay, dt=0.1, resolution=20).substeps
        1
    """

    flow: DelayEquation
    dt: float = eqx.field(static=True)
    resolution: int = eqx.field(static=True, default=1000)

    @property
    def substeps(self) -> int:
        """Number m of solver steps in one time step `dt`."""
        return math.ceil(self.resolution * self.dt / self.flow.tau)

    @property
    def latent_dim(self) -> int:
        """Number of samples in the history."""
        return math.floor(self._lag) + 3

    @property
    def input_dim(self) -> int:
        """0: the equation has no external inputs."""
        return 0

    @property
    def _lag(self) -> float:
        """The delay in steps of the solver."""
        return self.flow.tau * self.substeps / self.dt

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """The history one time step later."""
        del s
        # Oldest sample first, with free places for new samples: so a solver step does not move the whole array.
        history = jnp.concatenate([z[::-1], jnp.zeros(self.substeps, z.dtype)])
        newest = len(z) - 1
        after = jax.lax.fori_loop(
            newest, newest + self.substeps, lambda i, x: x.at[i + 1].set(self._next(x, i)), history
        )
        return after[self.substeps :][::-1]

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """The Jacobian of the map at `z`, by forward-mode differentiation through the solver."""
        return jax.jacfwd(self.step)(z, s)

    def _next(self, history: Float[Array, " time"], i: Int[Array, ""]) -> Float[Array, ""]:
        """The value one step of the solver after sample `i`."""
        h = self.dt / self.substeps
        x, (begin, middle, end) = history[i], (self._past(history, i, fraction) for fraction in (0.0, 0.5, 1.0))

        def velocity(x, past):
            return self.flow.equation(x, past, **self.flow.parameters)

        k1 = velocity(x, begin)
        k2 = velocity(x + h / 2 * k1, middle)
        k3 = velocity(x + h / 2 * k2, middle)
        k4 = velocity(x + h * k3, end)
        return x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)

    def _past(self, history: Float[Array, " time"], i: Int[Array, ""], fraction: float) -> Float[Array, ""]:
        """The value one delay before the given fraction of a step after sample `i`."""
        back = self._lag - fraction
        first = min(max(math.floor(back) - 1, 0), self.latent_dim - 4)
        newest_first = jax.lax.dynamic_slice(history, (i - first - 3,), (4,))[::-1]
        return jnp.asarray(_lagrange(back - first), history.dtype) @ newest_first


def _lagrange(position: float) -> Float[np.ndarray, "4"]:
    """Weights of the samples at 0, 1, 2, 3 in the cubic polynomial through them, evaluated at `position`."""
    nodes = np.arange(4)
    return np.array([np.prod([(position - m) / (n - m) for m in nodes if m != n]) for n in nodes])
