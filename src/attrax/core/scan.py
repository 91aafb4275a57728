"""Scans: algorithms that compute the orbits of a driven map. They give the same orbits and differ in speed only."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import equinox as eqx
import jax
from jaxtyping import Array, Float, PyTree

from attrax.core.spec import Spec


class AbstractMap(eqx.Module):
    """A map with an input signal at every step, $z_t = F(z_{t-1}, u_t)$.

    For developers: both methods take one state and the signal of one step; the scan adds time and batches.

    Example:
        >>> import jax.numpy as jnp
        >>> class Decay(AbstractMap):
        ...     def __call__(self, z, signal):
        ...         return 0.5 * z + signal
        ...     def jacobian(self, z, signal):
        ...         return 0.5 * jnp.eye(len(z))
        >>> Decay()(jnp.array([2.0]), jnp.array([1.0])).tolist()
        [2.0]
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

    Example:
        >>> from attrax.core import Newton, Sequential
        >>> issubclass(Newton, AbstractScan), issubclass(Sequential, AbstractScan)
        (True, True)
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


def over_windows(f: Callable[..., Any], z: Float[Array, "*window latent"]) -> Callable[..., Any]:
    """Vectorize a function of one state and one signal over windows, if there are any.

    Args:
        f: The function.
        z: States; it has one axis for a single orbit, and two for windows.
    """
    return f if z.ndim == 1 else jax.vmap(f)


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


class ScanTask(NamedTuple):
    """Properties of the model and the data that decide which scans can be used.

    Attributes:
        dynamics: The kind of dynamics.
        compiled: Whether there are compiled loops for it.
        mixed: Why data do not correct states coordinate by coordinate; empty if they do.
    """

    dynamics: str
    compiled: bool
    mixed: str


def _none(task: ScanTask) -> str | None:
    del task


@dataclass(frozen=True)
class ScanSpec(Spec):
    """The description of a scan.

    Attributes:
        create: Makes one from its settings and the task.
        obstacle: Why it cannot be used for a task on this machine; None if it can.
    """

    create: Callable[[Any, ScanTask], AbstractScan] = field(kw_only=True)
    obstacle: Callable[[ScanTask], str | None] = field(default=_none, kw_only=True)
