"""Values after a recording as objects of xarray, with dimensions, coordinates and attributes of what was read."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from attrax.data.clock.since_dates import is_of_model
from attrax.data.column_names import bare
from attrax.data.series import Series
from attrax.reading.labelled import TRIALS, are_sensors, channel_names, names_of, time_dimension, variables_in
from attrax.reading.labels import word_of
from attrax.reading.stores import dataset_in

ENDS = ("", "_low", "_high")
"""What stands behind the name of a channel: nothing for its forecast, else an end of the interval."""
ROUNDING = 1e-6
"""Largest difference of equal times, in time steps."""
MOST_DIMENSIONS = 4
"""Most dimensions of a field besides time, which may be stacked in any order."""


class _Field(NamedTuple):
    """A variable whose positions became channels: its values, NaN where there were none, and that of the source."""

    values: np.ndarray
    source: Any


def labelled_like(source: Any, recording: Series, x: Float[np.ndarray, "n obs"]) -> Any:
    """Values after the last row of a recording, with dimensions, coordinates and attributes of its source.

    Args:
        source: The `DataArray` or `Dataset` that the recording was read from.
        recording: The recording, with channels and clock.
        x: The values of the following rows.

    Returns: What the source is; a `Dataset` also if there are ends of intervals, or columns that are no places of it.
    """
    import xarray as xr

    time = time_dimension(source, recording.origin.name)
    coords = {}
    if time in source.coords:
        about = source.coords[time]
        # Bounds of the times are not continued.
        attrs = {name: value for name, value in about.attrs.items() if name != "bounds"}
        coords = {time: xr.Variable((time,), _times_like(about, recording, len(x)), attrs)}
    fields = _fields(source, time, recording, x)
    attrs = source.attrs if hasattr(source, "data_vars") else {}
    if fields:
        kept = {k: about for f in fields.values() for k, about in f.source.coords.items() if time not in about.dims}
        made = {name: (f.source.dims, f.values, f.source.attrs) for name, f in fields.items()}
        whole = xr.Dataset(made, coords | kept, attrs)
        several = hasattr(source, "data_vars") or len(fields) > 1
        return whole if several else whole[next(iter(fields))].rename(source.name)
    if not hasattr(source, "data_vars") and all(source.sizes[dim] == 1 for dim in source.dims if dim != time):
        lone = [dim for dim in source.dims if dim != time]
        values = x[:, 0].reshape(len(x), *(1 for _ in lone))
        kept = {name: about for name, about in source.coords.items() if time not in about.dims}
        return xr.DataArray(values, coords | kept, [time, *lone], source.name, source.attrs).transpose(*source.dims)
    about = {name: array.attrs for name, array in getattr(source, "data_vars", {}).items()}
    columns = {name: (time, values, about.get(name, {})) for name, values in _columns(recording, x)}
    return xr.Dataset(columns, coords, attrs)


def stored_like(path: str | Path, recording: Series, x: Float[np.ndarray, "n obs"]) -> Any:
    """Values after the last row of a recording as a `Dataset`, like that in a NetCDF file or a Zarr store.

    Args:
        path: The file that the recording was read from.
        recording: The recording, with channels and clock.
        x: The values of the following rows.

    Returns: The `Dataset`, in memory; None for any other file.
    Raises: DataError D118 for a damaged file; ConfigError C640 without xarray.
    """
    with dataset_in(Path(path)) as source:
        return None if source is None else labelled_like(source, recording, x).load()


def dataset_like(path: str, recording: Series, x: Float[np.ndarray, "n obs"]) -> Any:
    """As `stored_like`; if the file is another one, each channel becomes a variable."""
    stored = stored_like(path, recording, x)
    return _of_columns(recording, x) if stored is None else stored


def _of_columns(recording: Series, x: np.ndarray) -> Any:
    import xarray as xr

    time, units = bare(recording.origin.name) or "time", recording.channel_units
    times = recording.times_after(len(recording) - 1, len(x))
    clock = {"units": recording.unit} if recording.unit and times.dtype.kind in "fiu" else {}
    columns = {
        bare(name) if name in units else name: (time, values, {"units": units[name]} if name in units else {})
        for name, values in _columns(recording, x)
    }
    return xr.Dataset(columns, {time: (time, times, clock)})


def _columns(recording: Series, x: np.ndarray) -> Iterator[tuple[str, Any]]:
    """Name and values of each channel; numbers that stand for labels become these."""
    for name, column in zip(recording.channels, x.T, strict=True):
        words = recording.labels.get(name)
        yield name, column if words is None else np.array([word_of(v, words) for v in column])


def _times_like(coordinate: Any, recording: Series, n: int) -> np.ndarray:
    """The times of the following rows, as the coordinate of the recording has them: dates, numbers, or model dates."""
    times, known = recording.times_after(len(recording) - 1, n), np.asarray(coordinate.values)
    if is_of_model(known):
        if times.dtype.kind == "M":
            first = known[0]
            names = ("year", "month", "day", "hour", "minute", "second")
            parts = [date.item().timetuple()[:6] for date in times.astype("datetime64[us]")]
            return np.array([first.replace(**dict(zip(names, part, strict=True))) for part in parts])
        return np.array([known[0] + timedelta(days=float(t)) for t in times])
    if times.dtype.kind == "M" and known.dtype.kind in "fiu":
        per_row = (known[-1] - known[0]) / max(len(known) - 1, 1)
        later = (recording.t_after(len(recording) - 1, n) - recording.t_after(-1, 1)[0]) / recording.dt
        return known[0] + per_row * later
    if known.dtype.kind in "fiu" and times.dtype.kind in "fiu" and len(known) == n:
        # Rows of the source itself keep their times to the last bit: xarray aligns by equal coordinates.
        return known if np.abs(times - known).max(initial=0.0) < ROUNDING * recording.dt else times
    return times


def _fields(source: Any, time: Any, recording: Series, x: np.ndarray) -> dict[str, _Field]:
    """The variables of several dimensions whose positions became channels, by name; with the ends of intervals."""
    columns = {name: k for k, name in enumerate(recording.channels)}
    found = {}
    for name, array in variables_in(source).items():
        for order, names, sensors in _possible_names(array, name, time):
            if not any(label in columns for label in names):
                continue
            for end in ENDS:
                there = [k for k, label in enumerate(names) if label + end in columns]
                if not there:
                    continue
                # Sensors that were left out do not come back; places of a field do, without values.
                like = array.isel({sensors: there}) if sensors is not None else array
                at = range(len(there)) if like is not array else there
                values = np.full((len(x), *(like.sizes[dim] for dim in order)), np.nan)
                values.reshape(len(x), -1)[:, at] = x[:, [columns[names[k] + end] for k in there]]
                found[f"{name}{end}"] = _Field(values.transpose([[time, *order].index(d) for d in array.dims]), like)
            break
    return found


def _possible_names(array: Any, name: str, time: Any) -> Iterator[tuple[tuple[Any, ...], list[str], Any]]:
    """The orders in which the dimensions of a variable may have been stacked, with the names of the channels then.

    Returns: With each order, also the dimension of the sensors, if the channels are sensors; else None.
    """
    others = [dim for dim in array.dims if dim != time]
    # A single trial is no part of the names.
    lone = [dim for dim in others if str(dim) in TRIALS and array.sizes[dim] == 1]
    others = [dim for dim in others if dim not in lone]
    if time not in array.dims or not 0 < len(others) <= MOST_DIMENSIONS:
        return
    sensors = others[0] if are_sensors(array, others) else None
    yield (*lone, *others), channel_names(array, name, others, alone=True), sensors
    for order in permutations(others):
        yield (*lone, *order), names_of(array, name, order), sensors
