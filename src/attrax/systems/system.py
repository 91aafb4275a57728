"""A known system: its equations, its usual sampling, and known properties of its attractor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from attrax.core.dynamics import AbstractDynamics, AbstractFlow
from attrax.core.errors import ConfigError
from attrax.systems.delay_equation import DelayEquation

# Standard deviation of the random change of the initial state, relative to its root mean square. It is small enough to
# stay in the basin of attraction, and large enough that orbits of different keys are unrelated after the transient.
_SPREAD = 0.1


@dataclass(frozen=True, kw_only=True, eq=False)
class System:
    """A dynamical system, how it is usually sampled, and its known invariants.

    For other parameters make a changed copy: `dataclasses.replace(system, dynamics=Lorenz63(rho=350.0), exponents=())`.

    Attributes:
        name: Name in the catalogue, as `find` takes it.
        title: Name in figures and tables.
        summary: One sentence that says what the system describes.
        dynamics: The differential equation, the delay equation, or the map.
        sampling: A function of `dynamics` and `dt` that returns the map with time step `dt`: `TimeMap` for a flow,
            `DelayMap` for a delay equation, `identity_sampling` for a map.
        dt: Usual time step, in the system's own unit of time.
        z0: An initial state in the basin of the attractor; for a delay equation the value of a constant history.
        spread: Standard deviation of random changes of `z0`, for each variable; if empty, a tenth of the root mean
            square of `z0`.
        transient: Time after which an orbit that starts near `z0` has reached the attractor.
        channels: A name for each state variable; for a delay equation, for the present value alone.
        period: Dominant period, in the system's own unit of time; 0 for a map.
        phases: Variables that grow without bound because they are angles or times in a forcing term, with the length
            of one full turn at the usual parameters. A recording shows each as a cosine and a sine.
        smooth: Whether the velocity of a flow is continuous. If it jumps, the linearized dynamics misses the jump, and
            Lyapunov exponents computed from it are wrong.
        domain: The science the system comes from.
        equations: The equations as text, one line for each.
        exponents: Known Lyapunov exponents per unit of time, in descending order; empty if unknown.
        citation: The publication that introduced the system.
        resize: A function that makes the same system with another number of variables; None if it has one size only.

    Example:
        >>> from attrax.systems.catalogue import find
        >>> lorenz = find("lorenz63")
        >>> lorenz.channels, lorenz.map(0.05).dt
        (('x', 'y', 'z'), 0.05)
    """

    name: str
    title: str
    summary: str = ""
    dynamics: AbstractFlow | AbstractDynamics | DelayEquation
    sampling: Callable[..., AbstractDynamics]
    dt: float
    z0: tuple[float, ...]
    spread: tuple[float, ...] = ()
    transient: float
    channels: tuple[str, ...]
    period: float = 0.0
    phases: Mapping[str, float] = field(default_factory=dict)
    smooth: bool = True
    domain: str = ""
    equations: tuple[str, ...] = ()
    exponents: tuple[float, ...] = ()
    citation: str
    resize: "Callable[[int], System] | None" = None

    @property
    def has_memory(self) -> bool:
        """Whether the state holds a history, as for a delay equation. Exponents are not measured then."""
        return self.map().latent_dim > len(self.z0)

    @property
    def observed_channels(self) -> tuple[str, ...]:
        """Names of the channels of a recording: the state variables, with a cosine and a sine for each phase.

        Example:
            >>> from attrax.systems.catalogue import find
            >>> find("duffing").observed_channels
            ('x', 'y', 'cos_z', 'sin_z')
        """
        pairs = ((f"cos_{name}", f"sin_{name}") if name in self.phases else (name,) for name in self.channels)
        return tuple(name for pair in pairs for name in pair)

    def observe(self, z: Float[np.ndarray, "*time latent"]) -> Float[np.ndarray, "*time obs"]:
        r"""The recorded channels of states: $\cos$ and $\sin$ of $2 \pi z_i / P_i$ in place of a phase $z_i$.

        $P_i$ is the length of a full turn, from `phases`.
        """
        if not self.phases:
            return z[..., : len(self.channels)]
        columns = []
        for i, name in enumerate(self.channels):
            angle = 2 * np.pi * z[..., i] / self.phases.get(name, np.inf)
            columns += [np.cos(angle), np.sin(angle)] if name in self.phases else [z[..., i]]
        return np.stack(columns, axis=-1)

    def start_deviations(self) -> Float[np.ndarray, " variable"]:
        """Standard deviation of random initial states around `z0`, for each variable."""
        if self.spread:
            return np.array(self.spread)
        z0 = np.array(self.z0)
        return np.full(len(z0), _SPREAD * np.sqrt(np.mean(z0**2)))

    def resized(self, size: int) -> "System":
        """The same system with another number of variables.

        Args:
            size: Number of variables; 0 for the usual number.

        Raises: `ConfigError` C534 if the system has one size only.

        Example:
            >>> from attrax.systems.catalogue import find
            >>> len(find("lorenz96").resized(10).channels)
            10
        """
        if size in (0, len(self.channels)):
            return self
        if self.resize is None:
            raise ConfigError(
                "C534",
                "impossible size of a system",
                where=f"size = {size}, system '{self.name}'",
                why=f"its equations have {len(self.channels)} variables and cannot be changed to another number",
                fix="leave the size out, or use lorenz96",
            )
        return self.resize(size)

    def map(self, dt: float | None = None) -> AbstractDynamics:
        """The map that advances the state by `dt`. Simulations and analyses use this map.

        Args:
            dt: Time step in the unit of the system; the usual one if not given.

        Raises: `ConfigError` C531 if the step is not positive, C532 if a map is given another step than its own.

        Example:
            >>> from attrax.systems.catalogue import find
            >>> find("lorenz63").map(0.05).dt
            0.05
        """
        dt = self.dt if dt is None else dt
        if not dt > 0:
            raise ConfigError(
                "C531",
                "impossible time step",
                where=f"dt = {dt}, system '{self.name}'",
                why="time must advance from one row to the next",
                fix=f"dt={self.dt}",
            )
        return self.sampling(self.dynamics, dt)


def identity_sampling(dynamics: AbstractDynamics, dt: float) -> AbstractDynamics:
    """The sampling of a map: the map itself, since it has no state between two of its steps.

    Args:
        dynamics: The map.
        dt: The time step that was asked for.

    Raises: `ConfigError` C532 if `dt` is not the map's time step.
    """
    if dt != dynamics.dt:
        raise ConfigError(
            "C532",
            "a map has one time step",
            where=f"dt = {dt}, map {type(dynamics).__name__}",
            why="a map has no state between two of its steps, so it cannot be sampled at another dt",
            fix=f"dt={dynamics.dt}, or leave dt out",
        )
    return dynamics
