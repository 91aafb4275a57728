"""Series and Dataset: one recording, and several recordings of the same channels."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float

from attrax.core.html_text import paragraph, table
from attrax.core.number_text import number_text
from attrax.data.clock.clock_names import clock_unit, is_clock
from attrax.data.clock.row_times import START, Origin, Stamps
from attrax.data.levels.components import Components
from attrax.data.levels.level import Level

SHOWN_CHANNELS, SHOWN_SERIES = 8, 8
"""How many of them a notebook shows."""

_BLOCK = 2**24
_ROWS = 4_096


@dataclass(frozen=True, eq=False)
class Series:
    """One recording without interruption: time in rows, channels in columns, the time `dt` between two rows.

    Attributes:
        x: Values. Where `mask` is false the value is missing, and stored as 0, never as NaN.
        dt: Time between two rows, in the unit of the recording's time.
        channels: A name for each column.
        unit: The unit of time; only shown, never used to compute.
        inputs: External inputs, one row for each row of `x`; None if there are none.
        input_channels: A name for each column of the inputs.
        mask: True where a value was observed; None if no value is missing.
        stamps: The times of a time column, until a check shows that rows are even, and for ever if they are not. `dt`
            is then the median step.
        origin: The time of the first row.
        channel_units: The unit of each channel and input whose unit is known, by name; shown, never used to compute.
        labels: The words that the numbers of a channel stand for, by name of the channel.
        subject: The person, animal or thing that was recorded; pieces of one recording have the same subject.
        held_out: Whether the rows are kept for testing: nothing is fitted to them. The rows before them are the series
            before this one in its dataset.
        before: The same rows before phases were removed from the channels, and the rows after them that a delay
            embedding has cut off; None if there were no phases.
        components: Converts principal components back to the recorded channels; None if there are none.
        weights: A weight for channels in principal components, by name; 1 for all others.
        level: The transforms and trends that were removed from the values, to be added again; None if there are none.

    Example:
        >>> import numpy as np
        >>> from attrax.data import Series
        >>> series = Series(np.zeros((100, 2)), dt=0.01, channels=("x", "y"), unit="s")
        >>> series, len(series[:50])
        (Series(100 rows of 2 channels x, y; dt 0.01 s), 50)
    """

    x: Float[np.ndarray, "time obs"]
    dt: float = 1.0
    channels: tuple[str, ...] = ()
    unit: str = ""
    inputs: Float[np.ndarray, "time input"] | None = None
    input_channels: tuple[str, ...] = ()
    mask: Bool[np.ndarray, "time obs"] | None = None
    stamps: Stamps | None = None
    origin: Origin = START
    channel_units: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    subject: str = ""
    held_out: bool = False
    before: "Series | None" = None
    level: Level | None = None
    components: Components | None = None
    weights: tuple[tuple[str, float], ...] = ()

    def __post_init__(self):
        if not self.channels:
            object.__setattr__(self, "channels", tuple(f"x{i}" for i in range(self.x.shape[1])))
        if self.inputs is not None and not self.input_channels:
            object.__setattr__(self, "input_channels", tuple(f"s{i}" for i in range(self.inputs.shape[1])))

    def __repr__(self) -> str:
        driven = f"; driven by {_listed(self.input_channels)}" if self.input_channels else ""
        about = f"{len(self):,} rows of {_listed(self.channels)}; {_clock(self)}"
        return f"Series({about}{driven}{_missing(self.n_missing)})"

    def _repr_html_(self) -> str:
        """What a notebook shows: the line of `repr`, and the range of each of the first channels."""
        shown = self.titles[:SHOWN_CHANNELS]
        rows = [(name, *_range(self.observed(k))) for k, name in enumerate(shown)]
        return paragraph(repr(self)) + table(("channel", "lowest", "mean", "highest"), rows)

    def __len__(self) -> int:
        return len(self.x)

    @property
    def obs_dim(self) -> int:
        """Number N of channels."""
        return self.x.shape[1]

    @property
    def input_dim(self) -> int:
        """Number K of external inputs."""
        return 0 if self.inputs is None else self.inputs.shape[1]

    def __getitem__(self, rows: slice | np.ndarray) -> "Series":
        """Some rows of the recording."""
        first, _, step = rows.indices(len(self)) if isinstance(rows, slice) else (0, 0, 1)
        return replace(
            self,
            x=self.x[rows],
            inputs=None if self.inputs is None else self.inputs[rows],
            mask=None if self.mask is None else self.mask[rows],
            stamps=None if self.stamps is None else self.stamps[rows],
            origin=self.origin.later(self.dt * first),
            before=None if self.before is None else self._before(rows),
            level=None if self.level is None else self.level.later(first, step),
        )

    def _before(self, rows: slice | np.ndarray) -> "Series":
        """Rows of the recording before phases were taken out, with the rows after them that were cut off."""
        assert self.before is not None
        if not isinstance(rows, slice):
            return self.before[rows]
        first, last, step = rows.indices(len(self))
        return self.before[slice(first, max(first, last) + len(self.before) - len(self), step)]

    @property
    def recorded(self) -> "Series":
        """The same rows before transforms were made and trends removed."""
        if self.level is None:
            return self
        x = self.level.undo(self.channels, self.x, np.arange(len(self)))
        return replace(self, x=x if self.mask is None else np.where(self.mask, x, 0.0), level=None)

    @property
    def titles(self) -> tuple[str, ...]:
        """The names of the channels, each with its unit if it is known: `ecg [mV]`."""
        split = [name.partition("@") for name in self.channels]
        return tuple(titled(name, self.channel_units.get(name, "")) + at + lag for name, at, lag in split)

    @property
    def clock_title(self) -> str:
        """The name of the time column, with its unit if times are numbers and the name does not tell it."""
        name = self.origin.name
        counted = self.origin.calendar is None and self.origin.daytime is None and not clock_unit(name)
        return titled(name, self.unit) if counted and is_clock(f"{name} [{self.unit}]") else name

    @property
    def times(self) -> np.ndarray:
        """The time of every row: numbers, or dates."""
        return self.times_after(-1, len(self)) if self.stamps is None else self.stamps.times

    def times_after(self, row: int, n: int) -> np.ndarray:
        """Times of the `n` rows after row `row`, if they follow at the time step `dt`."""
        origin, first = self._count_from(row)
        return origin.times(first + np.arange(n), self.dt)

    def t_after(self, row: int, n: int) -> Float[np.ndarray, " n"]:
        """As `times_after`, as numbers, also if times are dates."""
        origin, first = self._count_from(row)
        return origin.start + (first + np.arange(n)) * self.dt

    def text_after(self, row: int, n: int) -> list[str]:
        """As `times_after`, as text: dates are written as in the recording, in the time of its zone."""
        origin, first = self._count_from(row)
        return origin.text(first + np.arange(n), self.dt)

    def _count_from(self, row: int) -> tuple[Origin, int]:
        """The origin that the rows after row `row` are counted from, and the number of the first of them."""
        return (self.origin, row + 1) if self.stamps is None else (self.stamps[row:].origin, 1)

    @property
    def times_text(self) -> list[str]:
        """The time of every row as text."""
        return self.text_after(-1, len(self)) if self.stamps is None else self.stamps.text

    @property
    def values(self) -> Float[np.ndarray, "time obs"]:
        """The values, NaN where missing."""
        return self.x if self.mask is None else np.where(self.mask, self.x, np.nan)

    @property
    def observed_mask(self) -> Bool[np.ndarray, "time obs"]:
        """True where a value was observed, as an array even if no value is missing."""
        return np.ones(self.x.shape, dtype=bool) if self.mask is None else self.mask

    @cached_property
    def extremes(self) -> tuple[Float[np.ndarray, " obs"], Float[np.ndarray, " obs"]]:
        """The least and the largest observed value of each channel; infinite where there is none."""
        low, high = np.full(self.obs_dim, np.inf), np.full(self.obs_dim, -np.inf)
        # Block by block: a large file stays on the disk, and a block stays in the cache.
        for start in range(0, len(self), _ROWS):
            rows = self.x[start : start + _ROWS]
            seen = True if self.mask is None else self.mask[start : start + _ROWS]
            low = np.minimum(low, rows.min(axis=0, initial=np.inf, where=seen))
            high = np.maximum(high, rows.max(axis=0, initial=-np.inf, where=seen))
        return low, high

    @property
    def n_missing(self) -> int:
        """Number of missing values."""
        return 0 if self.mask is None else int((~self.mask).sum())

    def observed(self, k: int) -> Float[np.ndarray, " seen"]:
        """The observed values of channel `k`."""
        return self.x[:, k] if self.mask is None else self.x[self.mask[:, k], k]

    def replace(
        self,
        *,
        x: Float[np.ndarray, "time obs"],
        inputs: Float[np.ndarray, "time input"] | None,
        mask: Bool[np.ndarray, "time obs"] | None,
        channels: tuple[str, ...] | None = None,
    ) -> "Series":
        """A series with other arrays, and the same clock and names."""
        return Series(
            x=x,
            dt=self.dt,
            channels=self.channels if channels is None else channels,
            unit=self.unit,
            inputs=inputs,
            input_channels=self.input_channels,
            mask=mask,
            stamps=self.stamps,
            origin=self.origin,
            channel_units=self.channel_units,
            labels=self.labels,
            subject=self.subject,
            held_out=self.held_out,
            before=self.before,
            level=self.level,
            components=self.components,
            weights=self.weights,
        )


@dataclass(frozen=True, eq=False)
class Dataset:
    """Several series of the same channels, of any lengths.

    Attributes:
        series: The recordings; they have the same `dt`, channels and inputs.
        name: Its name in tables and file names.
        source: Where it comes from: a path, the name of a system, or `array`.
        notices: What had to be guessed when it was read, a sentence each.
        done: What repairs have changed in it, a sentence each.

    Example:
        >>> import numpy as np
        >>> from attrax.data import Dataset, Series
        >>> len(Dataset((Series(np.zeros((100, 2))), Series(np.zeros((50, 2))))))
        2
    """

    series: tuple[Series, ...]
    name: str = "data"
    source: str = "array"
    notices: tuple[str, ...] = ()
    done: tuple[str, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """Hash of values, masks, inputs and uneven times; equal data have equal hashes, wherever they come from."""
        digest = hashlib.sha256()
        for series in self.series:
            for array in (series.x, series.mask, series.inputs):
                digest.update(b"-" if array is None else repr(array.shape).encode())
                for rows in blocks(array) if array is not None else ():
                    digest.update(np.ascontiguousarray(rows).data)
            if series.stamps is not None and series.stamps.uneven.any():
                digest.update((series.stamps.t - series.stamps.t[0]).tobytes())
        return digest.hexdigest()

    @cached_property
    def labels_sha256(self) -> str:
        """Hash of names, clock and units: of the description of the values, which `sha256` does not contain."""
        several = len(self.subjects) > 1
        labels = [(s.channels, s.input_channels, s.unit, s.origin.name, s.subject * several) for s in self.series]
        clocks = [(float(s.dt), float(s.origin.start), str(s.origin.epoch)) for s in self.series]
        return hashlib.sha256(repr((labels, clocks)).encode()).hexdigest()

    def __repr__(self) -> str:
        if not self.series:
            return f"Dataset({self.name}: no series)"
        many, rows = f"{len(self)} series, " if len(self) > 1 else "", sum(map(len, self))
        first = self.series[0]
        about = f"{many}{rows:,} rows of {_listed(first.channels)}; {_clock(first)}"
        return f"Dataset({self.name}: {about}{_missing(self.n_missing)})"

    def _repr_html_(self) -> str:
        """What a notebook shows: the line of `repr`, and the first series."""
        rows = [(series.subject, f"{len(series):,}", str(series.n_missing)) for series in self.series[:SHOWN_SERIES]]
        return paragraph(repr(self)) + table(("subject", "rows", "missing values"), rows)

    def __len__(self) -> int:
        return len(self.series)

    def __iter__(self) -> Iterator[Series]:
        return iter(self.series)

    def __getitem__(self, i: int) -> Series:
        return self.series[i]

    @property
    def subjects(self) -> tuple[str, ...]:
        """The names of the subjects, in the order of their first series."""
        return tuple(dict.fromkeys(series.subject for series in self.series))

    def of_subject(self, name: str) -> "Dataset":
        """The series of one subject; none if there is no such subject."""
        return replace(self, series=tuple(s for s in self.series if s.subject == name), name=name)

    @property
    def fitted(self) -> "Dataset":
        """The series that are not held out; repairs compute means, trends and the like from these only."""
        return replace(self, series=tuple(s for s in self.series if not s.held_out))

    @property
    def n_rows(self) -> int:
        """Number of rows of all series."""
        return sum(map(len, self.series))

    @property
    def n_missing(self) -> int:
        """Number of missing values in all series."""
        return sum(series.n_missing for series in self.series)

    @property
    def share_missing(self) -> float:
        """Share of the values that are missing, from 0 to 1."""
        return self.n_missing / sum(series.x.size for series in self.series)

    @property
    def longest(self) -> Series:
        """The series with the most rows."""
        return max(self.series, key=len)

    def observed(self, k: int) -> Float[np.ndarray, " seen"]:
        """The observed values of channel `k` in all series."""
        parts = [series.observed(k) for series in self.series]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def map(self, change, *, name: str | None = None) -> "Dataset":
        """The dataset of `change(series)` for each series."""
        return replace(self, series=tuple(change(s) for s in self.series), name=name or self.name)

    def repaired(self, series: Iterable[Series], sentence: str) -> "Dataset":
        """The dataset with repaired series, and a sentence in `done` that says what was changed."""
        return replace(self, series=tuple(series), done=(*self.done, sentence))


def _range(x: Float[np.ndarray, " seen"]) -> tuple[str, ...]:
    """Lowest value, mean and highest value as text; dashes for a channel without values."""
    return tuple(number_text(float(f(x)) if len(x) else None) for f in (np.min, np.mean, np.max))


def titled(name: str, unit: str) -> str:
    """The name of a channel with its unit, unless the name contains the unit already.

    Example:
        >>> titled("ecg", "mV"), titled("ecg_mV", "mV"), titled("p [mmHg]", "mmHg"), titled("x", "")
        ('ecg [mV]', 'ecg_mV', 'p [mmHg]', 'x')
    """
    told = not unit or name.endswith((f"[{unit}]", f"({unit})", f"_{unit}", f" {unit}"))
    return name if told else f"{name} [{unit}]"


def _listed(names: tuple[str, ...]) -> str:
    """How many names there are, and the first of them.

    Example:
        >>> _listed(("x", "y")), _listed(tuple("abcdef"))
        ('2 channels x, y', '6 channels a, b, c, ...')
    """
    shown = names if len(names) <= 4 else (*names[:3], "...")
    return f"{len(names)} channel{'s' * (len(names) != 1)} {', '.join(shown)}"


def _clock(series: Series) -> str:
    return f"dt {series.dt:.6g} {series.unit}".rstrip()


def _missing(n: int) -> str:
    return f"; {n:,} values missing" if n else ""


def blocks(array: np.ndarray) -> Iterator[np.ndarray]:
    """The rows of an array in blocks of some megabytes, so that a large array is never copied as a whole."""
    rows = max(1, _BLOCK // max(1, array[:1].nbytes))
    return (array[i : i + rows] for i in range(0, len(array), rows))
