"""The sequential scan: orbits step after step, for any map on any device."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

from attrax.core.scan import AbstractMap, AbstractScan, ScanSpec, over_windows, parameter_cotangents


class Sequential(AbstractScan):
    r"""A scan that computes one step after the other, for any map and any device.

    Its gradient is the exact adjoint: backward in time only $\bar z_{t-1} \mathrel{+}= J_t^\top \bar z_t$ is computed,
    with $J_t$ the Jacobian of step $t$ and $\bar z_t$ the gradient with respect to $z_t$. The gradient of the
    parameters is computed afterwards, for all steps and windows in one batch.

    Cost: `n` evaluations of the map, one after the other, and `2 n` more for a gradient. Only the states are kept in
        memory.

    Example:
        >>> from attrax.testing import Decay
        >>> Sequential().orbits(Decay(), jnp.array([4.0]), jnp.zeros((3, 1)), 3).ravel().tolist()
        [2.0, 1.0, 0.5]
    """

    def orbits(
        self, f: AbstractMap, z0: Float[Array, "*window latent"], signals: PyTree[Any], n: int
    ) -> Float[Array, "n *window latent"]:
        """The states after 1, 2, ... n steps, computed one after the other."""
        return _orbits((f, z0, signals), n)


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


SPEC = ScanSpec("general path", Sequential, create=lambda settings, task: Sequential())  # noqa: ARG005
