"""Decorators that make a `System` from one function: `flow_system`, `map_system`, `delay_system` and `lattice_system`.

The positional arguments of the function are the state variables, the keyword arguments are the parameters with their
usual values; for a lattice they are a cell and the sum of its neighbors. The docstring has the form
`Title: one sentence about the system.`
"""

import inspect
import math
from collections.abc import Callable, Mapping
from statistics import NormalDist
from types import MappingProxyType

import numpy as np
from jaxtyping import Array

from attrax.core.dynamics import AbstractFlow, TimeMap
from attrax.core.errors import ConfigError
from attrax.systems.cellular_automaton import MOORE, CellularAutomaton, Offsets, Rule
from attrax.systems.delay_equation import DelayEquation, DelayMap
from attrax.systems.equation_text import equation_text
from attrax.systems.equations import Equation, Flow, Map
from attrax.systems.known_invariants import known_exponents
from attrax.systems.system import System, identity_sampling

TWO_PI = 2 * math.pi
NO_PHASES: Mapping[str, float] = MappingProxyType({})

# Usual time steps in a period, periods of the transient, steps of the transient of a map, and the standard deviation of
# a random change of `z0` relative to it: small enough to stay in the basin of attraction of every system.
_PARTS = 100
_PERIODS = 50
_STEPS = 1000
_SPREAD = 0.01


def flow_system(
    *,
    z0: tuple[float, ...],
    period: float,
    domain: str,
    citation: str,
    phases: Mapping[str, float] = NO_PHASES,
    smooth: bool = True,
) -> Callable[[Equation], System]:
    r"""Decorator: a system from a function that returns the velocity $\dot z$.

    Args:
        z0: A state on the attractor, or near it.
        period: The dominant period. The usual time step is a hundredth of it, the usual transient fifty periods.
        domain: The science the system comes from.
        citation: The publication that introduced the system.
        phases: State variables that are angles or times in a forcing term, and the length of one full turn of each.
        smooth: Whether the velocity is continuous. If it jumps, the tolerance of the solver is 1e-6 in place of 1e-10:
            at a jump the solver needs very short steps to reach its tolerance.

    Example:
        >>> @flow_system(z0=(1.0, 0.0), period=TWO_PI, domain="mechanics", citation="Hooke (1678).")
        ... def spring(q, v, *, k=1.0):
        ...     '''Spring: a mass on a spring without friction.'''
        ...     return v, -k * q
        >>> spring.title, spring.channels, spring.dynamics.parameters
        ('Spring', ('q', 'v'), {'k': 1.0})
    """

    def system_of(equation: Equation) -> System:
        names, parameters = _variables_and_parameters(equation)
        return System(
            name=equation.__name__,
            title=_title(equation),
            summary=_summary(equation),
            dynamics=Flow(equation, parameters, len(names)),
            sampling=TimeMap if smooth else _coarse_time_map,
            dt=period / _PARTS,
            z0=z0,
            spread=_spread(z0),
            transient=_PERIODS * period,
            channels=names,
            period=period,
            phases=phases,
            smooth=smooth,
            domain=domain,
            equations=equation_text(equation, names, _left_of_flow),
            exponents=known_exponents(equation.__name__),
            citation=citation,
        )

    return system_of


def map_system(
    *, z0: tuple[float, ...], domain: str, citation: str, phases: Mapping[str, float] = NO_PHASES
) -> Callable[[Equation], System]:
    """Decorator: a system from a function that returns the next state.

    Args:
        z0: A state on the attractor, or near it.
        domain: The science the system comes from.
        citation: The publication that introduced the system.
        phases: State variables that are angles, and the length of one full turn of each.
    """

    def system_of(equation: Equation) -> System:
        names, parameters = _variables_and_parameters(equation)
        return System(
            name=equation.__name__,
            title=_title(equation),
            summary=_summary(equation),
            dynamics=Map(equation=equation, parameters=parameters, size=len(names)),
            sampling=identity_sampling,
            dt=1.0,
            z0=z0,
            spread=_spread(z0),
            transient=_STEPS,
            channels=names,
            phases=phases,
            domain=domain,
            equations=equation_text(equation, names, _left_of_map),
            exponents=known_exponents(equation.__name__),
            citation=citation,
        )

    return system_of


def delay_system(
    *, z0: tuple[float], period: float, tau: float, domain: str, citation: str
) -> Callable[[Callable[..., Array]], System]:
    r"""Decorator: a system from a function of $x(t)$ and $x(t - \tau)$ that returns $\dot x(t)$.

    Args:
        z0: The value of the constant history from which a recording starts.
        period: The dominant period, in the unit of time of the equation.
        tau: The delay, in the same unit.
        domain: The science the system comes from.
        citation: The publication that introduced the system.
    """

    def system_of(equation: Callable[..., Array]) -> System:
        names, parameters = _variables_and_parameters(equation)
        return System(
            name=equation.__name__,
            title=_title(equation),
            summary=_summary(equation),
            dynamics=DelayEquation(equation, parameters, tau),
            sampling=DelayMap,
            dt=period / _PARTS,
            z0=z0,
            spread=_spread(z0),
            transient=_PERIODS * max(period, tau),
            channels=names[:1],
            period=period,
            domain=domain,
            equations=equation_text(equation, names[:1], _left_of_flow),
            citation=citation,
        )

    return system_of


def lattice_system(
    *,
    citation: str,
    density: float = 0.5,
    shape: tuple[int, ...] = (16, 16),
    neighborhood: Offsets = MOORE,
    domain: str = "lattices",
) -> Callable[[Rule], System]:
    """Decorator: a system from a function of a cell and the sum of its neighbors that returns the next state, 0 or 1.

    A recording starts one step after a random lattice. Many rules come to rest, so nothing is left out.

    Args:
        citation: The publication that introduced the system.
        density: Share of living cells in the random lattice.
        shape: Number of cells along each axis. Opposite edges are joined.
        neighborhood: Where the neighbors are.
        domain: The science the system comes from.

    Example:
        >>> @lattice_system(shape=(8, 8), citation="Nobody (2026).")
        ... def majority(cell, neighbors):
        ...     '''Majority: a cell follows its neighbors.'''
        ...     return cell + neighbors > 4
        >>> majority.title, majority.equations, len(majority.channels)
        ('Majority', ('cell[t+1] = cell + neighbors > 4',), 64)
    """

    def system_of(rule: Rule, shape: tuple[int, ...] = shape) -> System:
        n = math.prod(shape)
        return System(
            name=rule.__name__,
            title=_title(rule),
            summary=_summary(rule),
            dynamics=CellularAutomaton.of_rule(rule, shape, neighborhood),
            sampling=identity_sampling,
            dt=1.0,
            # The start is rounded: a normal value of this mean and standard deviation 1 is a living cell so often.
            z0=(0.5 + NormalDist().inv_cdf(density),) * n,
            spread=(1.0,) * n,
            transient=0.0,
            channels=tuple("_".join(("cell", *map(str, place))) for place in np.ndindex(*shape)),
            smooth=False,
            domain=domain,
            equations=equation_text(rule, ("cell",), _left_of_map),
            citation=citation,
            resize=lambda size: system_of(rule, _lattice_of(size, shape, rule.__name__)),
        )

    return system_of


def _lattice_of(size: int, shape: tuple[int, ...], name: str) -> tuple[int, ...]:
    """The lattice with equal sides and a given number of cells."""
    side = round(size ** (1 / len(shape)))
    if side < 3 or side ** len(shape) != size:
        raise ConfigError(
            "C534",
            "impossible size of a system",
            where=f"size = {size}, system '{name}'",
            why=f"the lattice has {len(shape)} equal sides of at least three cells",
            fix=f"size={max(side, 3) ** len(shape)}",
        )
    return (side,) * len(shape)


def _coarse_time_map(flow: AbstractFlow, dt: float) -> TimeMap:
    return TimeMap(flow=flow, dt=dt, rtol=1e-6, atol=1e-6)


def _variables_and_parameters(equation: Callable) -> tuple[tuple[str, ...], dict]:
    """Names of the state variables, and the parameters with their values."""
    arguments = inspect.signature(equation).parameters.values()
    names = tuple(a.name for a in arguments if a.kind is a.POSITIONAL_OR_KEYWORD)
    return names, {a.name: a.default for a in arguments if a.kind is a.KEYWORD_ONLY}


def _title(equation: Callable) -> str:
    return (inspect.getdoc(equation) or equation.__name__).partition(":")[0]


def _summary(equation: Callable) -> str:
    return (inspect.getdoc(equation) or "").partition(": ")[2]


def _left_of_flow(name: str) -> str:
    return f"d{name}/dt"


def _left_of_map(name: str) -> str:
    return f"{name}[t+1]"


def _spread(z0: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(_SPREAD * abs(value) for value in z0)
