r"""Energies of Hamiltonian dynamics, and the integration methods that keep them.

A Hamiltonian system moves on surfaces of constant energy $H(q, p)$, with $\dot q = w\,\partial H / \partial p$ and
$\dot p = -w\,\partial H / \partial q + f$. Here q are positions, p momenta, w the pace of each pair and f an outer
force that is constant during a step. The methods below are symplectic (they keep volumes in the space of states, as the
exact flow does) and reversible (with all momenta reversed, an orbit goes back the way it came). So the energy of an
orbit has no trend; it oscillates, by an amount that falls with the square of the step.
"""

from abc import abstractmethod
from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

T = TypeVar("T")

NEWTON_STEPS = 4
"""Each step doubles the number of correct digits; with the two that carry derivatives, six reach that of float64."""


class AbstractEnergy(eqx.Module):
    """An energy $H(q, p)$, with a method that moves a state along it.

    For developers: subclass `AbstractSeparableEnergy` or `AbstractJointEnergy`, which need an energy and its gradient.
    """

    @property
    @abstractmethod
    def weights(self) -> tuple[Float[Array, "..."], ...]:
        """The parameters that a penalty on weights may reach."""

    @abstractmethod
    def value(self, q: Float[Array, " pair"], p: Float[Array, " pair"]) -> Float[Array, ""]:
        """The energy."""

    @abstractmethod
    def gradient(
        self, q: Float[Array, " pair"], p: Float[Array, " pair"]
    ) -> tuple[Float[Array, " pair"], Float[Array, " pair"]]:
        r"""The derivatives $\partial H / \partial q$ and $\partial H / \partial p$."""

    @abstractmethod
    def move(
        self,
        q: Float[Array, " pair"],
        p: Float[Array, " pair"],
        duration: float,
        pace: Float[Array, " pair"],
        force: Float[Array, " pair"],
    ) -> tuple[Float[Array, " pair"], Float[Array, " pair"]]:
        """One symplectic and reversible integration step.

        Args:
            q: Positions.
            p: Momenta.
            duration: Length of the step; negative to go back in time.
            pace: Factor w of both derivatives, one for each pair of a position and a momentum.
            force: Outer force f on each momentum.
        """


class AbstractSeparableEnergy(AbstractEnergy):
    r"""An energy $H = T(p) + V(q)$, which the leapfrog method keeps.

    For developers: implement `kinetic`, `potential`, their gradients `speed` $= T'(p)$ and `slope` $= V'(q)$, and
    `weights`.

    References:
        Verlet, Computer "experiments" on classical fluids, Physical Review 1967 [@verlet1967].
    """

    @abstractmethod
    def kinetic(self, p: Float[Array, " pair"]) -> Float[Array, ""]:
        """The kinetic energy T."""

    @abstractmethod
    def potential(self, q: Float[Array, " pair"]) -> Float[Array, ""]:
        """The potential energy V."""

    @abstractmethod
    def speed(self, p: Float[Array, " pair"]) -> Float[Array, " pair"]:
        r"""The gradient $\partial T / \partial p$."""

    @abstractmethod
    def slope(self, q: Float[Array, " pair"]) -> Float[Array, " pair"]:
        r"""The gradient $\partial V / \partial q$."""

    def value(self, q: Float[Array, " pair"], p: Float[Array, " pair"]) -> Float[Array, ""]:
        """The energy $T(p) + V(q)$."""
        return self.kinetic(p) + self.potential(q)

    def gradient(
        self, q: Float[Array, " pair"], p: Float[Array, " pair"]
    ) -> tuple[Float[Array, " pair"], Float[Array, " pair"]]:
        """The gradients of V and T."""
        return self.slope(q), self.speed(p)

    def move(
        self,
        q: Float[Array, " pair"],
        p: Float[Array, " pair"],
        duration: float,
        pace: Float[Array, " pair"],
        force: Float[Array, " pair"],
    ) -> tuple[Float[Array, " pair"], Float[Array, " pair"]]:
        """Leapfrog: half a step of the momenta, a step of the positions, half a step of the momenta. Order 2."""
        p = p + duration / 2 * (force - pace * self.slope(q))
        q = q + duration * pace * self.speed(p)
        return q, p + duration / 2 * (force - pace * self.slope(q))


class AbstractJointEnergy(AbstractEnergy):
    """An energy in which positions and momenta may be mixed, which the implicit midpoint rule keeps.

    For developers: implement `value`, `gradient` and `weights`.

    References:
        Hairer, Lubich & Wanner, Geometric Numerical Integration, Springer 2006 [@hairer2006].
    """

    def move(
        self,
        q: Float[Array, " pair"],
        p: Float[Array, " pair"],
        duration: float,
        pace: Float[Array, " pair"],
        force: Float[Array, " pair"],
    ) -> tuple[Float[Array, " pair"], Float[Array, " pair"]]:
        r"""Implicit midpoint rule, $z_1 = z_0 + h\,g((z_0 + z_1) / 2)$ with g the right-hand side. Order 2.

        The equation is solved by Newton steps. The last two carry the derivatives: one makes the first derivative
        right, as the implicit function theorem says, and the next the second. Keeps quadratic energies exactly. NaN if
        the equation was not solved: then `duration` is too long for the rates of the energy.
        """
        z_0 = jnp.concatenate([q, p])
        energy, start, w, f = _without_gradient((self, z_0, pace, force))
        z = jax.lax.fori_loop(0, NEWTON_STEPS, lambda _, z: z - _correction(energy, start, duration, w, f, z)[0], start)
        correction, _ = _correction(self, z_0, duration, pace, force, jax.lax.stop_gradient(z))
        z = jax.lax.stop_gradient(z) - correction
        correction, residual = _correction(self, z_0, duration, pace, force, z)
        z = z - correction
        solved = jnp.abs(residual).max() <= jnp.sqrt(jnp.finfo(z.dtype).eps) * (1 + jnp.abs(z).max())
        q, p = jnp.split(jnp.where(solved, z, jnp.nan), 2)
        return q, p


def _without_gradient(tree: T) -> T:
    """The same values, through which no derivative is taken."""
    return jax.tree.map(lambda leaf: jax.lax.stop_gradient(leaf) if eqx.is_array(leaf) else leaf, tree)


def _correction(
    energy: AbstractEnergy,
    z_0: Float[Array, " latent"],
    duration: float,
    pace: Float[Array, " pair"],
    force: Float[Array, " pair"],
    z: Float[Array, " latent"],
) -> tuple[Float[Array, " latent"], Float[Array, " latent"]]:
    """What a Newton step takes away from a guess `z` of the state after the step, and the residual of the guess."""

    def field(middle: Float[Array, " latent"]) -> Float[Array, " latent"]:
        slope, speed = energy.gradient(*jnp.split(middle, 2))
        return jnp.concatenate([pace * speed, force - pace * slope])

    middle = (z_0 + z) / 2
    residual = z - z_0 - duration * field(middle)
    matrix = jnp.eye(len(z), dtype=z.dtype) - duration / 2 * jax.lax.stop_gradient(jax.jacfwd(field)(middle))
    return jnp.linalg.solve(matrix, residual), residual
