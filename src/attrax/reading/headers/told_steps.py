"""The time step in named values, such as `sfreq` among the attributes of a file, whatever the name is exactly."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np

from attrax.data.clock.durations import canonical_unit, time_step
from attrax.reading.headers.header_step import HeaderStep

_RATES = {
    "fs",
    "fsample",
    "srate",
    "sfreq",
    "samplingrate",
    "samplingfrequency",
    "samplerate",
    "samplefreq",
    "samplingfreq",
    "samplespersecond",
    "framespersecond",
    "fps",
    "framerate",
}
_STEPS = {
    "dt",
    "deltat",
    "samplinginterval",
    "sampleinterval",
    "samplingperiod",
    "sampleperiod",
    "samplingtime",
    "sampletime",
    "timestep",
    "timeincrement",
    "timeinterval",
}
_PARTS = re.compile(r"[\s_.\-()\[\]]+")
_HERTZ_EACH = {"hz": 1.0, "khz": 1e3, "mhz": 1e6}
_NAMED_UNITS = {*_HERTZ_EACH, "s", "sec", "seconds", "ms", "us", "ns", "min", "minutes", "h", "hours", "d", "days"}


def named_step(name: str, value: float) -> tuple[float, str] | None:
    """The time step that a named number is, and its unit if it is known; None for other names.

    Example:
        >>> named_step("Sampling_Rate", 250.0), named_step("dt", 0.1), named_step("gain", 2.0)
        ((0.004, 's'), (0.1, ''), None)
        >>> named_step("fs_kHz", 2.0), named_step("sampling_interval_ms", 4.0)
        ((0.0005, 's'), (4.0, 'ms'))
    """
    *words, last = [word for word in _PARTS.split(name.lower()) if word] or [""]
    unit = last if words and last in _NAMED_UNITS else ""
    plain = "".join(words if unit else (*words, last))
    if not unit and plain.endswith("hz"):
        plain, unit = plain.removesuffix("hz").removesuffix("in"), "hz"
    if not 0 < value < float("inf"):
        return None
    if plain in _RATES:
        return 1.0 / (value * _HERTZ_EACH.get(unit, 1.0)), "s"
    # A step in hertz, or a rate in seconds, is neither.
    return (value, canonical_unit(unit)) if plain in _STEPS and unit not in _HERTZ_EACH else None


def told_step(about: Mapping[Any, Any]) -> HeaderStep | None:
    """The time step that named values tell, such as the attributes of a file; None if none does.

    Args:
        about: Values by name; text may have a unit, such as `250 Hz` or `4 ms`.

    Example:
        >>> told_step({"title": "rest", "sampling_rate": "250 Hz"})
        HeaderStep(dt=0.004, unit='s', text='sampling_rate: 250 Hz')
    """
    for name, value in about.items():
        text = value.decode(errors="replace") if isinstance(value, bytes) else value
        number = _plain_number(text)
        found = named_step(str(name), 1.0 if number is None else number)
        if found is None or (number is None and not isinstance(text, str)):
            continue
        with suppress(ValueError):
            return HeaderStep(*(found if number is not None else time_step(text.strip())), f"{name}: {text}")
    return None


def _plain_number(value: Any) -> float | None:
    """A number, also as text or in an array of one; None for anything else."""
    if isinstance(value, bool) or np.size(value) != 1:
        return None
    try:
        return float(np.ravel(np.asarray(value))[0])
    except (TypeError, ValueError):
        return None
