"""The lines that `attrax inspect` shows about a recording."""

from collections.abc import Iterator

from attrax.core.number_text import number_text, share_text
from attrax.data.clock.durations import about, conversion, spelled, worded
from attrax.data.embedding.delay_embedding import lags_text
from attrax.data.series import titled
from attrax.diagnosis.diagnosis import Diagnosis
from attrax.diagnosis.excerpt import CHANNELS
from attrax.reconstruct.inspection import FitEstimate, Inspection

SHOWN = 12
CLEAR_NOISE = 0.2
SLOWEST = 0.1
"""Slower rates are not said in Hz."""


def inspection_lines(found: Inspection) -> Iterator[tuple[str, str]]:
    """The label and the text of each line. A line with an empty label continues the line before it."""
    d = found.diagnosis
    several = f" in {len(d.rows)} series" if len(d.rows) > 1 else ""
    parts = f"{len(d.channels)} channel{'s' * (len(d.channels) != 1)}"
    inputs = f" + {len(d.inputs)} inputs" if d.inputs else ""
    read_as = f"{'time + ' if d.clock.column else ''}{parts}{inputs}"
    yield "recording", f"{d.source}: {sum(d.rows):,} rows{several}, read as {read_as}"
    yield "time", _time(d)
    yield "channels", _names(tuple(titled(name, d.units.get(name, "")) for name in d.channels))
    yield "", _missing(d)
    for sentence in found.repairs:
        yield "repaired", sentence
    yield "length", _length(d)
    if scales := d.time_scales.sentence(d.clock.step, d.clock.unit):
        yield "", scales
    yield "noise", _noise(d)
    yield "embedding", d.embedding.sentence(d.clock.step, d.clock.unit)
    for notice in found.notices:
        yield "note", notice
    if d.examined < max(d.rows):
        yield "", f"period, time scales and noise estimated from {d.examined:,} consecutive rows of {max(d.rows):,}"
    if len(d.channels) > CHANNELS:
        of = f"{d.examined_channels:,} evenly spaced channels of {len(d.channels):,}"
        yield "", f"period, time scales, noise and number of cycles estimated from {of}"
    if found.plan is not None:
        yield "plan", _plan(found.plan, d)
        yield "cost", _cost(found.plan)


def _time(d: Diagnosis) -> str:
    clock = d.clock
    hertz = conversion("s", clock.unit) if clock.unit and clock.step > 0 else None
    rate = f" ({hertz / clock.step:.6g} Hz)" if hertz and hertz / clock.step >= SLOWEST else ""
    step = f"dt = {spelled(clock.step, clock.unit)}{' row' * _in_rows(d)}{rate}"
    if not clock.column:
        return f"no time column, {step}{'' if clock.unit or clock.step != 1 else '; set another with --dt'}"
    longest = f", the longest {spelled(clock.longest_gap, clock.unit)}"
    gaps = f"{clock.gaps:,} gap{'s' * (clock.gaps > 1)}{longest}" if clock.gaps else "no gaps"
    steps = sum(d.rows) - len(d.rows)
    falls = f"the time goes back in {clock.backward:,} of {steps:,} steps"
    backward = falls if 2 * clock.backward > steps else f"{clock.backward:,} times not after the time before"
    backward = f", {backward}" if clock.backward else ""
    return f"'{clock.column}', {step}, jitter {share_text(round(clock.jitter, 6))}, {gaps}{backward}"


def _names(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return " ".join(names[:SHOWN]) + more


def _missing(d: Diagnosis) -> str:
    values = sum(m.values for m in d.missing)
    share = values / (sum(d.rows) * len(d.channels))
    gaps = f" ({values:,} values, longest gap {max(m.longest_gap for m in d.missing):,} rows)" if d.missing else ""
    return f"missing {share_text(share)}{gaps}   constant: {_names(d.constant) or 'none'}   text: none"


def _in_rows(d: Diagnosis) -> bool:
    """Whether time counts the rows: one a row, without a unit."""
    return d.clock.step == 1 and not d.clock.unit


def _length(d: Diagnosis) -> str:
    """The time from the first to the last row of all series together, or their number of rows; and its periods."""
    unit = d.clock.unit
    rows = sum(d.rows)
    # Of uneven steps, the mean and not the median is that of the whole.
    step = d.clock.span / (rows - len(d.rows)) if d.clock.uneven and d.clock.span else d.clock.step
    whole = f"{rows:,} rows" if _in_rows(d) else worded((rows - len(d.rows)) * step, unit, 4)
    if d.period is None:
        return f"{whole}, about {d.cycles:,} oscillations, without a dominant period"
    period = d.period.rows * step
    hertz = conversion("s", unit) if unit else None
    rate = f", {number_text(hertz / period)} Hz" if hertz and hertz / period >= SLOWEST else ""
    count = rows / d.period.rows
    length = worded(period, unit) if unit else f"{number_text(period)}{' rows' * _in_rows(d)}"
    return f"{whole} = about {count:,.0f} dominant periods of {length}{rate}"


def _noise(d: Diagnosis) -> str:
    noise = d.embedding.noise
    if noise > CLEAR_NOISE:
        return f"at most {share_text(noise)} of the standard deviation; part of it may be fast dynamics, not noise"
    return f"at most about {share_text(noise)} of the standard deviation"


def _plan(plan: FitEstimate, d: Diagnosis) -> str:
    embedded = f"embed with lags {lags_text(plan.lags, d.clock.step, d.clock.unit)}; " if plan.lags else ""
    return (
        f"{embedded}{plan.model}, {plan.observation} observation; windows of "
        f"{plan.window} rows; train {plan.train_rows:,} / gap {plan.gap_rows:,} / test {plan.test_rows:,} rows"
    )


def _cost(plan: FitEstimate) -> str:
    work = f"{plan.restarts} x {plan.updates:,} updates (estimated from measured speeds on one core)"
    return f"about {about(plan.seconds)} with compiled loops: {work}"
