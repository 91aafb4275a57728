"""`Metric`: a measured number with its error, its protocol, and whether lower or higher is better."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np

from attrax.core.plain_values import plain
from attrax.plots.figure import Figure

Better = Literal["lower", "higher", "neither"]


@dataclass(frozen=True)
class Metric:
    """A measured number.

    Attributes:
        value: The number. After a failure it is infinite, or NaN if neither direction is better.
        std_error: Standard error of `value`; None if not known.
        protocol: Names the measure and every setting that changes the value. Numbers with different protocols are
            never compared.
        better: Whether `lower` or `higher` values are better; `neither` for a number without a better direction, such
            as an exponent or a size.
        floor: The same number for data against data, if there is one.
        null: The same number for a linear model, if there is one.

    Example:
        >>> Metric(0.26, None, "D_stsp/binned/30").better
        'lower'
    """

    value: float
    std_error: float | None
    protocol: str
    better: Better = "lower"
    floor: float | None = None
    null: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values; without those that are None, infinite or NaN, since JSON has none of them."""
        return {name: value for name, value in plain(asdict(self)).items() if value is not None}

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> "Metric":
        """The metric that `as_json` described; without a value it is the worst there is, as of a failure."""
        numbers = {name: float(entry[name]) for name in ("value", "std_error", "floor", "null") if name in entry}
        lost = {"value": worst(entry["better"]), "std_error": None}
        return cls(**{**lost, **numbers}, protocol=entry["protocol"], better=entry["better"])


@dataclass(frozen=True, eq=False)
class Measurement:
    """The result of one run of an experiment.

    Attributes:
        metrics: The measured numbers, by name.
        figures: Figures of the results.
        facts: Other results, as values for JSON: a verdict, the hash of a model.

    Example:
        >>> Measurement({"period": Metric(6.28, None, "period/1 orbit", "neither")}).metrics["period"].value
        6.28
    """

    metrics: Mapping[str, Metric]
    figures: tuple[Figure, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def worst(better: Better) -> float:
    """The value that stands for a failure: the worst possible one, or NaN if neither direction is better."""
    return {"lower": np.inf, "higher": -np.inf, "neither": np.nan}[better]
