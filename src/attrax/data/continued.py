"""Forecasts as objects of the type that the recording had, with its names and its time axis continued."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.data.clock.time_columns import is_clock
from attrax.data.reading.frame_groups import clock_level, is_arrow
from attrax.data.reading.frames import column_name, is_frame
from attrax.data.reading.labelled import is_labelled, names_of, time_dimension
from attrax.data.reading.labels import worded
from attrax.data.series import Series

MOST_DIMENSIONS = 4
"""Most dimensions of a field besides time, which may be stacked in any order."""


def continued(source: Any, recording: Series, x: Float[np.ndarray, "n obs"]) -> Any:
    """Values after the last row of a recording, as an object like its source.

    Args:
        source: The object that the recording was read from.
        recording: The recording, with channels and clock.
        x: The values of the following rows.

    Returns: An array, a data frame or an xarray object if `source` is one, and otherwise a Series.
    """
    if is_labelled(source):
        return _labelled(source, recording, x)
    if hasattr(source, "collect_schema") and hasattr(source, "collect"):
        return continued(source.collect(), recording, x).lazy()
    if is_arrow(source):
        return _table_of(type(source), recording, _columns(recording, x), source.column_names)
    if is_frame(source):
        return _frame(source, recording, x)
    if isinstance(source, np.ndarray | list):
        return x[:, 0] if np.ndim(source) == 1 else x
    last = None if recording.stamps is None else recording.stamps[len(recording) - 1 :].origin
    later = recording.origin.later(len(recording) * recording.dt) if last is None else last.later(recording.dt)
    nothing = {"inputs": None, "input_channels": (), "mask": None, "stamps": None, "before": None, "level": None}
    return replace(recording, x=x, origin=later, **nothing)


def _table_of(kind: Any, recording: Series, columns: dict[str, Any], names: Any) -> Any:
    """A table of pyarrow with the columns that the source has."""
    if recording.origin.name in names:
        columns = {recording.origin.name: _times(recording, len(next(iter(columns.values())))), **columns}
    return kind.from_pydict(columns)


def _columns(recording: Series, x: Float[np.ndarray, "n obs"]) -> dict[str, Any]:
    """The values by name of the channel; numbers that stand for labels become these."""
    columns: dict[str, Any] = dict(zip(recording.channels, x.T, strict=True))
    return columns | {name: [worded(v, words) for v in columns[name]] for name, words in recording.labels.items()}


def _times(recording: Series, n: int) -> np.ndarray:
    return recording.times_after(len(recording) - 1, n)


def _frame(source: Any, recording: Series, x: np.ndarray) -> Any:
    names = {column_name(label): label for label in getattr(source, "columns", ())}
    columns = {names.get(name, name): column for name, column in _columns(recording, x).items()}
    clock = recording.origin.name
    if clock in map(str, getattr(source, "columns", ())):
        columns = {clock: _times(recording, len(x)), **columns}
    if not hasattr(source, "index"):
        return type(source)(columns)
    import pandas as pd

    frame = pd.DataFrame(columns, index=_index(source.index, recording, len(x)))
    return frame if hasattr(source, "columns") else frame.iloc[:, 0].rename(source.name)


def _index(index: Any, recording: Series, n: int) -> Any:
    """The labels of the following rows: dates and numbers continue at their step, other labels become row numbers."""
    import pandas as pd

    if isinstance(index, pd.MultiIndex):
        return _levels(index, recording, n)
    if isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex):
        step = index.freq or (index[-1] - index[0]) / max(1, len(index) - 1)
        return type(index)([index[-1] + step * k for k in range(1, n + 1)], name=index.name)
    if not pd.api.types.is_numeric_dtype(index.dtype):
        return pd.RangeIndex(len(recording), len(recording) + n)
    if index.dtype.kind == "f" or is_clock(str(index.name)):
        return pd.Index(_times(recording, n).astype(index.dtype), name=index.name)
    return pd.RangeIndex(index[-1] + 1, index[-1] + 1 + n, name=index.name)


def _levels(index: Any, recording: Series, n: int) -> Any:
    """An index of several levels of one subject: that of time goes on, the others stay."""
    import pandas as pd

    clock = clock_level(index)
    later = _index(index.get_level_values(clock), recording, n)
    return pd.MultiIndex.from_arrays(
        [later if k == clock else [index.get_level_values(k)[-1]] * n for k in range(index.nlevels)], names=index.names
    )


def _labelled(source: Any, recording: Series, x: np.ndarray) -> Any:
    """A `DataArray` if all channels lie along its other dimension; else a `Dataset` with a variable per channel."""
    import xarray as xr

    time = time_dimension(source, recording.origin.name)
    if time not in source.coords:
        coords = {}
    else:
        about = source.coords[time]
        coords = {time: xr.Variable((time,), _times(recording, len(x)), about.attrs)}
    others = [dim for dim in source.dims if dim != time]
    alone = [dim for dim in others if source.sizes[dim] == 1]
    wide = [dim for dim in others if source.sizes[dim] != 1] or others[-1:]
    kept = {name: about for name, about in source.coords.items() if time not in about.dims}
    fields = _fields(source, time, recording, x)
    if fields:
        made = {name: xr.DataArray(v, coords, dims, name, a.attrs) for name, (v, dims, a) in fields.items()}
        whole = xr.Dataset(made, attrs=source.attrs if hasattr(source, "data_vars") else {}).assign_coords(kept)
        return whole if hasattr(source, "data_vars") else whole[next(iter(fields))].rename(source.name)
    if hasattr(source, "data_vars") or len(wide) > 1 or (wide and source.sizes[wide[0]] != x.shape[1]):
        variables = getattr(source, "data_vars", {})
        attrs = {name: variables[name].attrs for name in variables}
        columns = {name: (time, x[:, k], attrs.get(name, {})) for k, name in enumerate(recording.channels)}
        return xr.Dataset(columns, coords, source.attrs if variables else {})
    values = x if wide else x[:, 0]
    dims = [time, *wide]
    values = values.reshape(*values.shape, *(1 for dim in alone if dim not in wide))
    dims += [dim for dim in alone if dim not in wide]
    return xr.DataArray(values, {**coords, **kept}, dims, source.name, source.attrs).transpose(*source.dims)


def _fields(source: Any, time: Any, recording: Series, x: np.ndarray) -> dict[str, tuple[np.ndarray, list, Any]]:
    """The variables of several dimensions whose positions became channels, NaN where there were none; else nothing.

    Returns: For each variable its values, its dimensions, and the variable of the source.
    """
    variables = dict(source.data_vars) if hasattr(source, "data_vars") else {str(source.name or "x"): source}
    columns = {name: k for k, name in enumerate(recording.channels)}
    found = {}
    for name, array in variables.items():
        others = [dim for dim in array.dims if dim != time]
        for order in permutations(others) if 1 < len(others) <= MOST_DIMENSIONS else ():
            names = names_of(array, str(name), order)
            if not any(label in columns for label in names):
                continue
            values = np.full((len(x), len(names)), np.nan)
            there = [k for k, label in enumerate(names) if label in columns]
            values[:, there] = x[:, [columns[names[k]] for k in there]]
            shaped = values.reshape(len(x), *(array.sizes[dim] for dim in order))
            at = [([time, *order]).index(dim) for dim in array.dims]
            found[name] = (shaped.transpose(at), list(array.dims), array)
            break
    return found
