"""A known system: equations together with what is known about them, which is what makes them worth simulating."""

from collections.abc import Callable
from dataclasses import dataclass

from attrax.core.dynamics import AbstractDynamics, AbstractFlow
from attrax.core.errors import ConfigError


@dataclass(frozen=True, kw_only=True, eq=False)
class System:
    """A dynamical system, how it is usually sampled, and its known invariants.

    Other parameters are another record: `dataclasses.replace(system, dynamics=Lorenz63(rho=350.0), exponents=())`.

    Attributes:
        name: What `find` knows it by.
        title: What a figure calls it.
        dynamics: The differential equation or the map.
        sampling: `sampling(dynamics, dt)` is the map of time step `dt`: `TimeMap` for a flow, `own_step` for a map.
        dt: Usual time step, in the system's own unit of time.
        z0: A state in the basin of the attractor.
        transient: Time after which an orbit from near `z0` has reached the attractor and forgotten its start.
        channels: A name for each state variable.
        exponents: Known Lyapunov exponents per unit time, in descending order; empty if unknown.
        reference: Key of the publication that introduced it.
    """

    name: str
    title: str
    dynamics: AbstractFlow | AbstractDynamics
    sampling: Callable[..., AbstractDynamics]
    dt: float
    z0: tuple[float, ...]
    transient: float
    channels: tuple[str, ...]
    exponents: tuple[float, ...] = ()
    reference: str

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
