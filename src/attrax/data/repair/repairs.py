"""Plan: which repairs are asked for, and the one order in which they are made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

from attrax.data.clock.time_step import regular
from attrax.data.repair.constants import drop_constant
from attrax.data.repair.lines import interpolate
from attrax.data.repair.order import merge_duplicates, sort
from attrax.data.repair.pieces import split_at_gaps
from attrax.data.repair.rate import decimate, resample
from attrax.data.repair.repaired import Repaired
from attrax.data.repair.trend import detrend
from attrax.data.repair.uneven import keep_times
from attrax.data.series import Dataset


@dataclass(frozen=True)
class Repairs:
    """What to mend. Nothing is mended unasked.

    Attributes:
        drop_constant: Leave out channels that never change.
        sort: Put the rows in the order of their times; rows without a time are left out.
        duplicates: What becomes of rows that share their time: `mean` averages them, `first` keeps the first, `drop`
            keeps none; `stop` refuses them.
        resample: New time step, `4ms` or `0.004`; an uneven clock becomes an even one. Empty keeps the rows.
        every: Keep one row in so many, after a low-pass filter; 1 keeps all.
        detrend: Channels whose linear trend is removed, by name or glob; `all` for every one.
        gaps: `interpolate` fills missing values linearly, `split` makes a series of every stretch without any;
            `keep` leaves them to be masked.
        min_length: Fewest rows of a stretch that `split` keeps.
        uneven: What an uneven clock is: a reason to `stop`, or for dynamics in continuous time something to `keep`.
    """

    drop_constant: bool = False
    sort: bool = False
    duplicates: Literal["stop", "mean", "first", "drop"] = "stop"
    resample: str = ""
    every: int = 1
    detrend: tuple[str, ...] = ()
    gaps: Literal["keep", "interpolate", "split"] = "keep"
    min_length: int = 2
    uneven: Literal["stop", "keep"] = "stop"


NO_REPAIRS = Repairs()


def repair(dataset: Dataset, repairs: Repairs = NO_REPAIRS) -> Repaired:
    """Mend what is to be mended, and make sure that the clock is even.

    Args:
        dataset: Recordings as `attrax.data.load_raw` gives them.
        repairs: What to mend.

    Returns: The dataset with an even clock, and a sentence for each repair.
    Raises: DataError D106 or D107 if the clock is not even after the repairs, D104 if nothing long enough is left;
        ConfigError for repairs that are not possible.
    Cost: A few passes over the data; resampling and decimation import SciPy.

    Example:
        >>> import numpy as np
        >>> from attrax.data.reading.load import load_raw
        >>> x = load_raw(np.array([0.0, 1.0, np.nan, 3.0]))
        >>> repair(x, Repairs(gaps="interpolate")).done
        ('interpolate: 1 missing value filled',)
    """
    done = []
    for change in _changes(repairs):
        dataset, sentences = change(dataset)
        done += sentences
    return Repaired(dataset, tuple(done))


def _changes(repairs: Repairs) -> Iterator[Callable[[Dataset], Repaired]]:
    if repairs.drop_constant:
        yield drop_constant
    if repairs.sort:
        yield sort
    if repairs.duplicates != "stop":
        yield partial(merge_duplicates, how=repairs.duplicates)
    if repairs.resample:
        yield partial(resample, step=repairs.resample)
    if repairs.uneven == "keep":
        yield partial(keep_times, asked=_counting_rows(repairs))
    else:
        yield lambda dataset: Repaired(regular(dataset))
    if repairs.every > 1:
        yield partial(decimate, every=repairs.every)
    if repairs.detrend:
        yield partial(detrend, channels=repairs.detrend)
    if repairs.gaps == "interpolate":
        yield interpolate
    if repairs.gaps == "split":
        yield partial(split_at_gaps, min_length=repairs.min_length)


def _counting_rows(repairs: Repairs) -> list[str]:
    """The repairs asked for, as options, that take rows for evenly spaced."""
    options = {
        "--every": repairs.every > 1,
        "--detrend": bool(repairs.detrend),
        "--missing interpolate": repairs.gaps == "interpolate",
    }
    return [name for name, given in options.items() if given]
