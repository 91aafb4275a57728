"""Newton scan: all steps of an orbit at once, by Newton's method on the whole trajectory [@lim2024]."""

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
    """A trajectory and how it was found.

    Attributes:
        z: The states.
        iterations: Newton iterations made.
        converged: Whether the last one changed no state by more than the tolerance.
    """

    z: Float[Array, "n *window latent"]
    iterations: Int[Array, ""]
    converged: Bool[Array, ""]


class Newton(AbstractScan):
    r"""Linearise along the sequence, solve the linear recurrence in parallel, repeat.

    With a guess $z^{(i)}$ of the trajectory, the next one obeys
    $z_t = J_t (z_{t-1} - z^{(i)}_{t-1}) + F(z^{(i)}_{t-1})$, a linear recurrence that an associative scan solves in
    $O(\log n)$ rounds. For a piecewise-linear map the solution is exact as soon as the regions stop changing. Few
    iterations are needed where the map contracts, as under generalized teacher forcing with
    $\alpha \ge 1 - 1/\sigma_{\max}$; a chaotic map without forcing needs up to `n`, and then `Sequential` is the better
    choice.

    Args:
        tolerance: Largest change of a state, relative to the largest state, at which the iteration ends. In single
            precision rounding ends it at about 1e-5.
        max_iterations: Iterations at most. A trajectory that has not converged by then is NaN: a loss built on it
            counts as not finite, and nothing is learned from it in silence.

    Cost: per iteration $O(n M^3)$ operations in $O(\log n)$ rounds, and about $4 n (M^2 + M)$ numbers a window. A
        gradient costs as much as one more iteration.

    References: [@lim2024], [@gonzalez2024].
    """

    tolerance: float = eqx.field(static=True, default=1e-5)
    max_iterations: int = eqx.field(static=True, default=100)

    def orbits(
        self, f: AbstractMap, z0: Float[Array, "*window latent"], signals: PyTree[Any], n: int
    ) -> Float[Array, "n *window latent"]:
        """The converged trajectory, or NaN."""
        return _orbits((f, z0, signals), self, n)

    def solve(self, f: AbstractMap, z0: Float[Array, "*window latent"], signals: PyTree[Any], n: int) -> NewtonSolution:
        """The trajectory whether converged or not, and the number of iterations."""

        def unfinished(carried: tuple) -> Bool[Array, ""]:
            _, iterations, change = carried
            return (change > self.tolerance) & (iterations < self.max_iterations)

        def improve(carried: tuple) -> tuple:
            z, iterations, _ = carried
            better = _linearised_solution(f, z0, z, signals)
            # An early guess may overflow far from where it is right; it starts anew there.
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
    r"""$y_t = J_t y_{t-1} + b_t$ from $y_0 = 0$, by an associative scan over the affine maps.

    Args:
        J: Matrices.
        b: Offsets.
        reverse: Run from the last to the first instead: $y_t = J_t y_{t+1} + b_t$.
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
    """The trajectory of the map linearised along a guess."""
    before = _before(z0, z)
    J = _jacobians(f, before, signals)
    stepped = jax.vmap(over_windows(f, z0))(before, signals)
    # The first state before is known, not guessed, so its deviation is 0 and the recurrence starts from 0.
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
    # What reaches z_t through the step after it: the transposed Jacobian of step t + 1 on what reaches z_{t+1}.
    onward = jnp.concatenate([transposed[1:], jnp.zeros_like(transposed[:1])])
    total = linear_recurrence(onward, z_bar, reverse=True)
    f_bar, signals_bar = parameter_cotangents(f, before, signals, total)
    return f_bar, small_matrix.apply(transposed[0], total[0]), signals_bar


class NewtonSettings(Settings):
    """What can be set of the Newton scan."""

    tolerance: float = Field(default=1e-5, gt=0, description="Largest relative change of a state at which it ends.")
    max_iterations: int = Field(default=100, ge=1, description="Iterations at most.")


SPEC = ScanSpec(
    "Newton scan",
    Newton,
    NewtonSettings,
    create=lambda settings, task: Newton(settings.tolerance, settings.max_iterations),  # noqa: ARG005
)
