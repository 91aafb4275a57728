"""Records: a system written down as one function, with what is known about it as arguments of a decorator.

The function's positional arguments are the state variables, its keyword arguments the parameters with their usual
values. Its docstring is `Title: what it is.`
"""

import inspect
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from jaxtyping import Array

from attrax.core.dynamics import AbstractFlow, TimeMap
from attrax.systems.delay_equation import DelayEquation, DelayMap
from attrax.systems.equations import Equation, Flow, Map
from attrax.systems.known_invariants import known_exponents
from attrax.systems.system import System, own_step
from attrax.systems.writing import written

TURN = 2 * math.pi
NONE: Mapping[str, float] = MappingProxyType({})

# Parts of a period in the usual time step, periods before the first row, and the size of a random change of `z0`
# relative to it: small enough to stay in the basin of every system and in the domain of every equation.
_PARTS = 100
_PERIODS = 50
_STEPS = 1000
_SPREAD = 0.01


def flow(
    *,
    z0: tuple[float, ...],
    period: float,
    domain: str,
    citation: str,
    phases: Mapping[str, float] = NONE,
    smooth: bool = True,
) -> Callable[[Equation], System]:
    r"""Make a system of a function that returns the velocity $\dot z$.

    Args:
        z0: A state on the attractor, or near it.
        period: The dominant period, which sets the usual time step (a hundredth) and transient (fifty of them).
        domain: The science it comes from.
        citation: The publication that introduced it.
        phases: State variables that grow for ever because they are angles or clocks, and the length of their circle.

        smooth: Whether the velocity is continuous. If it jumps, the solver's tolerance is 1e-6 in place of 1e-10: at a
            jump, a step is as short as the tolerance asks, and an orbit may stay on one.

    Example:
        >>> @flow(z0=(1.0, 0.0), period=TURN, domain="mechanics", citation="Hooke (1678).")
        ... def spring(q, v, *, k=1.0):
        ...     '''Spring: it swings.'''
        ...     return v, -k * q
        >>> spring.title, spring.channels, spring.dynamics.parameters
        ('Spring', ('q', 'v'), {'k': 1.0})
    """

    def record(equation: Equation) -> System:
        names, parameters = _arguments(equation)
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
            equations=written(equation, names, _rate),
            exponents=known_exponents(equation.__name__),
            citation=citation,
        )

    return record


def step(
    *, z0: tuple[float, ...], domain: str, citation: str, phases: Mapping[str, float] = NONE
) -> Callable[[Equation], System]:
    """Make a system of a function that returns the next state; the arguments are those of `flow`."""

    def record(equation: Equation) -> System:
        names, parameters = _arguments(equation)
        return System(
            name=equation.__name__,
            title=_title(equation),
            summary=_summary(equation),
            dynamics=Map(equation=equation, parameters=parameters, size=len(names)),
            sampling=own_step,
            dt=1.0,
            z0=z0,
            spread=_spread(z0),
            transient=_STEPS,
            channels=names,
            phases=phases,
            domain=domain,
            equations=written(equation, names, _next),
            exponents=known_exponents(equation.__name__),
            citation=citation,
        )

    return record


def delay(
    *, z0: tuple[float], period: float, tau: float, domain: str, citation: str
) -> Callable[[Callable[..., Array]], System]:
    r"""Make a system of a function of $x(t)$ and $x(t - \tau)$ that returns $\dot x(t)$.

    Args:
        z0: The value of a constant history to start from.
        period: The dominant period.
        tau: The delay.
        domain: The science it comes from.
        citation: The publication that introduced it.
    """

    def record(equation: Callable[..., Array]) -> System:
        names, parameters = _arguments(equation)
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
            equations=written(equation, names[:1], _rate),
            citation=citation,
        )

    return record


def _coarse_time_map(flow: AbstractFlow, dt: float) -> TimeMap:
    return TimeMap(flow=flow, dt=dt, rtol=1e-6, atol=1e-6)


def _arguments(equation: Callable) -> tuple[tuple[str, ...], dict]:
    """Names of the state variables, and the parameters with their values."""
    arguments = inspect.signature(equation).parameters.values()
    names = tuple(a.name for a in arguments if a.kind is a.POSITIONAL_OR_KEYWORD)
    return names, {a.name: a.default for a in arguments if a.kind is a.KEYWORD_ONLY}


def _title(equation: Callable) -> str:
    return (inspect.getdoc(equation) or equation.__name__).partition(":")[0]


def _summary(equation: Callable) -> str:
    return (inspect.getdoc(equation) or "").partition(": ")[2]


def _rate(name: str) -> str:
    return f"d{name}/dt"


def _next(name: str) -> str:
    return f"{name}[t+1]"


def _spread(z0: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(_SPREAD * abs(value) for value in z0)
