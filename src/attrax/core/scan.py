"""Scan: how the orbits of a driven map are computed; it decides how long that takes, and nothing else."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import equinox as eqx
import jax
from jaxtyping import Array, Float, PyTree

from attrax.core.spec import Spec


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


def over_windows(f: Callable[..., Any], z: Float[Array, "*window latent"]) -> Callable[..., Any]:
    """A function of one state and one signal, for as many windows as `z` has."""
    return f if z.ndim == 1 else jax.vmap(f)


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


class ScanTask(NamedTuple):
    """What orbits are computed of.

    Attributes:
        dynamics: The kind of dynamics.
        activation: Makes what its hidden units compute; None where no compiled loops are for it.
        mixed: Why data do not correct states coordinate by coordinate; empty if they do.
    """

    dynamics: str
    activation: Callable[[], Any] | None
    mixed: str


def _none(task: ScanTask) -> str | None:
    del task


@dataclass(frozen=True)
class ScanSpec(Spec):
    """What a scan says of itself.

    Attributes:
        create: Makes one from its settings and the task.
        obstacle: Why it cannot be used for a task on this machine; None if it can.
    """

    create: Callable[[Any, ScanTask], AbstractScan] = field(kw_only=True)
    obstacle: Callable[[ScanTask], str | None] = field(default=_none, kw_only=True)
