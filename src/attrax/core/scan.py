"""Scan: how the orbits of a driven map are computed; it decides how long that takes, and nothing else."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree


class AbstractMap(eqx.Module):
    r"""A map that is handed a signal at every step: $z_t = F(z_{t-1}, u_t)$.

    For developers: both methods see one state and the signal of one step; batches and time are the scan's business.
    """

    @abstractmethod
    def __call__(self, z: Float[Array, " latent"], signal: Any) -> Float[Array, " latent"]:
        """The next state."""

    @abstractmethod
    def jacobian(self, z: Float[Array, " latent"], signal: Any) -> Float[Array, "latent latent"]:
        r"""The derivative $\partial F_i / \partial z_j$."""


class AbstractScan(eqx.Module):
    """A way to compute orbits.

    For developers: whatever the way, states and gradients agree with those of `Sequential`.
    """

    @abstractmethod
    def orbits(
        self, f: AbstractMap, z0: Float[Array, "*window latent"], signals: PyTree[Any], n: int
    ) -> Float[Array, "n *window latent"]:
        """The states after 1, 2, ... n steps.

        Args:
            f: The map.
            z0: First state of every window, or of a single orbit.
            signals: What the map is handed, arrays whose axes are time and window; None if it needs nothing.
            n: Number of steps.
        """


class Sequential(AbstractScan):
    r"""Step after step, with the exact adjoint written out.

    Backwards in time only the cotangent of the state is carried, $\bar z_{t-1} \mathrel{+}= J_t^\top \bar z_t$; the
    gradient of the parameters follows afterwards, for all steps and windows in one batch. For any map, on any device.

    Cost: `n` evaluations of the map one after another, `2 n` more for a gradient. Keeps the states and nothing else.
    """

    def orbits(
        self, f: AbstractMap, z0: Float[Array, "*window latent"], signals: PyTree[Any], n: int
    ) -> Float[Array, "n *window latent"]:
        """The states, one from the other."""
        return _orbits((f, z0, signals), n)


def over_windows(f: Callable[..., Any], z: Float[Array, "*window latent"]) -> Callable[..., Any]:
    """A function of one state and one signal, for as many windows as `z` has."""
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

    def body(carried, moment):
        z_bar, before, signal = moment
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
    r"""What parameters and signals receive, $\sum_t (\partial F / \partial \theta)^\top \bar z_t$, in one batch.

    Args:
        f: The map.
        before: States before each step.
        signals: What the map was handed.
        total: Everything that reaches the state after each step.
    """
    differentiable, rest = eqx.partition((f, signals), eqx.is_inexact_array)

    def all_steps(differentiable):
        f, signals = eqx.combine(differentiable, rest)
        return jax.vmap(over_windows(f, before[0]))(before, signals)

    _, pull_back = jax.vjp(all_steps, differentiable)
    return pull_back(total)[0]
