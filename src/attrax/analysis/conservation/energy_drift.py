"""Energy drift: how much the energy of an orbit changes, as a trend and around it."""

from collections.abc import Callable
from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.analysis.argument_checks import impossible, require_count
from attrax.core.precision import in_float64
from attrax.core.result import Result

FEWEST_ROWS = 3


@dataclass(frozen=True, eq=False)
class EnergyDrift:
    r"""The energy along an orbit, and how it changes.

    Attributes:
        energies: The energy of each state; NaN from the first state on that is not finite.
        slope: Trend of the energy per unit of time, by least squares.
        excursion: Largest distance of an energy from the first one.
        scale: Mean kinetic energy $\frac12 \langle p \cdot \partial H / \partial p \rangle$, for comparison: an energy
            is only defined up to a constant, so `slope` and `excursion` cannot be compared with the energy itself.
        dt: Time between two states.
        result: `SUCCESSFUL`, or `DIVERGED` if a state is not finite; then the numbers are about the states before.

    Example:
        >>> z = np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 3.0]])
        >>> found = energy_drift(lambda z: 2 * z[1], z, dt=0.5)
        >>> found.slope, found.excursion, found.drift
        (4.0, 4.0, 2.0)
    """

    energies: Float[np.ndarray, " time"]
    slope: float
    excursion: float
    scale: float
    dt: float
    result: Result

    @property
    def n_used(self) -> int:
        """Number of states before the first one that is not finite."""
        return int(np.isfinite(self.energies).sum())

    @property
    def drift(self) -> float:
        """Change of the energy along the trend, from the first to the last state, in units of `scale`."""
        return self.slope * (self.n_used - 1) * self.dt / self.scale if self.scale else float("nan")


def energy_drift(
    energy: Callable[[Float[Array, " latent"]], Float[Array, ""]],
    z: Float[np.ndarray | Array, "time latent"],
    *,
    dt: float = 1.0,
) -> EnergyDrift:
    r"""Measure how the energy of an orbit changes.

    $b = \sum_t (t - \bar t)(H_t - \bar H) / \sum_t (t - \bar t)^2$ is the trend of the energies $H_t = H(z_t)$, and
    $\max_t |H_t - H_0|$ the excursion. A symplectic method makes the energy oscillate, with an excursion that falls
    with the square of the step, but gives it no trend; other methods and other models of the same system give it one.
    Computed in float64, also for a model that was trained in float32.

    Args:
        energy: The energy as a function of a state: `energy` of a `HamiltonianNetwork`, or the known energy of the
            system, to judge a model of any kind.
        z: Successive states, positions followed by momenta. Use an orbit that is much longer than its longest cycle:
            otherwise a part of a cycle looks like a trend.
        dt: Time between two states.

    Returns:
        The `EnergyDrift`. Result code `DIVERGED` if a state is not finite.

    Raises:
        ConfigError: C531 for fewer than three states, or an odd number of variables.

    Cost: one energy and its gradient for each state, all at once.

    Fails when: the system loses or gains energy, by friction or inputs. Then the energy must change.

    Example:
        >>> t = 0.1 * np.arange(1000)
        >>> circle = np.stack([np.sin(t), np.cos(t)], axis=1)
        >>> found = energy_drift(lambda z: (z**2).sum() / 2, circle, dt=0.1)
        >>> round(found.excursion, 9), round(found.scale, 2)
        (0.0, 0.25)

    References:
        Hairer, Lubich & Wanner, Geometric Numerical Integration, Springer 2006 [@hairer2006].
    """
    require_count("number of states", len(z), FEWEST_ROWS)
    if z.shape[1] % 2:
        raise impossible(
            "states",
            where=f"z has {z.shape[1]} columns",
            why="the first half of a state are positions, the second half their momenta",
            fix="an even number of columns: all positions, then all momenta",
        )
    with jax.enable_x64(True):
        energies, kinetic = _energies(in_float64(energy), jnp.asarray(z, jnp.float64))
    values, powers = np.asarray(energies), np.asarray(kinetic)
    broken = ~np.isfinite(values)
    known = int(np.argmax(broken)) if broken.any() else len(values)
    kept = np.where(np.arange(len(values)) < known, values, np.nan)
    result = Result.DIVERGED if broken.any() else Result.SUCCESSFUL
    if known < FEWEST_ROWS:
        return EnergyDrift(kept, np.nan, np.nan, np.nan, dt, result)
    seen, t = values[:known], dt * (np.arange(known) - (known - 1) / 2)
    slope = float(t @ (seen - seen.mean()) / (t @ t))
    excursion = float(np.abs(seen - seen[0]).max())
    return EnergyDrift(kept, slope, excursion, float(powers[:known].mean()), dt, result)


@eqx.filter_jit
def _energies(
    energy: Callable[[Float[Array, " latent"]], Float[Array, ""]], z: Float[Array, "time latent"]
) -> tuple[Float[Array, " time"], Float[Array, " time"]]:
    """The energy of each state, and half the product of its momenta with the derivative of the energy by them."""
    values, gradients = jax.vmap(jax.value_and_grad(energy))(z)
    half = z.shape[1] // 2
    return values, (z[:, half:] * gradients[:, half:]).sum(axis=1) / 2
