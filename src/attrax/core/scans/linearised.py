"""The linearized scan: orbits are computed step by step, their gradient from the linearization of all steps at once."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

from attrax.core.scan import AbstractMap, AbstractScan, ScanSpec, over_windows
from attrax.core.scans.sequential import Sequential


class Linearised(AbstractScan):
    r"""A scan for maps whose step is expensive and whose state is small.

    When all states are known, all steps are linearized in one batch. Backward in time only the products
    $\bar z_{t-1} \mathrel{+}= J_t^\top \bar z_t$ are computed one after the other, with $J_t$ the Jacobian of step $t$
    and $\bar z_t$ the gradient with respect to $z_t$. `Sequential` evaluates every step again instead.

    Cost: `n` evaluations of the map, one after the other; for a gradient as many again in one batch, and `latent`
        vector-Jacobian products. The intermediate results of all steps are kept in memory.

    Example:
        >>> from attrax.testing import Decay
        >>> Linearised().orbits(Decay(), jnp.array([4.0]), jnp.zeros((3, 1)), 3).ravel().tolist()
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
    return Sequential().orbits(f, z0, signals, n)


@_orbits.def_fwd
def _forward(perturbed, arguments, n):
    del perturbed
    z = _orbits(arguments, n)
    return z, z


@_orbits.def_bwd
def _backward(z, z_bar, perturbed, arguments, n):
    del perturbed, n
    f, z0, signals = arguments
    before = jnp.concatenate([z0[None], z[:-1]])
    differentiable, rest = eqx.partition((f, signals), eqx.is_inexact_array)

    def all_steps(differentiable, before):
        f, signals = eqx.combine(differentiable, rest)
        return jax.vmap(over_windows(f, z0))(before, signals)

    _, pull_back = jax.vjp(all_steps, differentiable, before)
    basis = jnp.broadcast_to(jnp.eye(z.shape[-1], dtype=z.dtype), (*z.shape, z.shape[-1]))
    J = jax.vmap(lambda e: pull_back(e)[1], in_axes=-1, out_axes=-2)(basis)

    def body(carried, step):
        z_bar, J = step
        total = z_bar + carried
        return jnp.sum(J * total[..., None], axis=-2), total

    z0_bar, total = jax.lax.scan(body, jnp.zeros_like(z0), (z_bar, J), reverse=True)
    f_bar, signals_bar = pull_back(total)[0]
    return f_bar, z0_bar, signals_bar


SPEC = ScanSpec("linearised scan", Linearised, create=lambda settings, task: Linearised())  # noqa: ARG005
