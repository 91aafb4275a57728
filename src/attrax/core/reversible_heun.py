"""Reversible Heun: a solver whose exact gradient needs no stored states, because its steps can be undone."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

Field = Callable[[Float[Array, " state"]], Float[Array, "state driver"]]


def reversible_heun(
    field: Field, y0: Float[Array, " state"], increments: Float[Array, "n driver"]
) -> Float[Array, " state"]:
    r"""Solve $dy = F(y)\,dX$ and return the last state; the gradient is exact, at a memory that no step adds to.

    With the increments $h_n = X_{n+1} - X_n$ of the driver and $\hat y_0 = y_0$, a step is

    $$\hat y_{n+1} = 2 y_n - \hat y_n + F(\hat y_n) h_n, \qquad
      y_{n+1} = y_n + \tfrac12 (F(\hat y_n) + F(\hat y_{n+1})) h_n.$$

    It is of order 2, and $(y_n, \hat y_n)$ follows from $(y_{n+1}, \hat y_{n+1})$ by the same formulas. So the gradient
    goes backward through the very same steps without having stored them: it is that of the steps, up to rounding.
    Solving the adjoint differential equation backward, as for other solvers, has an error of the size of the step.

    * An ordinary differential equation: the driver is the time, so F has one column and `increments` are time steps.
    * A stochastic one, in the sense of Stratonovich: the driver is the time and Brownian motions, so the first column
      of F is the drift, the others are the diffusion.
    * A controlled one: the driver is a path through the rows of a recording.

    Args:
        field: The function F of a state, with one column for each component of the driver. Parameters that a gradient
            is wanted for must be inside: an `equinox.Module` or a method of one, no closure. A field that depends on
            time gets it as one more state.
        y0: The first state.
        increments: The increments of the driver, one row for each step.

    Cost: two evaluations of the field in each step; a gradient four more, with their derivatives. Memory for a gradient
        is that of one step, and the increments.
    Fails when: the step is too long. The method is stable only where eigenvalues of the Jacobian times the step lie on
        the imaginary axis, between -i and i; a state that decays fast needs short steps.

    Example:
        >>> class Decay(eqx.Module):
        ...     rate: Array
        ...     def __call__(self, y):
        ...         return -self.rate * y[:, None]
        >>> y = reversible_heun(Decay(jnp.asarray(1.0)), jnp.ones(1), jnp.full((100, 1), 0.01))
        >>> round(float(y[0]), 4)  # exp(-1)
        0.3679

    References:
        Kidger, Foster, Li & Lyons, Efficient and accurate gradients for neural SDEs, NeurIPS 2021 [@kidger2021sde].
        Kidger, On neural differential equations, PhD thesis, University of Oxford 2021 [@kidger2021].
    """
    return _last_state((field, y0, increments))


def _step(
    field: Field, y: Float[Array, " state"], y_hat: Float[Array, " state"], h: Float[Array, " driver"]
) -> tuple[Float[Array, " state"], Float[Array, " state"]]:
    before = field(y_hat) @ h
    ahead = 2 * y - y_hat + before
    return y + (before + field(ahead) @ h) / 2, ahead


def _ends(arguments: tuple[Field, Array, Array]) -> tuple[Float[Array, " state"], Float[Array, " state"]]:
    """Both states after the last step."""
    field, y0, increments = arguments
    return jax.lax.scan(lambda states, h: (_step(field, *states, h), None), (y0, y0), increments)[0]


@eqx.filter_custom_vjp
def _last_state(arguments: tuple[Field, Array, Array]) -> Float[Array, " state"]:
    return _ends(arguments)[0]


@_last_state.def_fwd
def _forward(perturbed: Any, arguments: tuple[Field, Array, Array]) -> tuple[Array, tuple[Array, Array]]:
    del perturbed
    ends = _ends(arguments)
    return ends[0], ends


@_last_state.def_bwd
def _backward(
    ends: tuple[Array, Array], y_bar: Array, perturbed: Any, arguments: tuple[Field, Array, Array]
) -> tuple[PyTree[Array], Array, Array]:
    del perturbed
    field, _, increments = arguments
    params, static = eqx.partition(field, eqx.is_inexact_array)

    def forward(params: PyTree[Array], y: Array, y_hat: Array, h: Array) -> tuple[Array, Array]:
        return _step(eqx.combine(params, static), y, y_hat, h)

    def undo(carry: tuple, h: Array) -> tuple[tuple, Array]:
        y, ahead, y_bar, ahead_bar, summed = carry
        after = field(ahead) @ h
        y_hat = 2 * y - ahead - after
        y = y - (field(y_hat) @ h + after) / 2
        _, pull_back = jax.vjp(forward, params, y, y_hat, h)
        of_params, y_bar, y_hat_bar, h_bar = pull_back((y_bar, ahead_bar))
        return (y, y_hat, y_bar, y_hat_bar, jax.tree.map(jnp.add, summed, of_params)), h_bar

    first = (*ends, y_bar, jnp.zeros_like(y_bar), jax.tree.map(jnp.zeros_like, params))
    (*_, y_bar, y_hat_bar, of_params), h_bar = jax.lax.scan(undo, first, increments, reverse=True)
    return of_params, y_bar + y_hat_bar, h_bar
