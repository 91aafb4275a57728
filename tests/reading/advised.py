"""Recordings that are refused or commented, with good ones of the same kind that the advice must leave as they are."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from tests.cli.catalogue import IRREGULAR, ROWS, STILL, SWAPPED, TWICE, WAVE, N, fields, in_commas, in_quotes, table

Content = str | np.ndarray | Callable[[Path], None]
DAYS = np.datetime64("2021-01-01") + np.arange(N)
STAGES = np.where(WAVE[:, 0] > 0, "REM", "N2")
POSITIVE = np.abs(WAVE) + 0.1


class Advised(NamedTuple):
    """One kind of recording.

    Attributes:
        code: The code of the error or notice.
        bad: The file that is refused or commented: suffix and contents.
        good: The contents of a file of the same kind without the fault; None for those of the bad one, which is good
            once the advice is taken.
        right: The values of each series of the good file.
        channels: The names of the channels of the good file.
        given: The options that are given with both.
        later: The times that follow the good file, as text; None if they are not compared.
    """

    code: str
    bad: tuple[str, Content]
    good: Content | None = None
    right: tuple[np.ndarray, ...] = (WAVE,)
    channels: tuple[str, ...] = ("ecg", "resp")
    given: Mapping[str, Any] = MappingProxyType({})
    later: str | None = None


def dated(times, x=WAVE, head="date,ecg,resp"):
    """A CSV file with text in the first column."""
    return "\n".join([head, *(f"{t},{a:.6g},{b:.6g}" for t, (a, b) in zip(times, x, strict=False))]) + "\n"


def day_texts(order, days=DAYS):
    return [day.strftime(order) for day in days.tolist()]


def berlin(first, rows):
    """Local times of Berlin, an hour apart, without a zone."""
    import zoneinfo
    from datetime import UTC, datetime, timedelta

    start, zone = datetime.fromisoformat(first).replace(tzinfo=UTC), zoneinfo.ZoneInfo("Europe/Berlin")
    local = ((start + timedelta(hours=i)).astimezone(zone) for i in range(rows))
    return [time.replace(tzinfo=None).isoformat() for time in local]


def with_subjects(names, times):
    """Two recordings below each other."""
    half = N // 2
    rows = [
        f"{name},{times[i]:.6g},{WAVE[k * half + i, 0]:.6g},{WAVE[k * half + i, 1]:.6g}"
        for k, name in enumerate(names)
        for i in range(half)
    ]
    return "\n".join(["subject,time,ecg,resp", *rows]) + "\n"


def with_column(values, name="extra"):
    """The table with one more column."""
    head, *rows = table().splitlines()
    return "\n".join([f"{head},{name}", *(f"{row},{v}" for row, v in zip(rows, values, strict=True))]) + "\n"


def gap(start, stop):
    x = WAVE.copy()
    x[start:stop, 1] = np.nan
    return table(x=x)


def changed(rows, column, value):
    x = WAVE.copy()
    x[rows, column] = value
    return table(x=x)


STAGED = with_column(STAGES, "stage")
CODES = np.unique(STAGES, return_inverse=True)[1]
GRID = np.stack([WAVE, WAVE[::-1], WAVE**2], axis=2).reshape(N, 6)

AMBIGUOUS = dated(["01/02/2021", "02/02/2021", "03/02/2021", "04/02/2021"])
AT_NIGHT = "2023-02-06T09:00:00+01:00"
NAMED = {"header": "time (s),ecg,resp,Oz"}

ADVISED = (
    Advised("D101", (".csv", gap(300, 304)), table()),
    Advised("D102", (".csv", gap(300, 700)), table()),
    Advised("D103", (".csv", table(x=STILL, **NAMED)), None),
    Advised("D105", (".npy", WAVE.T), None, channels=("x0", "x1")),
    Advised("D106", (".csv", table(IRREGULAR)), table()),
    Advised("D107", (".csv", table(SWAPPED)), table()),
    Advised("D107", (".csv", table(TWICE)), table()),
    Advised("D108", (".csv", table().replace("\n0.16,", "\n0.16,sick", 1)), table()),
    Advised(
        "D108",
        (".csv", changed([39], 0, np.nan).replace("\n0.156,,", "\n0.156,sick,")),
        table(),
    ),
    Advised("D108", (".csv", in_quotes(in_commas(table()))), None),
    Advised("D108", (".csv", STAGED), None, (np.column_stack([WAVE, CODES]),), ("ecg", "resp", "stage")),
    Advised("D109", (".csv", in_commas(table()).replace("\n0,16;", "\n0.16;", 1)), in_commas(table())),
    Advised("D111", (".npy", np.stack([WAVE, WAVE[::-1]])), None, (WAVE, WAVE[::-1]), ("x0", "x1")),
    Advised("D112", (".nc", fields), None, (GRID,), ()),
    Advised("D114", (".csv", table(x=WAVE + np.outer(ROWS, [0, 2 / N]))), table()),
    Advised("D127", (".csv", changed([9, 10, 500], 0, -9999)), table()),
    Advised("D128", (".csv", changed(np.arange(400, 700), 0, 0.25)), table()),
    Advised("D129", (".csv", changed([700], 1, 1e7)), table()),
    Advised("D132", (".csv", with_subjects("12", ROWS * 0.5)), None, (WAVE[: N // 2], WAVE[N // 2 :])),
    Advised("D135", (".csv", with_column(100 - 0.37 * ROWS)), None, given={"channels": ["ecg", "resp", "extra"]}),
    Advised("D136", (".csv", table()), table(x=POSITIVE), (POSITIVE,), given={"transform": ["log"]}),
    Advised("D142", (".csv", AMBIGUOUS), dated(day_texts("%d/%m/%Y")), later="24/06/2026"),
    Advised("D144", (".csv", dated(berlin("2022-10-15", N))), dated(berlin("2022-11-15", N)), later=AT_NIGHT),
    Advised("D145", (".csv", changed([700], 1, 1e200)), table()),
    Advised("C541", (".csv", table()), None, given={"dt": -1.0}),
    Advised("C544", (".csv", table()), None, given={"resample": "4m/s"}),
    Advised("C545", (".csv", table(header="time,ecg,resp")), None, given={"resample": "5ms"}),
    Advised("C547", (".csv", table()), None, given={"resample": "1us"}),
    Advised("C548", (".csv", table()), None, given={"sep": "ab"}),
    Advised("C549", (".csv", table()), None, given={"decimal": ";"}),
    Advised("C553", (".csv", table()), None, given={"axes": ["trial", "channel"]}),
    Advised("C555", (".csv", table()), None, given={"every": 0}),
    Advised("C563", (".csv", dated(berlin("2022-10-15", N))), None, given={"zone": "Europe/Berlim"}),
    Advised("C565", (".csv", table()), None, given={"highpass": "8ms"}),
    Advised("C614", (".csv", table(x=POSITIVE)), None, (POSITIVE,), given={"transform": ["cube"]}),
)
