"""Objects of xarray, also from NetCDF files: arrays with named dimensions, read without importing xarray."""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from attrax.core.errors import DataError
from attrax.data.clock.time_columns import is_clock
from attrax.data.column_names import option, select, unique
from attrax.data.reading.arrays import matrix
from attrax.data.reading.axes import stacked_names
from attrax.data.reading.raw_table import RawTable
from attrax.data.reading.read_options import TRIAL, ReadOptions

_SHOWN = 20
_TRIALS = {TRIAL, "trials", "realization", "member", "ensemble"}


def is_labelled(source: Any) -> bool:
    """Whether an object is a `DataArray` or a `Dataset` of xarray."""
    return hasattr(source, "dims") and hasattr(source, "coords") and hasattr(source, "isel")


def labelled_tables(source: Any, place: str, options: ReadOptions) -> tuple[RawTable, ...]:
    """The tables in a `DataArray` or a `Dataset` of xarray.

    A variable with the dimension of time alone is one channel. A variable with one more dimension has a channel for
    each of its positions. The coordinate of time becomes the time column.

    Raises: DataError D112 if it is not clear which variables or dimensions are meant, D111 if none holds numbers.
    """
    place = "xarray object" if place == "array" else place
    variables = _variables(source, place, options)
    time = _time_dimension(variables, options)
    shared = all(time in array.dims for array in variables.values())
    flat = all(len(array.dims) == 1 for array in variables.values())
    if not shared or (len(variables) > 1 and not flat and not options.var):
        raise _many(variables, place)
    trials = [dim for dim in _dims(variables) if str(dim) in _TRIALS]
    if not trials:
        return (_table(variables, time, place, options),)
    return tuple(
        _table({k: a.isel({trials[0]: i}) for k, a in variables.items()}, time, f"{place}, {trials[0]} {i}", options)
        for i in range(next(iter(variables.values())).sizes[trials[0]])
    )


def listed_variables(variables: Mapping[str, Any]) -> str:
    """Variables with their dimensions, one in each line, for messages."""
    lines = [
        f"{name}  {', '.join(f'{dim}: {size}' for dim, size in array.sizes.items()) or 'one value'}  {array.dtype}"
        for name, array in variables.items()
    ]
    more = [f"and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return "".join(f"\n         {line}" for line in [*lines[:_SHOWN], *more])


def _variables(source: Any, place: str, options: ReadOptions) -> dict[str, Any]:
    """The variables that the options name, or all that hold numbers and have a dimension."""
    if not hasattr(source, "data_vars"):
        return {str(source.name or "x"): source}
    every = {str(name): array for name, array in source.data_vars.items()}
    if options.var:
        return {name: every[name] for name in select(options.var, list(every), "--var", place)}
    found = {name: array for name, array in every.items() if array.dims and array.dtype.kind in "fiub"}
    # Bounds of grid cells describe coordinates, not the system.
    found = {name: array for name, array in found.items() if not str(name).endswith(("_bnds", "_bounds"))} or found
    if not found:
        raise DataError(
            "D111",
            "no array of time by channel",
            where=f"{place}:{listed_variables(every)}",
            why="a recording is a table of numbers, time in rows and channels in columns",
            fix="store one with a dimension called time",
        )
    return found


def _dims(variables: Mapping[str, Any]) -> list[Hashable]:
    return list(dict.fromkeys(dim for array in variables.values() for dim in array.dims))


def _time_dimension(variables: Mapping[str, Any], options: ReadOptions) -> Hashable:
    """The dimension of time: named by the options, or with dates, or with the name of a time, or the first one."""
    dims = _dims(variables)
    arrays = list(variables.values())
    if options.time:
        return select((options.time,), [str(dim) for dim in dims], "--time", "dimensions")[0]
    dated = [d for d in dims for a in arrays if d in a.coords and a.coords[d].dtype.kind == "M"]
    named = [d for d in dims if is_clock(str(d))]
    places = [d for d in dims if str(d) not in _TRIALS]
    return (dated or named or places or dims)[0]


def _table(variables: Mapping[str, Any], time: Hashable, place: str, options: ReadOptions) -> RawTable:
    names: list[str] = []
    owners: list[str] = []
    blocks = []
    for name, array in variables.items():
        others = [dim for dim in array.dims if dim != time]
        if len(others) > 1 and {str(dim) for dim in others} != set(options.stack):
            raise DataError(
                "D112",
                "a variable of many dimensions",
                where=f"{place}:{listed_variables({name: array})}",
                why="a recording has time and channels; it is not clear that every combination is a channel",
                fix=f"{option('--var', name)} {option('--stack', *map(str, others))}"
                + ("  # perhaps with --pca 20" if np.prod([array.sizes[d] for d in others]) > len(array[time]) else ""),
            )
        others = [dim for wanted in options.stack for dim in others if str(dim) == wanted] or others
        values = np.asarray(array.transpose(time, *others).values)
        blocks.append(matrix(values.reshape(len(values), -1), f"{place}, variable '{name}'"))
        labels = [_labels(array, dim) for dim in others]
        alone = len(variables) == 1 and len(others) == 1 and _is_named(array, others[0])
        names += labels[0] if alone else stacked_names(name, labels)
        owners += [name] * (len(names) - len(owners))
    first = next(iter(variables.values()))
    block = blocks[0] if len(blocks) == 1 else np.hstack(blocks)
    units = {name: str(array.attrs["units"]) for name, array in variables.items() if array.attrs.get("units")}
    known = {channel: units[name] for channel, name in zip(unique(names), owners, strict=True) if name in units}
    table = RawTable(unique(names), tuple(block.T), place, block=block, units=known)
    if time not in first.coords:
        return table
    coordinate = first.coords[time]
    clock = np.asarray(coordinate.values)
    unit = str(coordinate.attrs.get("units", ""))
    clock = clock if clock.dtype.kind in "Mm" else matrix(clock, f"{place}, coordinate '{time}'")[:, 0]
    return replace(
        table,
        names=unique([str(time), *table.names]),
        columns=(clock, *table.columns),
        unit=unit.partition(" since")[0],
        clock=str(time),
    )


def _is_named(array: Any, dim: Hashable) -> bool:
    """Whether the positions along a dimension have names."""
    return dim in array.coords and array.coords[dim].dtype.kind in "UO"


def _labels(array: Any, dim: Hashable) -> list[str]:
    if dim not in array.coords:
        return [str(i) for i in range(array.sizes[dim])]
    values = array.coords[dim].values
    return [f"{value:g}" if values.dtype.kind in "fiu" else str(value) for value in values]


def _many(variables: Mapping[str, Any], place: str) -> DataError:
    name, array = max(variables.items(), key=lambda item: len(item[1].dims))
    others = [str(dim) for dim in array.dims if not is_clock(str(dim)) and str(dim) not in _TRIALS]
    stack = f" {option('--stack', *others)}" if len(others) > 1 else ""
    return DataError(
        "D112",
        "many variables",
        where=f"{place}:{listed_variables(variables)}",
        why="it is not clear which of them are the recording",
        fix=f"{option('--var', name)}{stack}",
    )
