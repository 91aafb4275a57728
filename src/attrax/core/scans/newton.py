"""The Newton scan: all steps of an orbit are computed at once, by Newton's method for the trajectory."""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PyTree
from pydantic import Field

from attrax.core import small_matrix
from attrax.core.scan import AbstractMap, AbstractScan, ScanSpec, over_windows, parameter_cotangents
from attrax.core.spec import Settings


class NewtonSolution(NamedTuple):
    """A trajectory, and whether Newton's method converged.

    Attributes:
        z: The states.
        iterations: Number of Newton iterations.
        converged: Whether the last iteration changed no state by more than the tolerance.
    """

    z: Float[Array, "n *window latent"]
    iterations: Int[Array, ""]
    converged: Bool[Array, ""]


class Newton(AbstractScan):
    r"""A scan that computes all steps of an orbit in parallel, by Newton's method.

    From a guess $z^{(i)}$ of the trajectory, the next guess is the solution of
    $z_t = J_t (z_{t-1} - z^{(i)}_{t-1}) + F(z^{(i)}_{t-1})$ with $J_t$ the Jacobian at $z^{(i)}_{t-1}$. This is a
    linear recurrence, which an associative scan solves in $O(\log n)$ parallel rounds. For a piecewise-linear map the
    solution is exact as soon as the linear regions no longer change. Few iterations suffice if the map contracts, as
    under generalized teacher forcing with $\alpha \ge 1 - 1/\sigma_{\max}$, where $\sigma_{\max}$ is the largest
    singular value of the Jacobians. A chaotic map without forcing needs up to `n` iterations; use `Sequential` for it.

    Args:
        tolerance: The iteration ends when no state changes by more than this, relative to the largest state. In single
            precision rounding errors are about 1e-5.
        max_iterations: Largest number of iterations. A trajectory that has not converged by then is NaN, so that a loss
            computed from it is not finite.

    Cost: per iteration $O(n M^3)$ operations in $O(\log n)$ parallel rounds, and about $4 n (M^2 + M)$ numbers in
        memory for each window, with M state variables. A gradient costs as much as one more iteration.

    Example:
        >>> from attrax.testing import Decay
        >>> Newton().orbits(Decay(), jnp.array([4.0]), jnp.zeros((3, 1)), 3).ravel().tolist()
        [2.0, 1.0, 0.5]

    References:
        Lim, Zhu, Selfridge & Kasim, Parallelizing non-linear sequential models over the sequence length, ICLR 2024
        [@lim2024].
        Gonzalez, Warrington, Smith & Linderman, Towards scalable and stable parallelization of nonlinear RNNs, NeurIPS
        2024 [@gonzalez2024].
    """

    tolerance: float = eqx.field(static=True, default=1e-5)
    max_iterations: int = eqx.field(static=True, default=100)

    def orbits(
        self, f: AbstractMap, z0: Float[Array, "*window latent"], signals: PyTree[Any], n: int
    ) -> Float[Array, "n *window latent"]:
        """The trajectory if Newton's method converges, otherwise NaN."""
        return _orbits((f, z0, signals), self, n)

    def solve(self, f: AbstractMap, z0: Float[Array, "*window latent"], signals: PyTree[Any], n: int) -> NewtonSolution:
        """The last trajectory of the iteration, with the number of iterations and whether it converged.

        Args:
            f: The map.
            z0: First state of every window, or of a single orbit.
            signals: Inputs of every step, arrays with the axes time and window; None if there are none.
            n: Number of steps.
        """

        def unfinished(carried: tuple) -> Bool[Array, ""]:
            _, iterations, change = carried
            return (change > self.tolerance) & (iterations < self.max_iterations)

        def improve(carried: tuple) -> tuple:
            z, iterations, _ = carried
            better = _linearised_solution(f, z0, z, signals)
            # An early guess may overflow in the later part of the trajectory; that part starts from 0 again.
            better = jnp.where(jnp.isfinite(better), better, 0)
            change = jnp.abs(better - z).max() / (1 + jnp.abs(better).max())
            return better, iterations + 1, change

        guess = jnp.zeros((n, *z0.shape), z0.dtype)
        start = (guess, jnp.zeros((), jnp.int32), jnp.asarray(jnp.inf, z0.dtype))
        z, iterations, change = jax.lax.while_loop(unfinished, improve, start)
        return NewtonSolution(z, iterations, change <= self.tolerance)


def linear_recurrence(
    J: Float[Array, "n *window latent latent"], b: Float[Array, "n *window latent"], *, reverse: bool = False
) -> Float[Array, "n *window latent"]:
    r"""Solve $y_t = J_t y_{t-1} + b_t$ from $y_0 = 0$ with a parallel (associative) scan.

    Args:
        J: The matrices $J_t$.
        b: The offsets $b_t$.
        reverse: Solve $y_t = J_t y_{t+1} + b_t$ from the last to the first step instead.

    Cost: $O(n M^3)$ operations in $O(\log n)$ parallel rounds.

    Example:
        >>> linear_recurrence(jnp.full((3, 1, 1), 0.5), jnp.ones((3, 1))).ravel().tolist()
        [1.0, 1.5, 1.75]
    """

    def compose(first, then):
        (J1, b1), (J2, b2) = first, then
        return small_matrix.product(J2, J1), small_matrix.apply(J2, b1) + b2

    return jax.lax.associative_scan(compose, (J, b), reverse=reverse)[1]


def _before(
    z0: Float[Array, "*window latent"], z: Float[Array, "n *window latent"]
) -> Float[Array, "n *window latent"]:
    return jnp.concatenate([z0[None], z[:-1]])


def _jacobians(
    f: AbstractMap, before: Float[Array, "n *window latent"], signals: PyTree[Any]
) -> Float[Array, "n *window latent latent"]:
    return jax.vmap(over_windows(f.jacobian, before[0]))(before, signals)


def _linearised_solution(
    f: AbstractMap, z0: Float[Array, "*window latent"], z: Float[Array, "n *window latent"], signals: PyTree[Any]
) -> Float[Array, "n *window latent"]:
    """The trajectory of the map linearized along a guess."""
    before = _before(z0, z)
    J = _jacobians(f, before, signals)
    stepped = jax.vmap(over_windows(f, z0))(before, signals)
    # The initial state is exact, so the recurrence starts with a deviation of 0.
    b = stepped - small_matrix.apply(J, before)
    b = b.at[0].set(stepped[0])
    return linear_recurrence(J, b)


@eqx.filter_custom_vjp
def _orbits(arguments: tuple, method: Newton, n: int) -> Float[Array, "n *window latent"]:
    f, z0, signals = arguments
    solution = method.solve(f, z0, signals, n)
    return jnp.where(solution.converged, solution.z, jnp.nan)


@_orbits.def_fwd
def _forward(perturbed, arguments, method, n):
    del perturbed
    z = _orbits(arguments, method, n)
    return z, z


@_orbits.def_bwd
def _backward(z, z_bar, perturbed, arguments, method, n):
    del perturbed, method, n
    f, z0, signals = arguments
    before = _before(z0, z)
    transposed = jnp.swapaxes(_jacobians(f, before, signals), -1, -2)
    # The gradient with respect to z_t through later steps: the transposed Jacobian of step t + 1 times that of z_{t+1}.
    onward = jnp.concatenate([transposed[1:], jnp.zeros_like(transposed[:1])])
    total = linear_recurrence(onward, z_bar, reverse=True)
    f_bar, signals_bar = parameter_cotangents(f, before, signals, total)
    return f_bar, small_matrix.apply(transposed[0], total[0]), signals_bar


class NewtonSettings(Settings):
    """Settings of the Newton scan."""

    tolerance: float = Field(default=1e-5, gt=0, description="Largest relative change of a state at which it ends.")
    max_iterations: int = Field(default=100, ge=1, description="Iterations at most.")


SPEC = ScanSpec(
    "Newton scan",
    Newton,
    NewtonSettings,
    create=lambda settings, task: Newton(settings.tolerance, settings.max_iterations),  # noqa: ARG005
)
