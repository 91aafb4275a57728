"""Forecasts as objects of the type that the recording had, with its names and its time axis continued."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.data.series import Series
from attrax.reading.continued_fields import labelled_like, stored_like
from attrax.reading.frame_groups import clock_level, is_arrow
from attrax.reading.frames import column_name, is_frame
from attrax.reading.labelled import is_labelled
from attrax.reading.labels import word_of
from attrax.reading.load import load_raw
from attrax.reading.read_options import ReadOptions


def continued(
    source: Any,
    recording: Series,
    x: Float[np.ndarray, "n obs"],
    options: ReadOptions = ReadOptions(),  # noqa: B008 - frozen
) -> Any:
    """Values after the last row of a recording, as an object like its source.

    Args:
        source: The object or the file that the recording was read from.
        recording: The recording, with channels and clock.
        x: The values of the following rows.
        options: How the source was read.

    Returns: An array, a data frame or an xarray object if `source` is one, a `Dataset` of xarray for a NetCDF file or a
        Zarr store, and otherwise a Series.

    Example:
        >>> source = np.arange(10.0)
        >>> continued(source, load_raw(source)[0], np.array([[10.0], [11.0]])).tolist()
        [10.0, 11.0]
    """
    if is_labelled(source):
        return labelled_like(source, recording, x)
    if hasattr(source, "collect_schema") and hasattr(source, "collect"):
        return continued(source.collect(), recording, x, options).lazy()
    if is_arrow(source):
        return _arrow(source, recording, x)
    if is_frame(source):
        return _frame(source, recording, x, options)
    if isinstance(source, np.ndarray | list):
        return x[:, 0] if np.ndim(source) == 1 else x
    stored = stored_like(source, recording, x) if isinstance(source, str | Path) else None
    if stored is not None:
        return stored
    last = None if recording.stamps is None else recording.stamps[len(recording) - 1 :].origin
    later = recording.origin.later(len(recording) * recording.dt) if last is None else last.later(recording.dt)
    return _values_from(recording, x, later)


def refilled(
    source: Any,
    recording: Series,
    x: Float[np.ndarray, "time obs"],
    options: ReadOptions = ReadOptions(),  # noqa: B008 - frozen
) -> Any:
    """Other values of the rows of a recording, as an object like its source, with the times of these rows.

    Args:
        source: The object that the recording was read from.
        recording: The recording, with channels and clock.
        x: The values of its rows; NaN where they are missing.
        options: How the source was read.

    Returns: As `continued`.

    Example:
        >>> source = np.arange(10.0)
        >>> refilled(source, load_raw(source)[0], source[:, None] + 1)[:3].tolist()
        [1.0, 2.0, 3.0]
    """
    made = continued(source, beginning(recording), x, options)
    if hasattr(source, "index") and hasattr(made, "set_axis") and len(made) == len(source):
        raw = load_raw(source, options)[0]
        # The index as it is, unless repairs have moved rows.
        made = made.set_axis(source.index) if np.array_equal(raw.times, recording.times) else made
    seen = np.isfinite(x)
    return replace(made, x=np.where(seen, x, 0.0), mask=seen) if isinstance(made, Series) and not seen.all() else made


def beginning(recording: Series) -> Series:
    """The recording without rows: what follows it begins at the time of its first row."""
    return _values_from(
        recording, recording.x[:0], recording.origin if recording.stamps is None else recording.stamps.origin
    )


def _values_from(recording: Series, x: Float[np.ndarray, "n obs"], origin: Any) -> Series:
    """A series with other values and another first time, and only what does not belong to single rows."""
    nothing = {"inputs": None, "input_channels": (), "mask": None, "stamps": None, "before": None, "level": None}
    return replace(recording, x=x, origin=origin, **nothing)


def _arrow(source: Any, recording: Series, x: Float[np.ndarray, "n obs"]) -> Any:
    """A table of pyarrow with the columns that the source has."""
    import pyarrow as pa

    columns, clock = _columns(recording, x), recording.origin.name
    if clock in source.column_names:
        kind, times = source.schema.field(clock).type, pa.array(_times(recording, len(x)))
        if pa.types.is_timestamp(kind):
            times = times.cast(kind, safe=False)
        elif pa.types.is_string(kind):
            times = recording.text_after(len(recording) - 1, len(x))
        columns = {clock: times, **columns}
    return type(source).from_pydict(columns)


def _columns(recording: Series, x: Float[np.ndarray, "n obs"]) -> dict[str, Any]:
    """The values by name of the channel; numbers that stand for labels become these."""
    columns: dict[str, Any] = dict(zip(recording.channels, x.T, strict=True))
    return columns | {name: [word_of(v, words) for v in columns[name]] for name, words in recording.labels.items()}


def _times(recording: Series, n: int) -> np.ndarray:
    return recording.times_after(len(recording) - 1, n)


def _frame(source: Any, recording: Series, x: np.ndarray, options: ReadOptions) -> Any:
    names = {column_name(label): label for label in getattr(source, "columns", ())}
    columns = {names.get(name, name): column for name, column in _columns(recording, x).items()}
    clock = recording.origin.name
    timed = clock in names
    if not hasattr(source, "index"):
        return type(source)({clock: _times(recording, len(x)), **columns} if timed else columns)
    import pandas as pd

    if timed:
        column = next(source.iloc[:, k] for k, label in enumerate(source.columns) if column_name(label) == clock)
        columns = {names[clock]: _labels(pd.Index(column), recording, len(x)), **columns}
    index = _index(source.index, recording, len(x), source=source, options=options)
    frame = pd.DataFrame(columns).set_axis(index, axis=0)
    return frame if hasattr(source, "columns") else frame.iloc[:, 0].rename(source.name)


def _index(index: Any, recording: Series, n: int, *, source: Any, options: ReadOptions) -> Any:
    """The index of the following rows: times if the index of the recording holds times, else numbers of rows."""
    import pandas as pd

    if isinstance(index, pd.MultiIndex):
        return _levels(index, recording, n, source=source, options=options)
    named = str(index.name) if index.name is not None else "index"
    columns = map(column_name, getattr(source, "columns", ()))
    if recording.origin.name == named and named not in columns:
        return _labels(index, recording, n)
    return _row_numbers(index, recording, n, source=source, options=options)


def _labels(index: Any, recording: Series, n: int) -> Any:
    """The times of the following rows, in the form of the index or the column that holds the times of the recording."""
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
    if isinstance(index[0], date):
        instants = times.astype("datetime64[us]").tolist()
        whole = not isinstance(index[0], datetime)
        return pd.Index([t.date() for t in instants] if whole else instants, name=name, dtype=object)
    return pd.Index(recording.text_after(len(recording) - 1, n), name=name)


def _row_numbers(index: Any, recording: Series, n: int, *, source: Any, options: ReadOptions) -> Any:
    """The numbers of the following rows: an index without times counts the rows of the source."""
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


def _levels(index: Any, recording: Series, n: int, *, source: Any, options: ReadOptions) -> Any:
    """An index of several levels of one subject: the level of time continues, the others stay."""
    import pandas as pd

    clock = clock_level(index, options.time)
    later = _index(index.get_level_values(clock), recording, n, source=source, options=options)
    return pd.MultiIndex.from_arrays(
        [later if k == clock else [index.get_level_values(k)[-1]] * n for k in range(index.nlevels)], names=index.names
    )
