"""Time zones: the offset of local time from UTC at any instant, and the instants of local times."""

import difflib
import re
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache

import numpy as np

from attrax.core.errors import ConfigError

_GRAIN = np.timedelta64(15, "m")
"""Offsets of zones change at whole quarters of an hour."""
ABBREVIATIONS = {
    **{"EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420},
    **{"AKST": -540, "AKDT": -480, "HST": -600, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120},
    **{"MEZ": 60, "MESZ": 120, "EET": 120, "EEST": 180, "MSK": 180, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660},
}
"""Offsets from UTC, in minutes, that have short names; those that name several offsets are left out."""
_OFFSET = re.compile(r"(?:UTC|GMT)?(?P<sign>[+-])(?P<h>\d\d?)(?::?(?P<m>\d\d))?")


@dataclass(frozen=True)
class Zone:
    """A time zone, known by its name or by the offsets that were written beside times.

    Attributes:
        name: Its name in the IANA data base, such as `Europe/Berlin`; empty if only offsets are known.
        changes: Instants in seconds since 1970, and the offset in minutes from each of them on, in order.
    """

    name: str = ""
    changes: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, name: str) -> "Zone":
        """The zone of that name, or of a fixed offset such as `+01:00` or `UTC`.

        Raises: ConfigError C563 for an unknown name.
        """
        match = _OFFSET.fullmatch(name.strip())
        if match or name.strip().upper() in ("UTC", "GMT", "Z"):
            minutes = 60 * int(match["h"]) + int(match["m"] or 0) if match else 0
            return cls(changes=((0, -minutes if match and match["sign"] == "-" else minutes),))
        _zone(name)
        return cls(name)

    @classmethod
    def written(cls, utc: np.ndarray, offsets: np.ndarray) -> "Zone":
        """The zone of instants with the offsets that were written beside them, in minutes."""
        order = np.argsort(utc, kind="stable")
        seconds, offsets = utc[order].astype("datetime64[s]").astype(np.int64), offsets[order]
        first = np.flatnonzero(np.diff(offsets, prepend=offsets[:1] - 1))
        return cls(changes=tuple(zip(seconds[first].tolist(), offsets[first].tolist(), strict=True)))

    @property
    def title(self) -> str:
        """Its name, or the last offset that is known, such as `+01:00`."""
        hours, minutes = divmod(abs(self.changes[-1][1]), 60) if self.changes else (0, 0)
        return self.name or f"{'-' if self.changes[-1][1] < 0 else '+'}{hours:02d}:{minutes:02d}"

    def offsets(self, utc: np.ndarray) -> np.ndarray:
        """The offset from UTC at instants, in minutes."""
        if not self.name:
            starts, minutes = (np.array(column) for column in zip(*self.changes, strict=True))
            seconds = utc.astype("datetime64[s]").astype(np.int64)
            return minutes[np.maximum(np.searchsorted(starts, seconds, side="right") - 1, 0)]
        zone = _zone(self.name)
        return _by_quarter(utc, lambda t: t.replace(tzinfo=UTC).astimezone(zone).utcoffset())

    def local(self, utc: np.ndarray) -> np.ndarray:
        """Local times at instants."""
        return utc + self.offsets(utc).astype("timedelta64[m]")

    def instants(self, local: np.ndarray) -> np.ndarray:
        """The instants of local times. Of a time that occurs twice, the first that is later than the row before."""
        if not self.name:
            guess = local - np.timedelta64(self.changes[-1][1], "m")
            return local - self.offsets(guess).astype("timedelta64[m]")
        zone = _zone(self.name)
        first, second = (
            local
            - _by_quarter(local, lambda t, f=fold: t.replace(tzinfo=zone, fold=f).utcoffset()).astype("timedelta64[m]")
            for fold in (0, 1)
        )
        result = first.copy()
        for i in np.flatnonzero(second > first):
            if i and result[i - 1] >= first[i]:
                result[i] = second[i]
        return result


def written_offset(text: str) -> int:
    """The offset from UTC that is written behind a time, in minutes: `Z`, `+01:00`, `GMT+1` or `CEST`.

    Example:
        >>> [written_offset(text) for text in ("Z", "-0330", "gmt+1", "CEST")]
        [0, -210, 60, 120]
    """
    upper = text.upper()
    return ABBREVIATIONS[upper] if upper in ABBREVIATIONS else Zone.of(upper).changes[0][1]


def _by_quarter(times: np.ndarray, offset) -> np.ndarray:
    """An offset in minutes that is the same within each quarter of an hour."""
    known = ~np.isnat(times)
    quarters = (times.astype("datetime64[s]") - np.datetime64(0, "s")) // _GRAIN
    found, where = np.unique(np.where(known, quarters.astype(np.int64), 0), return_inverse=True)
    moments = (found * 900).astype("datetime64[s]").tolist()
    return np.array([round(offset(t).total_seconds() / 60) for t in moments], dtype=np.int64)[where]


@lru_cache
def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        known = sorted(zoneinfo.available_timezones())
        raise ConfigError(
            "C563",
            f"unknown time zone {name!r}",
            where=f"--zone {name}",
            why="zones have names of the IANA data base, or an offset such as +01:00",
            fix=_nearest(name, known),
        ) from None


def _nearest(name: str, known: Sequence[str]) -> str:
    """The zone with a similar name of the city, as an option; else what a name looks like."""
    city = {zone.rpartition("/")[2].lower(): zone for zone in known}
    hits = difflib.get_close_matches(name.rpartition("/")[2].lower(), list(city), n=1, cutoff=0.6)
    return f"--zone {city[hits[0]]}" if hits else "a name such as Europe/Berlin, or an offset such as +01:00"
