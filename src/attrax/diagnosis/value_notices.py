"""Notices about values that are hardly measurements, with the option that makes them missing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from attrax.data.column_names import option
from attrax.data.series import Dataset
from attrax.diagnosis.far_values import FarValue
from attrax.diagnosis.stuck_values import StuckKind, StuckValue


def value_notices(dataset: Dataset, far: Sequence[FarValue], stuck: Sequence[StuckValue]) -> Iterator[str]:
    """A sentence for each value that looks like a code, a fault, a rail, a flat stretch or a counter that wraps.

    Args:
        dataset: The recordings. A value may also occur in channels where it is a measurement.
        far: Values far from all others in them.
        stuck: Values at which their channels stay.
    """
    by_value: dict[float, list[FarValue]] = defaultdict(list)
    for found in far:
        by_value[found.value].append(found)
    for value, group in by_value.items():
        yield _code(dataset, value, group) if any(found.code for found in group) else _spike(dataset, value, group)
    yield from _rails([found for found in stuck if found.kind is StuckKind.RAIL])
    for found in stuck:
        if found.kind is StuckKind.FLAT:
            yield (
                f"D128  '{found.channel}' keeps {spelled_value(found.value)} for {found.rows:,} rows from row "
                f"{found.first:,} on (counted from 0)  ({_missing(found.value, [found.channel])} makes it missing, if "
                "nothing was measured then)"
            )
        elif found.kind is StuckKind.WRAP:
            yield (
                f"D130  '{found.channel}' begins again after {found.value:.0f} numbers, {found.rows:,} times, first in "
                f"row {found.first:,} (counted from 0): a counter or integer that overflows "
                f"(np.unwrap(x, period={found.value:.0f}) undoes it), or an angle "
                f"({option('--phases', f'{found.channel}=angle:{found.value:.0f}')})"
            )


def spelled_value(value: float) -> str:
    """A number with as few digits as identify it.

    Example:
        >>> spelled_value(-999.0), spelled_value(0.1)
        ('-999', '0.1')
    """
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e16 else repr(value)


def _code(dataset: Dataset, value: float, group: Sequence[FarValue]) -> str:
    counts = " and ".join(f"'{found.channel}' {_times(found.count)}" for found in group)
    return (
        f"D127  {spelled_value(value)} in {counts}, far from all other values: a code for missing values?  "
        f"({_where_needed(dataset, value, group)} makes it missing)"
    )


def _spike(dataset: Dataset, value: float, group: Sequence[FarValue]) -> str:
    first = group[0]
    row = f"row {first.first:,}" + (f" of series {first.where}" if len(dataset) > 1 else "")
    names = ", ".join(f"'{found.channel}'" for found in group)
    return (
        f"D129  {spelled_value(value)} in {names}, {row} (counted from 0), is far from all other values  "
        f"({_where_needed(dataset, value, group)} makes it missing, if it is a fault)"
    )


def _rails(rails: Sequence[StuckValue]) -> Iterator[str]:
    by_channel: dict[str, list[StuckValue]] = defaultdict(list)
    for found in rails:
        by_channel[found.channel].append(found)
    parts = [
        f"'{name}' at {' and '.join(spelled_value(found.value) for found in group)} "
        f"({sum(found.rows for found in group):,} rows)"
        for name, group in by_channel.items()
    ]
    if parts:
        yield f"D128  clipped at a rail: {', '.join(parts)}; what lay beyond was not recorded"


def _missing(value: float, channels: Sequence[str]) -> str:
    words = [spelled_value(value)] if not channels else [f"{name}={spelled_value(value)}" for name in channels]
    return option("--na", *words)


def _where_needed(dataset: Dataset, value: float, group: Sequence[FarValue]) -> str:
    """The option that makes the value missing: everywhere, or in some channels if it may be a measurement in others."""
    channels = [found.channel for found in group]
    others = [k for k, name in enumerate(dataset[0].channels) if name not in channels]
    elsewhere = any((series.values[:, others] == value).any() for series in dataset)
    return _missing(value, channels if elsewhere else [])


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n:,} times"
