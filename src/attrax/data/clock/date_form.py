"""The form of dates in text: what follows a recording is written like its own dates."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from attrax.data.clock import weekday_names
from attrax.data.clock.date_patterns import LITERAL
from attrax.data.clock.month_names import ENGLISH, is_english, month_number
from attrax.data.clock.zones import written_offset

_UNITS = (("S", "s"), ("M", "m"), ("H", "h"), ("d", "D"), ("wd", "D"), ("w", "D"), ("j", "D"), ("q", "M"), ("m", "M"))
_SECONDS = {"D": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0}


@dataclass(frozen=True)
class DateForm:
    """How dates are written.

    Attributes:
        template: A format string of year, month and so on; empty for ISO 8601.
        unit: The unit of NumPy in which they are exact, such as `D` for whole days.
        digit: The length in seconds of the last place that is written; 0 if it is longer than a day or not known.
        months: The names of months as they were written, from January on, if they are not English; empty where a month
            did not occur.
        zones: Offsets in minutes and the abbreviations that stood for them, such as `CET`.
    """

    template: str = ""
    unit: str = ""
    digit: float = 0.0
    months: tuple[str, ...] = ()
    zones: tuple[tuple[int, str], ...] = ()

    @classmethod
    def of(cls, match: re.Match[str], columns: Mapping[str, Sequence[str | None]], order: str = "") -> "DateForm":
        """The form of a date that was recognised.

        Args:
            match: The longest of the dates.
            columns: The text of every part in all rows.
            order: `dmy` or `mdy` if the parts `a` and `b` are day and month.
        """
        names = dict(zip("ab", ("d", "m") if order == "dmy" else ("m", "d"), strict=True))
        names |= {"H": "I"} if "p" in columns else {}
        names |= {"y": "wy"} if "w" in columns else {}
        parts = sorted((match.span(name), name) for name in match.groupdict() if match[name] and name not in LITERAL)
        template, end = "", 0
        for (start, stop), name in parts:
            template += _escaped(match.string[end:start]) + _token(names.get(name, name), match[name], columns[name])
            end = stop
        template += _escaped(match.string[end:])
        about = {"months": _months(columns.get("mon", ())), "zones": _zones(columns.get("z", ()))}
        finest = {"mon": "m", "I": "H", "fy": "y"}
        written = {finest.get(name, name) for name in (names.get(name, name) for name in columns)}
        if "f" in written:
            digits = max(len(text or "") for text in columns["f"])
            return cls(template, "ns" if digits > 6 else "us", 10.0**-digits, **about)
        unit = next((unit for name, unit in _UNITS if name in written), "Y")
        return cls(template, unit, _SECONDS.get(unit, 0.0), **about)

    def text(self, local: np.ndarray, offsets: np.ndarray | None) -> list[str]:
        """Local times as text.

        Args:
            local: The times.
            offsets: Their offsets from UTC in minutes; None if no zone is known.
        """
        exact = self.template and (local == local.astype(f"datetime64[{self.unit}]")).all()
        if "{q" in self.template:
            exact = exact and (local.astype("datetime64[M]").astype(np.int64) % 3 == 0).all()
        unfit = offsets is not None and ("{z" not in self.template or ("{z_utc" in self.template and offsets.any()))
        if not exact or unfit or not self._has_words(local, offsets):
            return _iso(local, offsets)
        minutes = np.zeros(len(local), dtype=int) if offsets is None else offsets
        texts = [self._written(t, o) for t, o in zip(local, minutes.tolist(), strict=True)]
        # Steps that are shorter than the last digit need more digits.
        return texts if len(set(texts)) == len(texts) or not self.digit else _iso(local, offsets)

    def time_text(self, seconds: np.ndarray) -> list[str]:
        """Times of day as text; a second that has more digits than the form is written with all of them.

        Args:
            seconds: Seconds since any midnight.

        Example:
            >>> DateForm("{H:02d}:{M:02d}", "m").time_text(np.array([0.0, 86_460.0]))
            ['00:00', '00:01']
        """
        times = np.datetime64(0, "us") + np.rint(seconds * 1e6).astype("timedelta64[us]")
        if (times == times.astype(f"datetime64[{self.unit}]")).all():
            return [self._written(t, 0) for t in times]
        return [text.partition("T")[2] for text in _iso(times, None)]

    def _written(self, t: np.datetime64, offset: int) -> str:
        month = int(t.astype("datetime64[M]").astype(int)) % 12
        seen = {"mon_seen": self.months[month] if self.months else "", "z_seen": dict(self.zones).get(offset, "")}
        return self.template.format(**_fields(t, offset), **seen)

    def _has_words(self, local: np.ndarray, offsets: np.ndarray | None) -> bool:
        """Whether all months and offsets have a name, if the form writes names."""
        if "{mon_seen" in self.template:
            at = local.astype("datetime64[M]").astype(np.int64) % 12
            if not all(self.months[i] for i in set(at.tolist())):
                return False
        return "{z_seen" not in self.template or set([] if offsets is None else offsets.tolist()) <= set(
            dict(self.zones)
        )


def _months(words: Sequence[str | None]) -> tuple[str, ...]:
    """The names of months as they are written; nothing if they are English."""
    seen = {word for word in words if word}
    if all(map(is_english, seen)):
        return ()
    by_number = {month_number(word): word for word in seen}
    return tuple(by_number.get(number, "") for number in range(1, 13))


def _zones(words: Sequence[str | None]) -> tuple[tuple[int, str], ...]:
    """The abbreviations of offsets as they are written; nothing if they are numbers, or UTC."""
    seen = sorted({word for word in words if word and word.upper() not in ("Z", "UTC", "GMT")})
    return tuple((written_offset(word), word) for word in seen if any(map(str.isalpha, word)))


def _iso(local: np.ndarray, offsets: np.ndarray | None) -> list[str]:
    """Times with the fewest digits of a second that hold all of them exactly."""
    local = local.astype("datetime64[s]") if local.dtype == np.dtype("datetime64[D]") else local
    units = [unit for unit in ("s", "ms", "us", "ns") if (local == local.astype(f"datetime64[{unit}]")).all()]
    texts = np.datetime_as_string(local.astype(f"datetime64[{(units or ['us'])[0]}]")).tolist()
    return texts if offsets is None else [t + _offset(o, ":") for t, o in zip(texts, offsets.tolist(), strict=True)]


def _offset(minutes: int, colon: str) -> str:
    sign, minutes = "-" if minutes < 0 else "+", abs(minutes)
    return f"{sign}{minutes // 60:02d}{colon}{minutes % 60:02d}"


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _token(name: str, text: str, column: Sequence[str | None]) -> str:
    """The place of a part in a template, with as many digits as it was written with."""
    if name == "y":
        return "{y:04d}" if len(text) == 4 else "{yy:02d}"
    if name == "wy":
        return "{wy:04d}"
    if name in "mdHIMS":
        return "{" + (name if any(len(cell) == 1 for cell in column if cell) else f"{name}:02d") + "}"
    if name == "f":
        return "{f:." + str(max(len(cell or "") for cell in column)) + "}"
    if name == "mon" and not all(is_english(cell) for cell in column if cell):
        return "{mon_seen}"
    if name in ("mon", "p"):
        long = name == "mon" and any(len(cell) > 3 for cell in column if cell)
        case = "upper" if text.isupper() else "lower" if text.islower() else "title"
        return f"{{{name}_{'long_' if long else ''}{case}}}"
    if name == "z":
        if any(map(str.isalpha, text)) and text.upper() not in ("Z", "UTC", "GMT"):
            return "{z_seen}"
        if text.isalpha():
            return f"{text}{{z_utc}}"
        return "{z}" if ":" in text else "{z_plain}" if len(text) > 3 else "{z_hours}"
    if name == "wk":
        word = text.rstrip(" ,")
        case = "upper" if word.isupper() else "lower" if word.islower() else "title"
        return f"{{wk_{'long_' if len(word) > 3 else ''}{case}}}" + text[len(word) :]
    if name == "fy":
        return "{fy:04d}" if len(text) == 4 else "{fyy:02d}"
    return {"q": "{q}", "w": "{w:02d}", "wd": "{wd}", "j": "{j:03d}"}[name]


def _fields(t: np.datetime64, offset: int) -> dict[str, int | str]:
    day = t.astype("datetime64[D]")
    year, month = int(t.astype("datetime64[Y]").astype(int)) + 1970, int(t.astype("datetime64[M]").astype(int)) % 12 + 1
    seconds = int((t.astype("datetime64[s]") - day) / np.timedelta64(1, "s"))
    fraction = int((t - t.astype("datetime64[s]")) / np.timedelta64(1, "ns"))
    hour = seconds // 3600
    iso = day.item().isocalendar()
    short, long, half = ENGLISH[month - 1][:3], ENGLISH[month - 1], "am" if hour < 12 else "pm"
    weekday = weekday_names.ENGLISH[iso.weekday - 1]
    plain = _offset(offset, "")
    return {
        "y": year,
        "yy": year % 100,
        "m": month,
        "fy": year + 1,
        "fyy": (year + 1) % 100,
        "j": day.item().timetuple().tm_yday,
        "d": int((day - t.astype("datetime64[M]").astype("datetime64[D]")).astype(int)) + 1,
        "H": hour,
        "I": hour % 12 or 12,
        "M": seconds // 60 % 60,
        "S": seconds % 60,
        "f": f"{fraction:09d}",
        "q": (month + 2) // 3,
        "wy": iso.year,
        "w": iso.week,
        "wd": iso.weekday,
        "z": _offset(offset, ":"),
        "z_utc": "",
        "z_plain": plain,
        "z_hours": plain[:3],
        **{f"mon_{c}": getattr(short, c)() for c in ("upper", "lower", "title")},
        **{f"mon_long_{c}": getattr(long, c)() for c in ("upper", "lower", "title")},
        **{f"wk_{c}": getattr(weekday[:3], c)() for c in ("upper", "lower", "title")},
        **{f"wk_long_{c}": getattr(weekday, c)() for c in ("upper", "lower", "title")},
        **{f"p_{c}": getattr(half, c)() for c in ("upper", "lower", "title")},
    }
