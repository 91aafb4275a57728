"""Arrays that describe others in their file: times, a sampling rate, names of channels, under many names."""

from collections.abc import Mapping

import numpy as np

from attrax.data.clock.clock_names import is_clock
from attrax.data.clock.row_times import TOLERANCE
from attrax.reading.headers.told_steps import named_step

STANDARD = ("dt", "mask", "inputs", "channels", "time")
"""The names of arrays that describe a recording."""
_NAMES = {"channels", "labels", "channelnames", "channellabels", "label", "chanlabels", "chnames", "columns"}


def plain_name(name: str) -> str:
    """The last part of a name, in small letters and without signs.

    Example:
        >>> plain_name("EEG.chan_labels"), plain_name("rec/ch_names")
        ('chanlabels', 'chnames')
    """
    return _last(name).lower().replace("_", "")


def describes(name: str) -> bool:
    """Whether an array of that name may describe others.

    Example:
        >>> [describes(name) for name in ("timestamps", "fs", "ch_names", "eeg")]
        [True, True, True, False]
    """
    return is_clock(_last(name)) or plain_name(name) in _NAMES or named_step(_last(name), 1.0) is not None


def described(arrays: Mapping[str, np.ndarray]) -> tuple[dict[str, np.ndarray], str]:
    """The arrays, with those that describe others under their usual names; and the unit of time, if they tell it.

    Args:
        arrays: Arrays by name. Those with usual names (`dt`, `channels`, `time` and so on) stay as they are.

    Example:
        >>> found, unit = described({"eeg": np.zeros((4, 2)), "sfreq": np.array(250.0)})
        >>> sorted(found), float(found["dt"]), unit
        (['dt', 'eeg'], 0.004, 's')
    """
    given = {name: arrays[name] for name in STANDARD if name in arrays}
    others = {name: array for name, array in arrays.items() if name not in given}
    numeric = {name: array for name, array in others.items() if array.dtype.kind in "fiub" and array.size > 1}
    about, used = descriptions(others, numeric)
    unit = unit_of_time(about)
    about.pop("dt_unit", None)
    if "time" in about or "time" in given:
        about.pop("dt", None)
    return {**{name: array for name, array in others.items() if name not in used}, **about, **given}, unit


def unit_of_time(about: Mapping[str, np.ndarray]) -> str:
    """Seconds for a sampling rate; beside one, times that rise by a thousand in a second are in milliseconds."""
    if "dt" not in about or "time" not in about:
        return str(about["dt_unit"]) if "dt_unit" in about else ""
    in_a_second = float(np.median(np.diff(about["time"])) / about["dt"])
    sizes = {"s": 1.0, "ms": 1e3, "us": 1e6}
    return next((unit for unit, n in sizes.items() if abs(in_a_second - n) <= TOLERANCE * n), "")


def descriptions(
    found: Mapping[str, np.ndarray], arrays: dict[str, np.ndarray]
) -> tuple[dict[str, np.ndarray], set[str]]:
    """Time, time step and names of channels among arrays, and the names of those that hold them.

    Args:
        found: All arrays by name.
        arrays: The arrays that may be recordings; the time is taken out of them.
    """
    about, used = {}, {}
    for name, array in found.items():
        single = array.size == 1 and array.dtype.kind in "fiu"
        step = named_step(_last(name), float(array.item())) if single else None
        if step is not None:
            about["dt"], about["dt_unit"], used["dt"] = np.array(step[0]), np.array(step[1]), name
        elif plain_name(name) in _NAMES and array.dtype.kind == "U":
            about["channels"], used["channels"] = np.ravel(array), name
        elif is_clock(_last(name)) and array.ndim == 1 and name in arrays:
            about["time"], used["time"] = arrays.pop(name), name
    widths = {n for array in arrays.values() for n in array.shape}
    if len(about.get("channels", ())) not in widths:
        about.pop("channels", None)
    if not any(len(about.get("time", ())) in array.shape[:2] for array in arrays.values()):
        about.pop("time", None)
        used.pop("time", None)
    return about, set(used.values())


def _last(name: str) -> str:
    """The last part of a name in a tree."""
    return name.replace("/", ".").rpartition(".")[2]
