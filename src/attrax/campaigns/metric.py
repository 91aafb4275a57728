"""Metric: a number that an experiment has measured, with its error, its protocol and the direction that is better."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from attrax.measures.measure_spec import Better
from attrax.plots.figure import Figure


@dataclass(frozen=True)
class Metric:
    """A measured number.

    Attributes:
        value: The number. Infinite, or NaN if no direction is better, where nothing could be measured.
        std_error: Standard error of `value`; None if it is not known.
        protocol: Names what was measured and every setting that changes the value. Numbers with different protocols
            are never compared.
        better: Which values are better. `neither` for a number that is simply so, such as an exponent or a size.
        floor: The same number for data against data, where there is one.
        null: The same number for a linear model, where there is one.

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
        """Plain values; infinities and NaN as text, since JSON has none."""
        return {name: plain(value) for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> "Metric":
        """The metric that `as_json` described."""
        numbers = {name: float(entry[name]) for name in ("value", "std_error", "floor", "null") if name in entry}
        return cls(**{"std_error": None, **numbers}, protocol=entry["protocol"], better=entry["better"])


@dataclass(frozen=True, eq=False)
class Measurement:
    """What came out of one run of an experiment.

    Attributes:
        metrics: The numbers, by name.
        figures: Pictures of what was measured.
        facts: Whatever else a reader may want to know, as plain values: a verdict, the hash of a model.
    """

    metrics: Mapping[str, Metric]
    figures: tuple[Figure, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def plain(value: Any) -> Any:
    """A value that JSON can hold: infinities and NaN become text, at any depth."""
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, np.generic):
        value = value.item()
    return str(value) if isinstance(value, float) and not np.isfinite(value) else value
