"""Patterns of dates and times in text.

The groups have a letter or two each: `y m d` year, month and day; `a b` day and month in an order that is not known;
`mon` a month by name; `q w wd j` quarter, week, day of the week and day of the year; `fy` the second year of a fiscal
year; `D` days in front of a time; `H M S f p` hour, minute, second, fraction and am or pm; `z` an offset or an
abbreviation of a zone and `zn` its name; `s` and `ts` what separates the parts of a date and of a time.
"""

from attrax.data.clock.month_names import STEMS
from attrax.data.clock.zones import ABBREVIATIONS

LITERAL = ("s", "ts", "zn")
"""Groups that hold no number of a date."""

_NAME = rf"(?P<mon>(?:{'|'.join(STEMS)})[a-zà-öø-ÿ]*)\.?"
_WEEKDAY = r"(?P<wk>(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
_OFFSET = rf"(?P<z>z|(?:utc|gmt)?[+-]\d\d?(?::?\d\d)?|utc|gmt|{'|'.join(ABBREVIATIONS)})"
_ZONE = rf"(?:\s?{_OFFSET})?(?:\s?\[(?P<zn>[a-z_/+-]+)\])?"
_CLOCK = (
    r"(?P<H>\d{1,2})(?::(?P<M>\d\d)(?::(?P<S>\d\d)(?:(?:[.,]|:(?=\d{3}))(?P<f>\d{1,9}))?)?)?(?:\s?(?P<p>[ap]\.?m\.?))?"
)
_TIME = _CLOCK + _ZONE
_COMPACT_TIME = r"(?P<H>\d\d)(?P<M>\d\d)(?P<S>\d\d)?(?:\.(?P<f>\d{1,9}))?" + rf"{_OFFSET}?"
_POINTED_TIME = r"(?P<H>\d\d)(?P<ts>[-._])(?P<M>\d\d)(?P=ts)(?P<S>\d\d)(?:[-.,_](?P<f>\d{1,9}))?"
_DATES = (
    r"(?P<y>\d{4})(?P<s>[-/.:])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})",
    r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)",
    r"(?P<y>\d{4})[-/](?P<fy>\d{4}|\d\d)",
    r"(?P<y>\d{4})[-/:](?P<m>\d\d)",
    r"(?P<y>\d{4})[-/](?P<m>\d{1,2})",
    r"(?P<m>\d{1,2})[/.](?P<y>\d{4})",
    r"(?P<y>\d{4})m(?P<m>\d{1,2})",
    r"(?P<y>\d{4})[-/ :.]?[qt](?P<q>[1-4])",
    r"(?P<y>\d{4}):(?P<q>[1-4])",
    r"q(?P<q>[1-4])[-/ '](?P<y>\d{4}|\d\d)",
    r"(?P<q>[1-4])q[-/ ]?(?P<y>\d{4}|\d\d)",
    r"fy\s?(?P<y>\d{4}|\d\d)",
    r"(?P<y>\d{4})[-/ ]?w(?P<w>\d\d)(?:-?(?P<wd>[1-7]))?",
    r"(?P<y>\d{4})-(?P<j>\d{3})",
    r"(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d\d)",
    _NAME + r"[-\s](?P<d>\d{1,2})(?:st|nd|rd|th)?,?[-\s](?P<y>\d{4})",
    r"(?P<d>\d{1,2})\.?[-/\s]?(?:de\s)?" + _NAME + r"[-/\s]?(?:de\s)?(?P<y>\d{4}|\d\d)",
    _NAME + r"[-/\s](?P<y>\d{4})",
    r"(?P<y>\d{4})[-/\s]" + _NAME + r"(?:[-/\s](?P<d>\d{1,2}))?",
    _NAME + r"[-/\s]'?(?P<y>\d\d)",
    r"(?P<y>\d\d)-" + _NAME,
)
FORMS = (
    *(rf"{_WEEKDAY}{date}(?:(?:t|\s+|,\s|:(?=\d\d:)){_TIME})?" for date in _DATES),
    *(rf"{date}(?:t|_|\s|-){_COMPACT_TIME}" for date in _DATES[:2]),
    *(rf"{_DATES[i]}[-t_\s]{_POINTED_TIME}" for i in (0, 1, 14)),
    rf"{_WEEKDAY}{_NAME}\s+(?P<d>\d{{1,2}})\s+{_TIME}\s+(?P<y>\d{{4}})",
)
"""Dates, with or without a time."""

TIMES_OF_DAY = (
    rf"(?:(?P<D>\d+)(?:\s*d(?:ays?)?,?\s+|\.|\s))?{_TIME}",
    r"(?P<H>\d{1,2})\.(?P<M>\d\d)\.(?P<S>\d\d)",
    r"(?P<M>\d{1,3}):(?P<S>\d\d)[.,](?P<f>\d{1,9})",
    r"p(?:(?P<D>\d+)d)?(?:t(?:(?P<H>\d+)h)?(?:(?P<M>\d+)m)?(?:(?P<S>\d+)(?:[.,](?P<f>\d{1,9}))?s)?)?",
)
"""Times without a date, and lengths of time."""
