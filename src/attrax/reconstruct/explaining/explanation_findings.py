"""What the screen, the files and the report show of an explanation."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.analysis.attribution.affine_form import Rule
from attrax.analysis.attribution.influence import Influence
from attrax.core.number_text import number_text, share_text
from attrax.data.clock.durations import worded
from attrax.data.series import titled
from attrax.plots.attribution import SHOWN_SOURCES, forecast_parts_figure, influence_figure
from attrax.reconstruct.explaining.forecast_explanation import MEANING, ForecastExplanation
from attrax.reconstruct.findings.analysis_spec import Facts, FactTable
from attrax.reconstruct.findings.finding import Finding

FORECAST, INFLUENCE = "forecast_parts", "influence"
"""Names of the two findings, and of their JSON files."""
SHOWN_ROWS = 12


def forecast_finding(e: ForecastExplanation, units: Sequence[str] = ()) -> Finding:
    """The finding of one explained forecast.

    Args:
        e: The explanation.
        units: Units of the channels; empty if they are not known.
    """
    facts = {
        "channels": e.channels,
        "units": tuple(units),
        "row": e.row,
        "horizon": e.horizon,
        "ages": e.ages,
        "forecast": e.forecast,
        "offset": e.offset,
        "by_channel": e.by_channel,
        "parts": e.parts[-1],
        "gains": e.gains[-1],
        "inputs": e.inputs,
        "input_parts": e.input_parts,
        "share_by_age": e.share_by_age,
        "alpha": e.alpha,
        "rule": e.rule.value,
        "residual": e.residual,
        "dt": e.dt,
        "unit": e.unit,
    }
    ahead = worded(e.horizon * e.dt, e.unit)
    lines = (f"row {e.row:,}, {e.horizon:,} steps ahead ({ahead}); {MEANING[e.rule]}", _rows_line(facts))
    table = forecast_table(facts)
    figure = forecast_parts_figure(
        e.by_channel,
        e.forecast - e.offset - e.input_parts.sum(axis=2),
        e.ages,
        e.share_by_age,
        e.channels,
        units=units,
        rest=f"{MEANING[e.rule].capitalize()}.",
    )
    return Finding(e.result, facts, lines, table.columns, table.rows, (figure,), FORECAST)


def influence_finding(
    found: Influence, names: Sequence[str], deviations: Float[np.ndarray, " obs"], groups: Sequence[str] = ()
) -> Finding:
    """The finding of an influence matrix in the units of the channels.

    Args:
        found: The matrix.
        names: Names of the channels.
        deviations: Standard deviations of the channels, by which a figure can compare them.
        groups: Names of the groups whose influence it is; that of single channels if empty.
    """
    sources = tuple(groups) or tuple(names)
    facts = {
        "channels": tuple(names),
        "sources": sources,
        "horizon": found.horizon,
        "influence": found.matrix,
        "std_error": found.std_error,
        "control": found.control,
        "control_high": found.control_high,
        "beyond_control": found.beyond_control,
        "gap": found.gap,
        "pairs": found.n,
        "dropped": found.n_dropped,
    }
    scale = deviations[:, None]
    figure = influence_figure(
        found.matrix / scale, found.std_error / scale, found.control_high / scale, names, sources, found.horizon
    )
    table = influence_table(facts)
    return Finding(found.result, facts, _influence_lines(facts), table.columns, table.rows, (figure,), INFLUENCE)


def forecast_table(facts: Facts) -> FactTable:
    """The parts of the strongest channels in the forecast of each channel, at the last step."""
    names, parts = facts["channels"], np.array(facts["by_channel"][-1], float)
    sizes = np.abs(parts) / np.maximum(np.abs(parts).sum(axis=1, keepdims=True), np.finfo(float).tiny)
    strongest = sorted(np.argsort(-sizes.mean(axis=0), kind="stable")[:SHOWN_SOURCES].tolist())
    inputs = np.array(facts["input_parts"][-1], float).reshape(len(names), -1)
    driven = bool(facts["inputs"])
    rows = tuple(
        (
            _titled(facts, i),
            number_text(facts["forecast"][-1][i]),
            number_text(facts["offset"][-1][i]),
            *((number_text(inputs[i].sum()),) if driven else ()),
            *(number_text(parts[i, j]) for j in strongest),
        )
        for i in range(min(len(names), SHOWN_ROWS))
    )
    columns = (*("forecast of", "value", "offset"), *(("inputs",) if driven else ()))
    return FactTable("What the forecast rests on", (*columns, *(f"from {names[j]}" for j in strongest)), rows)


def influence_table(facts: Facts) -> FactTable:
    """The influence with its error; in brackets what is not above the control."""
    sources = facts["sources"][:SHOWN_SOURCES]
    rows = tuple(
        (name, *(_cell(facts, i, j) for j in range(len(sources))))
        for i, name in enumerate(facts["channels"][:SHOWN_ROWS])
    )
    return FactTable("Influence of channels", ("forecast of", *(f"from {name}" for name in sources)), rows)


def forecast_texts(facts: Facts) -> tuple[str, ...]:
    """Sentences for the report on one explained forecast."""
    how = MEANING[Rule(facts["rule"])]
    return (
        f"The forecast {facts['horizon']:,} steps after row {facts['row']:,}, as a sum of parts ({how}). The offset "
        "holds the mean of the channel and the offsets of the model; a value at the mean of its channel has no part.",
        f"{_rows_line(facts).capitalize()}.",
    )


def influence_texts(facts: Facts) -> tuple[str, ...]:
    """Sentences for the report on the influence matrix."""
    first, *rest = _influence_lines(facts)
    return (
        f"Influence: the root mean square of the part of a channel in the differences between forecasts, {first}; in "
        "the unit of the forecast channel. In brackets: not above models with shuffled weights.",
        *(f"{line.capitalize()}." for line in rest),
    )


def _influence_lines(facts: Facts) -> tuple[str, ...]:
    how = f"{facts['pairs']:,} pairs of forecasts {facts['horizon']:,} steps ahead"
    dropped = f"; {facts['dropped']:,} more were not finite" if facts["dropped"] else ""
    beyond = np.array(facts["beyond_control"], bool)
    return (f"{how}{dropped}", f"{int(beyond.sum())} of {beyond.size} are above every model with shuffled weights")


def _rows_line(facts: Facts) -> str:
    """Which rows the forecast rests on."""
    ages, shares = np.array(facts["ages"]), np.array(facts["share_by_age"], float)
    if len(ages) == 1:
        return "it rests on one row alone: the model reads its whole state from it"
    reached = np.cumsum(shares)
    half, most = (int(ages[np.searchsorted(reached, level)]) for level in (0.5, 0.9))
    return (
        f"{share_text(shares[0])} of the parts belong to the row itself, half to the last {half + 1:,} rows, "
        f"90 % to the last {most + 1:,}"
    )


def _titled(facts: Facts, i: int) -> str:
    units = facts["units"]
    return titled(facts["channels"][i], units[i] if i < len(units) else "")


def _cell(facts: Facts, i: int, j: int) -> str:
    entries: Any = (facts["influence"][i][j], facts["std_error"][i][j])
    text = number_text(*entries)
    return text if facts["beyond_control"][i][j] else f"({text})"
