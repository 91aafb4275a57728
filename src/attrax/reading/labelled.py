"""Objects of xarray, also from NetCDF files: arrays with named dimensions, read without importing xarray."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from attrax.core.errors import DataError
from attrax.data.clock.clock_names import is_clock
from attrax.data.clock.durations import canonical_unit
from attrax.data.clock.since_dates import dates_of_models, is_of_model, since_dates
from attrax.data.column_names import option, select, unique
from attrax.reading.arrays import matrix
from attrax.reading.axes import stacked_names
from attrax.reading.headers.told_steps import told_step
from attrax.reading.raw_table import RawTable
from attrax.reading.read_options import TRIAL, ReadOptions

_SHOWN = 20
_TOGETHER = 4
"""Most variables on one grid that advice offers together."""
_UNNAMED = "__xarray_dataarray_variable__"
"""What xarray calls an array without a name in a file."""
TRIALS = {TRIAL, "trials", "realization", "member", "ensemble", "epoch", "epochs", "subject", "subjects", "session"}
"""Dimensions whose positions are recordings of their own."""
_TIMES = {"times", "timepoint", "timepoints", "timestep", "timesteps", "step", "steps", "sample", "samples"}
_LATITUDES = {"lat", "latitude", "lats", "nav_lat"}
_CHANNELS = {"channel", "channels", "sensor", "sensors", "electrode", "variable", "feature", "component", "lat", "lon"}


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
    trials = [dim for dim in _dims(variables) if str(dim) in TRIALS]
    if not trials:
        return (_with_step(_table(variables, time, place, options), source, variables),)
    first = next(iter(variables.values()))
    names = _labels(first, trials[0]) if trials[0] in first.coords else [""] * first.sizes[trials[0]]
    parts = [{k: a.isel({trials[0]: i}) for k, a in variables.items()} for i in range(len(names))]
    tables = [_table(part, time, f"{place}, {trials[0]} {i}", options) for i, part in enumerate(parts)]
    # What is said of one trial holds for all.
    told = [tables[0].notices, *(() for _ in tables[1:])]
    return tuple(
        replace(_with_step(table, source, variables), subject=name, notices=notices)
        for table, name, notices in zip(tables, names, told, strict=True)
    )


def _with_step(table: RawTable, source: Any, variables: Mapping[str, Any]) -> RawTable:
    """The table with the time step that attributes or single values tell, if it has no times."""
    members = {**getattr(source, "data_vars", {}), **source.coords}
    single = {name: array.item() for name, array in members.items() if array.size == 1 and array.dtype.kind in "fiuUO"}
    step = None if table.clock else told_step({**source.attrs, **single, **next(iter(variables.values())).attrs})
    return table if step is None else replace(table, dt=step.dt, unit=step.unit)


def variables_in(source: Any) -> dict[str, Any]:
    """The variables of an object of xarray by name; one without a name, also in a file, is called `x`."""
    every = source.data_vars if hasattr(source, "data_vars") else {source.name or "x": source}
    return {"x" if name == _UNNAMED else str(name): array for name, array in every.items()}


def time_dimension(source: Any, name: str = "") -> Hashable:
    """The dimension of time of an object of xarray; `name` is that of its clock, if it is known."""
    if name in source.dims:
        return name
    arrays = list(source.data_vars.values()) if hasattr(source, "data_vars") else [source]
    return _guessed_time([d for a in arrays for d in a.dims], arrays)


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
    every = variables_in(source)
    if not hasattr(source, "data_vars"):
        return every
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
    """The dimension of time: the one that the options name, or the most likely one."""
    dims = _dims(variables)
    if options.time:
        return select((options.time,), [str(dim) for dim in dims], "--time", "dimensions")[0]
    return _guessed_time(dims, list(variables.values()))


def _guessed_time(dims: Sequence[Hashable], arrays: Sequence[Any]) -> Hashable:
    """The dimension with dates, or with the name of a time, or the first that has no names of channels or trials."""
    kinds = {d: a.coords[d].dtype.kind for d in dims for a in arrays if d in a.coords}
    named = [d for d in dims if is_clock(str(d)) or str(d).lower() in _TIMES]
    dated = [d for d in dims if kinds.get(d) in ("M", "m")]
    places = [d for d in dims if str(d).lower() not in TRIALS | _CHANNELS and kinds.get(d, "f") not in "UO"]
    return (dated or named or places or list(dims))[0]


def _table(variables: Mapping[str, Any], time: Hashable, place: str, options: ReadOptions) -> RawTable:
    names: list[str] = []
    owners: list[str] = []
    blocks, weights, told = [], [], []
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
        block = matrix(values.reshape(len(values), -1), f"{place}, variable '{name}'")
        own = channel_names(array, name, others, alone=len(variables) == 1)
        weights += zip(own, area_weights(array, others), strict=True)
        # Land in a field of the sea has no value at any time.
        kept = [] if are_sensors(array, others) else np.flatnonzero(np.isfinite(block).any(axis=0)).tolist()
        if 0 < len(kept) < len(own):
            told.append(
                f"{place}: {len(own) - len(kept):,} of the {len(own):,} places of '{name}' have no value at any time, "
                "as land in a field of the sea, and are left out"
            )
            block, own = block[:, kept], [own[k] for k in kept]
        blocks.append(block)
        names += own
        owners += [name] * len(own)
    first = next(iter(variables.values()))
    block = blocks[0] if len(blocks) == 1 else np.hstack(blocks)
    weighted = tuple(weights) if any(weight != 1 for _, weight in weights) else ()
    units = {name: str(array.attrs["units"]) for name, array in variables.items() if array.attrs.get("units")}
    known = {channel: units[name] for channel, name in zip(unique(names), owners, strict=True) if name in units}
    table = RawTable(
        unique(names), tuple(block.T), place, block=block, weights=weighted, units=known, notices=tuple(told)
    )
    if time not in first.coords:
        return table
    clock, unit, since = _clock(first.coords[time], f"{place}, coordinate '{time}'")
    return replace(
        table,
        names=unique([str(time), *table.names]),
        columns=(clock, *table.columns),
        unit=unit,
        clock=str(time),
        notices=(*table.notices, *since),
    )


def _clock(coordinate: Any, place: str) -> tuple[np.ndarray, str, tuple[str, ...]]:
    """The times of a coordinate, their unit, and what has to be said about them."""
    clock, about = np.asarray(coordinate.values), coordinate.attrs
    if is_of_model(clock):
        times, since = dates_of_models(clock)
        return times, "d" if since else "", (f"D143  {place}: times are {since}",) if since else ()
    units = str(about.get("units", ""))
    if clock.dtype.kind not in "Mmiu":
        clock = matrix(clock, place)[:, 0]
    dates = since_dates(clock, units, str(about.get("calendar", "")))
    return (clock if dates is None else dates), canonical_unit(units.partition(" since")[0]), ()


def channel_names(array: Any, name: str, dims: Sequence[Hashable], *, alone: bool) -> list[str]:
    """Names of the channels that a variable becomes; those of its positions, if it is the only one and they have some.

    Args:
        array: The variable.
        name: Its name.
        dims: Its dimensions besides time, in the order in which they are stacked.
        alone: Whether there is no other variable.
    """
    return _labels(array, dims[0]) if alone and are_sensors(array, dims) else names_of(array, name, dims)


def names_of(array: Any, name: str, dims: Sequence[Hashable]) -> list[str]:
    """Names of the channels that the combinations of dimensions of a variable become."""
    return stacked_names(name, [_labels(array, dim) for dim in dims])


def are_sensors(array: Any, dims: Sequence[Hashable]) -> bool:
    """Whether there is a single dimension besides time, and its positions have names."""
    return len(dims) == 1 and dims[0] in array.coords and array.coords[dims[0]].dtype.kind in "UO"


def area_weights(array: Any, dims: Sequence[Hashable]) -> list[float]:
    """For each combination of dimensions, the cosine of its latitude, to which the area of its cell is proportional."""
    parts = []
    for dim in dims:
        known = dim in array.coords and array.coords[dim].dtype.kind in "fiu"
        north = str(dim).lower() in _LATITUDES or (known and array.coords[dim].attrs.get("units") == "degrees_north")
        cosines = np.cos(np.radians(array.coords[dim].values)) if known and north else np.ones(array.sizes[dim])
        parts.append(np.maximum(cosines, 1e-6))
    return [float(np.prod(combination)) for combination in product(*parts)]


def _labels(array: Any, dim: Hashable) -> list[str]:
    if dim not in array.coords:
        return [str(i) for i in range(array.sizes[dim])]
    values = array.coords[dim].values
    return [f"{value:g}" if values.dtype.kind in "fiu" else str(value) for value in values]


def _many(variables: Mapping[str, Any], place: str) -> DataError:
    name, array = max(variables.items(), key=lambda item: len(item[1].dims))
    others = [str(dim) for dim in array.dims if not is_clock(str(dim)) and str(dim) not in TRIALS]
    stack = f" {option('--stack', *others)}" if len(others) > 1 else ""
    alike = [other for other, about in variables.items() if set(about.dims) == set(array.dims)]
    together = f"  # or {option('--var', *alike)}, as one recording" if 1 < len(alike) <= _TOGETHER else ""
    return DataError(
        "D112",
        "many variables",
        where=f"{place}:{listed_variables(variables)}",
        why="it is not clear which of them are the recording",
        fix=f"{option('--var', name)}{stack}{together}",
    )
