"""The measures by their names, for code that shows or compares scores."""

from attrax.measures import (
    first_error,
    mixture,
    prediction,
    spectrum,
    state_space_divergence,
    topological_distance,
    valid_time,
)
from attrax.measures.forecast_metrics import METRICS
from attrax.measures.measure_spec import MeasureSpec
from attrax.registries import MEASURES as ADDED

MEASURES: dict[str, MeasureSpec] = {
    module.SPEC.name: module.SPEC
    for module in (
        mixture,
        state_space_divergence,
        spectrum,
        topological_distance,
        prediction,
        valid_time,
        first_error,
    )
} | METRICS
"""Measures and metrics of forecasts; both kinds of `D_stsp` have the same description."""


def measure_named(name: str) -> MeasureSpec | None:
    """The spec of the measure that a score is named after; None if neither attrax nor another package has it.

    Example:
        >>> measure_named("PE(20)").better, measure_named("VPT").better, measure_named("no such measure")
        ('lower', 'higher', None)
    """
    symbol = name.partition("(")[0]
    if symbol in MEASURES:
        return MEASURES[symbol]
    return next((spec for spec in ADDED.specs().values() if spec.name == symbol), None)
