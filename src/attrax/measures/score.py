"""Scores and measures: a number with its standard error, its protocol and a count of the data behind it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from jaxtyping import Float


class Flag(StrEnum):
    """Warnings about a score.

    Example:
        >>> Flag.DIVERGED in Score(2.5, 0.1, "D_stsp", 80, 20, ("diverged",)).flags
        True
    """

    DIVERGED = "diverged"
    """The simulation diverged; only the rows before that were measured."""
    EMPTY = "empty"
    """No row of the simulation could be measured; the value is infinite."""
    DROPPED = "dropped"
    """More than 1 % of the rows lie outside the box, or more than 1 % of the samples underflow."""
    MISSING = "missing"
    """The recording has missing rows or values; they were left out."""
    COLLAPSED = "collapsed"
    """A simulated channel is constant."""
    SATURATED = "saturated"
    """The value is so close to the largest possible one that it cannot distinguish bad models from worse ones."""
    CENSORED = "censored"
    """Some forecasts were still valid at their last row; for them the time is a lower bound."""
    HALVES = "halves"
    """A floor from the two halves of one recording; at half the length it is higher than at full length."""
    SHORTER = "shorter"
    """A floor at less than the length of the recording, because the other recording is shorter."""


@dataclass(frozen=True)
class Score:
    """The value of a measure, with its uncertainty and the number of data behind it.

    Attributes:
        value: The value; lower is better, except for times. Infinite if no row could be measured.
        std_error: Standard error of the value; None if the measure has none.
        protocol: Name of the measure with all its settings. Scores with different protocols cannot be compared.
        n_used: Number of simulated rows that were measured (values for `PredictionError`, starts for
            `ValidPredictionTime`).
        n_dropped: Number of simulated rows that were left out: after a divergence, missing, or outside the box.
        flags: Warnings, see `Flag`.

    Example:
        >>> from attrax.measures import Score
        >>> Score(0.1, 0.01, "D_H/hellinger/gauss20bins", 1_000, 0).value
        0.1
    """

    value: float
    std_error: float | None
    protocol: str
    n_used: int
    n_dropped: int
    flags: tuple[str, ...] = ()


class AbstractMeasure(ABC):
    """A measure of the distance between a recording and a simulation of it.

    For developers: implement `name`, `protocol` and the call, on NumPy arrays in float64. A measure does not raise an
    error for a bad simulation; it counts and flags rows that it leaves out. `attrax.testing.check_measure` checks an
    implementation.

    Example:
        >>> from attrax.measures import SpectrumDistance
        >>> measure = SpectrumDistance()
        >>> isinstance(measure, AbstractMeasure), measure.name
        (True, 'D_H')
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """The symbol of the measure in the literature, for example `D_stsp`; used as a column title."""

    @property
    @abstractmethod
    def protocol(self) -> str:
        """The name with all settings that change the value."""

    @abstractmethod
    def __call__(
        self, x: Float[np.ndarray, "*time obs"], x_sim: Float[np.ndarray, "*n obs"], *, key: int | None = None
    ) -> Score:
        """Compare the recording `x` with the simulation `x_sim`, both in the units of the recording.

        Args:
            x: The recording.
            x_sim: The simulation; NaN after a divergence.
            key: Seed for measures that draw samples; other measures ignore it.
        """


def shortest_text(value: float) -> str:
    """The shortest text for a number in a protocol: 30, 0.1, 1e-5.

    Args:
        value: The number.

    Example:
        >>> shortest_text(30.0), shortest_text(1e-05)
        ('30', '1e-5')
    """
    mantissa, _, exponent = repr(float(value)).partition("e")
    mantissa = mantissa.removesuffix(".0")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa
