"""Score and measure: a number never travels without its protocol, its error and what had to be left out to get it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from jaxtyping import Float


class Flag(StrEnum):
    """What a reader must know before trusting a score."""

    DIVERGED = "diverged"
    """The simulation left every finite bound; only what came before was measured."""
    EMPTY = "empty"
    """Nothing of the simulation could be measured; the value is infinite."""
    DROPPED = "dropped"
    """More than 1 % of the rows of one of the recordings lie outside the box, or of the samples underflow."""
    MISSING = "missing"
    """Rows or values missing from a recording were left out."""
    COLLAPSED = "collapsed"
    """A simulated channel does not move."""
    SATURATED = "saturated"
    """So near the largest value that bad cannot be told from worse."""
    CENSORED = "censored"
    """Some forecasts were still valid at their last row; the time is a lower bound for them."""
    HALVES = "halves"
    """A floor between the halves of one recording: at half the length, so higher than at full length."""
    SHORTER = "shorter"
    """A floor at less than the length of the recording, because the other recording ended."""


@dataclass(frozen=True)
class Score:
    """How close a simulation came to a recording, and how much that number is worth.

    Attributes:
        value: The measure; lower is better, except for times. Infinite if nothing could be measured.
        std_error: Standard error of the estimate, where the measure has one.
        protocol: Names the measure and all its settings. Scores with different protocols cannot be compared.
        n_used: Simulated rows that entered the value (values in `PredictionError`, starts in `ValidPredictionTime`).
        n_dropped: Those that should have entered and could not: diverged, missing, or outside the box.
        flags: `Flag`s; empty if there is nothing to warn of.
    """

    value: float
    std_error: float | None
    protocol: str
    n_used: int
    n_dropped: int
    flags: tuple[str, ...] = ()


class AbstractMeasure(ABC):
    """The distance between a recording and a simulation of it.

    For developers: implement the two names and the call, on NumPy arrays in float64. A measure never raises because a
    simulation is bad, and never leaves anything out in silence: it counts and flags.
    `attrax.testing.check_measure` checks an implementation.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """The symbol of the field, for example `D_stsp`; heads a column."""

    @property
    @abstractmethod
    def protocol(self) -> str:
        """The name with every setting that changes the value."""

    @abstractmethod
    def __call__(
        self, x: Float[np.ndarray, "*time obs"], x_sim: Float[np.ndarray, "*n obs"], *, key: int | None = None
    ) -> Score:
        """Compare the recording `x` with the simulation `x_sim`, both in the units of the recording.

        Args:
            x: The reference recording.
            x_sim: The simulated recording; NaN from a divergence on.
            key: Seed for measures that draw samples; the others ignore it.
        """


def digits(value: float) -> str:
    """The shortest text that reads back as `value`, for protocols: 30, 0.1, 1e-5."""
    mantissa, _, exponent = repr(float(value)).partition("e")
    mantissa = mantissa.removesuffix(".0")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa
