"""Forecasts as objects of the type that the recording had, with its names and its time axis continued."""

from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.data.clock.time_columns import is_clock
from attrax.data.reading.frames import is_frame
from attrax.data.reading.labelled import is_labelled
from attrax.data.reading.labels import worded
from attrax.data.series import Series


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
    if is_frame(source):
        return _frame(source, recording, x)
    if isinstance(source, np.ndarray | list):
        return x[:, 0] if np.ndim(source) == 1 else x
    last = None if recording.stamps is None else recording.stamps[len(recording) - 1 :].origin
    later = recording.origin.later(len(recording) * recording.dt) if last is None else last.later(recording.dt)
    told = {"channel_units": recording.channel_units, "labels": recording.labels}
    return Series(x=x, dt=recording.dt, channels=recording.channels, unit=recording.unit, origin=later, **told)


def _times(recording: Series, n: int) -> np.ndarray:
    return recording.times_after(len(recording) - 1, n)


def _frame(source: Any, recording: Series, x: np.ndarray) -> Any:
    columns: dict[str, Any] = dict(zip(recording.channels, x.T, strict=True))
    columns |= {name: [worded(v, words) for v in columns[name]] for name, words in recording.labels.items()}
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

    if isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex):
        step = index.freq or (index[-1] - index[0]) / max(1, len(index) - 1)
        return type(index)([index[-1] + step * k for k in range(1, n + 1)], name=index.name)
    if not pd.api.types.is_numeric_dtype(index.dtype):
        return pd.RangeIndex(len(recording), len(recording) + n)
    if index.dtype.kind == "f" or is_clock(str(index.name)):
        return pd.Index(_times(recording, n).astype(index.dtype), name=index.name)
    return pd.RangeIndex(index[-1] + 1, index[-1] + 1 + n, name=index.name)


def _labelled(source: Any, recording: Series, x: np.ndarray) -> Any:
    """A `DataArray` if all channels lie along its other dimension; else a `Dataset` with a variable per channel."""
    import xarray as xr

    time = recording.origin.name if recording.origin.name in source.dims else source.dims[0]
    coords = {time: _times(recording, len(x))} if time in source.coords else {}
    others = [dim for dim in source.dims if dim != time]
    if hasattr(source, "data_vars") or len(others) > 1 or (others and source.sizes[others[0]] != x.shape[1]):
        return xr.Dataset({name: (time, x[:, k]) for k, name in enumerate(recording.channels)}, coords)
    kept = {dim: source.coords[dim] for dim in others if dim in source.coords}
    values = x if others else x[:, 0]
    return xr.DataArray(values, {**coords, **kept}, [time, *others], source.name, source.attrs)
