"""A known system: equations together with what is known about them, which is what makes them worth simulating."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from attrax.core.dynamics import AbstractDynamics, AbstractFlow
from attrax.core.errors import ConfigError
from attrax.systems.delay_equation import DelayEquation

# Size of the random change of the initial state, in units of its root mean square: small enough to stay in the basin
# of every system with a wide one, large enough for the transient to make orbits of different keys unrelated.
_SPREAD = 0.1


@dataclass(frozen=True, kw_only=True, eq=False)
class System:
    """A dynamical system, how it is usually sampled, and its known invariants.

    Other parameters are another record: `dataclasses.replace(system, dynamics=Lorenz63(rho=350.0), exponents=())`.

    Attributes:
        name: What `find` knows it by.
        title: What a figure calls it.
        summary: What it is, in a sentence.
        dynamics: The differential equation, the delay equation, or the map.
        sampling: `sampling(dynamics, dt)` is the map of time step `dt`: `TimeMap` for a flow, `DelayMap` for a delay
            equation, `own_step` for a map.
        dt: Usual time step, in the system's own unit of time.
        z0: A state in the basin of the attractor; for a delay equation the value of a constant history.
        spread: Size of random changes of `z0`, for each variable; a tenth of the root mean square of `z0` if empty.
        transient: Time after which an orbit from near `z0` has reached the attractor and forgotten its start.
        channels: A name for each state variable; for a delay equation, for the present value alone.
        period: Dominant period, in the system's own unit of time; 0 for a map.
        phases: Variables that grow for ever because they are angles or clocks, and the length of their circle at the
            usual parameters. A recording shows each as a cosine and a sine.
        smooth: Whether the velocity of a flow is continuous. Where it jumps, tangent dynamics misses the jump, and the
            exponents that follow from it are wrong.
        domain: The science it comes from.
        equations: The equations as text, one line for each.
        exponents: Known Lyapunov exponents per unit time, in descending order; empty if unknown.
        citation: The publication that introduced it.
        resize: Makes the same system with another number of variables, where there is such a thing.
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
    def remembers(self) -> bool:
        """Whether the state is a history, longer than what it starts from; exponents are then not measured."""
        return self.map().latent_dim > len(self.z0)

    @property
    def observed(self) -> tuple[str, ...]:
        """Names of what a recording shows: the state variables, but a cosine and a sine for each phase.

        Example:
            >>> from attrax.systems.catalogue import find
            >>> find("duffing").observed
            ('x', 'y', 'cos_z', 'sin_z')
        """
        pairs = ((f"cos_{name}", f"sin_{name}") if name in self.phases else (name,) for name in self.channels)
        return tuple(name for pair in pairs for name in pair)

    def observe(self, z: Float[np.ndarray, "*time latent"]) -> Float[np.ndarray, "*time obs"]:
        r"""What a recording shows of states: $\cos$ and $\sin$ of $2 \pi z_i / P_i$ in place of a phase $z_i$."""
        if not self.phases:
            return z[..., : len(self.channels)]
        columns = []
        for i, name in enumerate(self.channels):
            angle = 2 * np.pi * z[..., i] / self.phases.get(name, np.inf)
            columns += [np.cos(angle), np.sin(angle)] if name in self.phases else [z[..., i]]
        return np.stack(columns, axis=-1)

    def scatter(self) -> Float[np.ndarray, " variable"]:
        """Standard deviations of random starts about `z0`."""
        if self.spread:
            return np.array(self.spread)
        z0 = np.array(self.z0)
        return np.full(len(z0), _SPREAD * np.sqrt(np.mean(z0**2)))

    def sized(self, size: int) -> "System":
        """The same system with so many variables; 0 is the usual number.

        Raises: `ConfigError` C534 if it comes in one size only.

        Example:
            >>> from attrax.systems.catalogue import find
            >>> len(find("lorenz96").sized(10).channels)
            10
        """
        if size in (0, len(self.channels)):
            return self
        if self.resize is None:
            raise ConfigError(
                "C534",
                "impossible size of a system",
                where=f"size = {size}, system '{self.name}'",
                why=f"it comes in one size: its equations are for {len(self.channels)} variables",
                fix="leave the size out, or use lorenz96",
            )
        return self.resize(size)

    def map(self, dt: float | None = None) -> AbstractDynamics:
        """The map that advances the state by `dt`; what simulation and every analysis work on.

        Args:
            dt: Time step; the usual one if not given.

        Raises: `ConfigError` C531 for a step that is not positive, C532 for another step of a map.

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


def own_step(dynamics: AbstractDynamics, dt: float) -> AbstractDynamics:
    """A map as it is: between its own time steps it has no state.

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
