"""Scans: algorithms that compute the orbits of a driven map. They give the same orbits and differ in speed only."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree


class AbstractMap(eqx.Module):
    """A map with an input signal at every step, $z_t = F(z_{t-1}, u_t)$.

    For developers: both methods take one state and the signal of one step; the scan adds time and batches.
    """

    @abstractmethod
    def __call__(self, z: Float[Array, " latent"], signal: Any) -> Float[Array, " latent"]:
        """The next state.

        Args:
            z: The state.
            signal: The signal of this step.
        """

    @abstractmethod
    def jacobian(self, z: Float[Array, " latent"], signal: Any) -> Float[Array, "latent latent"]:
        r"""The Jacobian $\partial F_i / \partial z_j$.

        Args:
            z: The state.
            signal: The signal of this step.
        """


class AbstractScan(eqx.Module):
    """An algorithm that computes orbits.

    For developers: states and gradients must agree with those of `Sequential`.
    """

    @abstractmethod
    def orbits(
        self, f: AbstractMap, z0: Float[Array, "*window latent"], signals: PyTree[Any], n: int
    ) -> Float[Array, "n *window latent"]:
        """The states after 1, 2, ... n steps.

        Args:
            f: The map.
            z0: First state of every window, or of a single orbit.
            signals: Signals of every step, arrays with the axes time and window; None if there are none.
            n: Number of steps.
        """


class Sequential(AbstractScan):
    r"""A scan that computes one step after the other, for any map and any device.

    Its gradient is the exact adjoint: backward in time only $\bar z_{t-1} \mathrel{+}= J_t^\top \bar z_t$ is computed,
    with $J_t$ the Jacobian of step $t$ and $\bar z_t$ the gradient with respect to $z_t$. The gradient of the
    parameters is computed afterwards, for all steps and windows in one batch.

    Cost: `n` evaluations of the map, one after the other, and `2 n` more for a gradient. Only the states are kept in
        memory.
    """

    def orbits(
        self, f: AbstractMap, z0: Float[Array, "*window latent"], signals: PyTree[Any], n: int
    ) -> Float[Array, "n *window latent"]:
        """The states after 1, 2, ... n steps, computed one after the other."""
        return _orbits((f, z0, signals), n)


def over_windows(f: Callable[..., Any], z: Float[Array, "*window latent"]) -> Callable[..., Any]:
    """Vectorize a function of one state and one signal over windows, if there are any.

    Args:
        f: The function.
        z: States; it has one axis for a single orbit, and two for windows.
    """
    return f if z.ndim == 1 else jax.vmap(f)


@eqx.filter_custom_vjp
def _orbits(arguments: tuple, n: int) -> Float[Array, "n *window latent"]:
    f, z0, signals = arguments
    step = over_windows(f, z0)

    def body(z, signal):
        z = step(z, signal)
        return z, z

    return jax.lax.scan(body, z0, signals, length=n)[1]


@_orbits.def_fwd
def _forward(perturbed, arguments, n):
    del perturbed
    z = _orbits(arguments, n)
    return z, z


@_orbits.def_bwd
def _backward(z, z_bar, perturbed, arguments, n):
    del perturbed
    f, z0, signals = arguments
    step = over_windows(f, z0)
    before = jnp.concatenate([z0[None], z[:-1]])

    def body(carried, step_data):
        z_bar, before, signal = step_data
        total = z_bar + carried
        _, pull_back = jax.vjp(lambda z: step(z, signal), before)
        return pull_back(total)[0], total

    z0_bar, total = jax.lax.scan(body, jnp.zeros_like(z0), (z_bar, before, signals), reverse=True, length=n)
    f_bar, signals_bar = parameter_cotangents(f, before, signals, total)
    return f_bar, z0_bar, signals_bar


def parameter_cotangents(
    f: AbstractMap,
    before: Float[Array, "n *window latent"],
    signals: PyTree[Any],
    total: Float[Array, "n *window latent"],
) -> tuple[PyTree[Any], PyTree[Any]]:
    r"""The gradients of parameters and signals, $\sum_t (\partial F / \partial \theta)^\top \bar z_t$, in one batch.

    Args:
        f: The map, with parameters $\theta$.
        before: The state before each step.
        signals: The signals of each step.
        total: The total gradient $\bar z_t$ with respect to the state after each step.
    """
    differentiable, rest = eqx.partition((f, signals), eqx.is_inexact_array)

    def all_steps(differentiable):
        f, signals = eqx.combine(differentiable, rest)
        return jax.vmap(over_windows(f, before[0]))(before, signals)

    _, pull_back = jax.vjp(all_steps, differentiable)
    return pull_back(total)[0]
