"""`attrax.load`: files, arrays and tables in memory, one or several, become a `Dataset`."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import singledispatch
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from attrax.core.declared_options import takes_options
from attrax.core.errors import DataError
from attrax.data.clock_units import in_unit
from attrax.data.column_names import unique
from attrax.data.matching import aligned
from attrax.data.repair.repair_options import RepairOptions
from attrax.data.repair.repairs import apply_repairs
from attrax.data.series import Dataset, Series
from attrax.reading.archives import archive_tables, described_tables, fields
from attrax.reading.arrays import array_table, array_tables
from attrax.reading.columns import channel_names
from attrax.reading.frame_groups import columns_together, frame_tables, is_column, is_table
from attrax.reading.labelled import is_labelled, labelled_tables
from attrax.reading.labels import with_labels
from attrax.reading.lists import holds_records, listed_values
from attrax.reading.load_options import LoadOptions
from attrax.reading.long_tables import check_one_recording, parts_of
from attrax.reading.packed import CONTENTS, PACKED
from attrax.reading.plain_words import with_plain_words
from attrax.reading.raw_table import RawTable, to_series
from attrax.reading.read_options import ReadOptions
from attrax.reading.readers import is_pattern, matches, read
from attrax.reading.records import records_table
from attrax.registries import TABLE_OPTIONS

_SHOWN = 8


@takes_options(LoadOptions, {"--kinds": "labels={name!r}", "--dynamics": "attrax.fit(data, dynamics={!r})"})
def load(source: Any, options: LoadOptions) -> Dataset:  # noqa: D417 - the options are added to the docstring
    """Read one or several recordings, time in rows and channels in columns, and repair what the options ask for.

    Missing values (empty cells, `NA`, NaN, infinities) become a mask. A time column is recognised by its name, and its
    steps are checked; dates must be ISO 8601. `attrax.diagnosis.check` then says whether a model can be trained on the
    recording.

    Args:
        source: A path or a glob (text, NumPy, Parquet, NetCDF, HDF5), an array, a mapping of arrays, a data frame, an
            xarray object, a Series or a Dataset; or a list of these, each of which becomes a series of the result.

    Returns: The Dataset; a single recording is a Dataset of one Series. Its `notices` say what had to be guessed, its
        `done` what was repaired.
    Raises: DataError D106 or D107 for uneven time, D108 for text, D109 for contradictory decimal marks, D110 if files
        differ in their columns, D111 for arrays that are not recordings, D112 for files of many variables, D117 or D118
        for files that cannot be read, D119 for unknown names; ConfigError C640 if a library for the format is missing.
    Cost: About 0.3 s for a CSV file of a million numbers; three times that if values are missing. Large float64 arrays
        in `.npy` and HDF5 files are mapped, not copied.

    Example:
        >>> load(np.sin(np.arange(100) / 5), dt=0.2).series[0].channels
        ('x0',)
    """
    return apply_repairs(load_raw(source, options), options, drop_constant=options.drop_constant)


def load_raw(source: Any, options: ReadOptions = ReadOptions()) -> Dataset:  # noqa: B008 - frozen
    """The recordings without repairs: time stamps may be uneven or out of order.

    `attrax.data.apply_repairs` repairs them and checks the time stamps.

    Raises: DataError as `load`, except those about time steps.

    Example:
        >>> import numpy as np
        >>> load_raw(np.zeros((5, 2)))[0].x.shape
        (5, 2)
    """
    opened = _in_parts(_open(source, options, "array"), options)
    channels = channel_names(options.channels, [table.names for table in opened.tables])
    subjects = opened.subjects or tuple(str(i) for i in range(len(opened.tables)))
    tables = [to_series(table, options, channels) for table in opened.tables]
    series = [replace(found, subject=name) for (found, _), name in zip(tables, subjects, strict=True)]
    if not (isinstance(options, RepairOptions) and (options.sort or options.duplicates != "stop")):
        for table, recording in zip(opened.tables, series, strict=True):
            check_one_recording(table, recording.stamps, () if channels else recording.channels)
    # Columns are matched by their names, in any order.
    series = [aligned(Dataset((found,)), series[0])[0] for found in series]
    _check_same_columns(series, [table.place for table in opened.tables])
    notices = [*opened.notices]
    for table, (_, told) in zip(opened.tables, tables, strict=True):
        notices += [*table.notices, *told]
    series = [in_unit(found, series[0].unit) for found in series]
    return Dataset(tuple(series), name=opened.name, source=opened.source, notices=tuple(notices))


class _Opened(NamedTuple):
    """The tables in a source, what to call them, and the subject of each."""

    tables: tuple[RawTable, ...]
    name: str = "data"
    source: str = "array"
    notices: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


@singledispatch
def _open(source: Any, options: ReadOptions, place: str) -> _Opened:
    """The tables in any other object: of xarray, of a library for data frames, or like an array."""
    if is_labelled(source):
        return _opened(labelled_tables(source, place, options))
    if is_table(source):
        return _opened(frame_tables(source, options))
    if hasattr(source, "__array__"):
        return _open(np.asarray(source), options, place)
    raise _no_recording(source, place)


@_open.register(str)
@_open.register(Path)
def _(source: str | Path, options: ReadOptions, _place: str) -> _Opened:
    # Without a home, or for an unknown user, `~` is a character like any other.
    path = Path(source)
    with suppress(RuntimeError):
        path = path.expanduser()
    if is_pattern(path):
        return _open(matches(path), options, str(path))
    tables = read(path, options)
    name = _bare(path)
    trials = [name] if len(tables) == 1 else [f"{name}.{i}" for i in range(len(tables))]
    known = tuple(table.subject for table in tables)
    return _Opened(tables, name, str(path), subjects=unique(known) if all(known) else tuple(trials))


@_open.register(np.ndarray)
def _(source: np.ndarray, options: ReadOptions, place: str) -> _Opened:
    if source.dtype.names is not None:
        return _opened(archive_tables(fields(source), place, options))
    return _Opened(array_tables(source, place, options))


@_open.register(Mapping)
def _(source: Mapping, options: ReadOptions, place: str) -> _Opened:
    # A dataset of xarray is a mapping, too.
    if is_labelled(source):
        return _opened(labelled_tables(source, place, options))
    if len(source) and all(is_column(values) and hasattr(values, "index") for values in source.values()):
        return _opened(frame_tables(columns_together(source), options))
    if any(_is_recording(values) for values in source.values()):
        parts = {str(name): _open(values, options, f"'{name}'") for name, values in source.items()}
        return _opened(tuple(replace(t, subject=_joined(name, t)) for name, part in parts.items() for t in part.tables))
    arrays = {str(name): np.asarray(values) for name, values in source.items()}
    return _opened(described_tables(arrays, "mapping" if place == "array" else place, options))


@_open.register(Series)
def _(source: Series, _options: ReadOptions, place: str) -> _Opened:
    table = replace(
        array_table(source.values, place, transpose=False),
        names=source.channels,
        dt=source.dt,
        unit=source.unit,
        stamps=source.stamps,
        inputs=source.inputs,
        input_names=source.input_channels,
        origin=source.origin,
        units=source.channel_units,
        labels=source.labels,
        weights=source.weights,
    )
    return _Opened((table,), subjects=(source.subject,))


@_open.register(Dataset)
@_open.register(list)
@_open.register(tuple)
def _(source: Dataset | list | tuple, options: ReadOptions, place: str) -> _Opened:
    if len(source) == 0:
        raise _no_recording(source, place)
    if not isinstance(source, Dataset) and (found := listed_values(source)) is not None:
        return _open(found, options, place)
    if not isinstance(source, Dataset) and all(isinstance(item, Mapping) for item in source) and holds_records(source):
        return _Opened((records_table(source, "list of records"),))
    parts = [_open(item, options, f"series {i} (counted from 0)") for i, item in enumerate(source)]
    tables = tuple(table for part in parts for table in part.tables)
    named = tuple(name or str(i) for i, part in enumerate(parts) for name in part.subjects or ("",) * len(part.tables))
    if isinstance(source, Dataset):
        return _Opened(tables, source.name, source.source, source.notices, named)
    titles, sources = (list(dict.fromkeys(column)) for column in zip(*((p.name, p.source) for p in parts), strict=True))
    name = titles[0] if len(titles) == 1 else f"{titles[0]}+{len(titles) - 1}"
    return _Opened(tables, name, _listed(sources), subjects=unique(named))


def _opened(tables: tuple[RawTable, ...]) -> _Opened:
    """Tables of an object in memory, with the subjects that it names."""
    subjects = tuple(table.subject for table in tables)
    return _Opened(tables, subjects=unique(subjects) if all(subjects) else ())


def _listed(sources: Sequence[str]) -> str:
    """The names of the first of many sources; thousands would hide what a message says about them."""
    more = f" and {len(sources) - _SHOWN:,} more" if len(sources) > _SHOWN else ""
    return ", ".join(sources[:_SHOWN]) + more


def _is_recording(values: Any) -> bool:
    """Whether a value of a mapping is a recording of its own, not a column of one."""
    return isinstance(values, Series | Dataset) or is_labelled(values) or (is_table(values) and not is_column(values))


def _joined(name: str, table: RawTable) -> str:
    return f"{name}.{table.subject}" if table.subject else name


def _bare(path: Path) -> str:
    """The name of a file without its suffix, and without that of a packed file.

    Example:
        >>> _bare(Path("eeg.csv.gz")), _bare(Path("run.1.npy"))
        ('eeg', 'run.1')
    """
    packed = path.suffix.lower() in PACKED and Path(path.stem).suffix.lower() in CONTENTS
    return Path(path.stem).stem if packed else path.stem


def _no_recording(source: Any, place: str) -> DataError:
    return DataError(
        "D111",
        "not a recording",
        where=f"{place}: {type(source).__name__} {str(source)[:40]!r}",
        why="a recording is a file, an array of time by channel, a data frame, or a list of these",
        fix="pass an array, as np.asarray(values, dtype=float), or the path of a file",
    )


def _in_parts(opened: _Opened, options: ReadOptions) -> _Opened:
    """The tables as the options want them, and a table for each recording if a column distinguishes several."""
    tables = [replace(table, clock=options.time) if options.time else table for table in opened.tables]
    for name, option in TABLE_OPTIONS.usable_specs().items():
        tables = option.implementation(tables, getattr(options, name))
    tables = [with_plain_words(table, options) for table in tables]
    if not (options.group or options.pivot):
        return opened._replace(tables=with_labels(tables, options.labels))
    parts = [parts_of(table, options) for table in tables]
    named = opened.subjects or ("",) * len(tables)
    subjects = [
        f"{file}.{part.name}" if len(tables) > 1 and part.name else part.name or file
        for file, found in zip(named, parts, strict=True)
        for part in found
    ]
    split = [part.table for found in parts for part in found]
    return opened._replace(tables=with_labels(split, options.labels), subjects=unique(subjects))


def _check_same_columns(series: Sequence[Series], places: Sequence[str]) -> None:
    first = series[0]
    for other, place in zip(series, places, strict=True):
        ours, theirs = (s.channels + s.input_channels for s in (first, other))
        if (first.channels, first.input_channels) != (other.channels, other.input_channels):
            common = any(name in other.channels for name in first.channels)
            only = ", ".join(f"'{name}'" for name in [*ours, *theirs] if (name in ours) != (name in theirs))
            raise DataError(
                "D110",
                "different columns",
                where=f"{places[0]} has {len(ours)}, {place} has {len(theirs)}: only in one of them {only[:200]}",
                why="all series of a dataset must have the same channels",
                fix="--channels common  # leaves out the others; or give the same columns the same names"
                if common
                else "give the columns of all files the same names",
            )
