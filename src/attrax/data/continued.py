"""Forecasts as objects of the type that the recording had, with its names and its time axis continued."""

from functools import partial
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.data.reading.frames import is_frame
from attrax.data.reading.labelled import is_labelled
from attrax.data.reading.load import load_raw
from attrax.data.reading.read_options import ReadOptions
from attrax.data.series import Series


def continued(
    source: Any,
    recording: Series,
    x: Float[np.ndarray, "n obs"],
    options: ReadOptions = ReadOptions(),  # noqa: B008 - frozen
) -> Any:
    """Values after the last row of a recording, as an object like its source.

    Args:
        source: The object that the recording was read from.
        recording: The recording, with channels and clock.
        x: The values of the following rows.
        options: How the source was read.

    Returns: An array, a data frame or an xarray object if `source` is one, and otherwise a Series.
    """
    if is_labelled(source):
        return _labelled(source, recording, x)
    if is_frame(source):
        return _frame(source, recording, x, options)
    if isinstance(source, np.ndarray | list):
        return x[:, 0] if np.ndim(source) == 1 else x
    last = None if recording.stamps is None else recording.stamps[len(recording) - 1 :].origin
    later = recording.origin.later(len(recording) * recording.dt) if last is None else last.later(recording.dt)
    return Series(x=x, dt=recording.dt, channels=recording.channels, unit=recording.unit, origin=later)


def _times(recording: Series, n: int) -> np.ndarray:
    return recording.times_after(len(recording) - 1, n)


def _frame(source: Any, recording: Series, x: np.ndarray, options: ReadOptions) -> Any:
    columns = dict(zip(recording.channels, x.T, strict=True))
    clock = recording.origin.name
    timed = clock in map(str, getattr(source, "columns", ()))
    if not hasattr(source, "index"):
        return type(source)({clock: _times(recording, len(x)), **columns} if timed else columns)
    import pandas as pd

    if timed:
        column = next(source.iloc[:, k] for k, name in enumerate(source.columns) if str(name) == clock)
        columns = {clock: _labels(pd.Index(column), recording, len(x)), **columns}
    index = source.index
    named = str(index.name) if index.name is not None else "index"
    labels = _labels if clock == named and not timed else partial(_row_numbers, source=source, options=options)
    frame = pd.DataFrame(columns).set_axis(labels(index, recording, len(x)), axis=0)
    return frame if hasattr(source, "columns") else frame.iloc[:, 0].rename(source.name)


def _labels(index: Any, recording: Series, n: int) -> Any:
    """The times of the following rows, as the index or the column that told the times of the recording has them."""
    import pandas as pd

    times, name = _times(recording, n), index.name
    if isinstance(index, pd.PeriodIndex):
        return pd.PeriodIndex(times, freq=index.freq, name=name)
    if isinstance(index, pd.DatetimeIndex):
        dates = pd.DatetimeIndex(times, name=name).as_unit(index.unit)
        return dates if index.tz is None else dates.tz_localize("UTC").tz_convert(index.tz)
    if isinstance(index, pd.TimedeltaIndex):
        return pd.to_timedelta(recording.t_after(len(recording) - 1, n), unit="s").rename(name)
    if pd.api.types.is_integer_dtype(index.dtype) and (times == np.rint(times)).all():
        return pd.Index(np.rint(times).astype(index.dtype), name=name)
    if pd.api.types.is_numeric_dtype(index.dtype):
        return pd.Index(times, name=name)
    return pd.Index(recording.text_after(len(recording) - 1, n), name=name)


def _row_numbers(index: Any, recording: Series, n: int, *, source: Any, options: ReadOptions) -> Any:
    """The numbers of the following rows: an index that does not tell the time counts the rows of the source."""
    import pandas as pd

    raw = load_raw(source, options)[0]
    start, step = (raw.origin, raw.dt) if raw.stamps is None else (raw.stamps.origin, raw.dt)
    rows = (recording.t_after(len(recording) - 1, n) - start.start) / step
    numbered = pd.api.types.is_integer_dtype(index.dtype)
    first, each = (index[0], (index[-1] - index[0]) / max(1, len(index) - 1)) if numbered else (0, 1)
    numbers = first + each * rows
    whole = np.rint(numbers)
    numbers = whole.astype(np.int64) if np.allclose(numbers, whole) else numbers
    return pd.Index(numbers, name=index.name if numbered else None)


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
