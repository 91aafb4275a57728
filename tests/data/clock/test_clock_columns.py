"""Clocks are recognised as what they are, and are never channels."""

import datetime as dt

import numpy as np
import pytest

from attrax.core.errors import DataError
from attrax.reading.load import load

X = np.random.default_rng(0).normal(size=(60, 2)).round(3)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
T0 = dt.datetime(2020, 1, 30)


def stamps(step, form):
    return [(T0 + i * step).strftime(form) for i in range(60)]


def hours(of):
    return [of(T0 + i * HOUR) for i in range(60)]


def table(header, *clock, sep=","):
    rows = [sep.join([*map(str, cells), *map(str, x)]) for *cells, x in zip(*clock, X.tolist(), strict=True)]
    return "\n".join([header.replace(",", sep), *rows] if header else rows)


ONE_HOUR = (3_600.0, "s")
CLOCKS = {
    "year": (table("year,a,b", range(1900, 1960)), (1.0, "year")),
    "decimal year": (table("decimal year,a,b", [f"{1900 + (i + 0.5) / 12:.4f}" for i in range(60)]), (1 / 12, "year")),
    "elapsed": (table("elapsed_ms,a,b", range(0, 3000, 50)), (50.0, "ms")),
    "frame": (table("Frame,a,b", range(60)), (1.0, "")),
    "sample": (table("sample,a,b", range(1, 61)), (1.0, "")),
    "unix": (table("timestamp,a,b", range(1_600_000_000_000, 1_600_000_006_000, 100)), (100.0, "ms")),
    "commented header": (table("# time a b", [f"{i / 20:.2f}" for i in range(60)], sep=" "), (0.05, "")),
    "ds": (table("ds,a,b", stamps(HOUR, "%Y-%m-%d %H:%M:%S")), ONE_HOUR),
    "any name": (table("when it was,a,b", stamps(HOUR, "%d %b %Y %H:%M")), ONE_HOUR),
    "counter beside": (table("No,time,a,b", range(60), stamps(HOUR, "%Y-%m-%d %H:%M")), ONE_HOUR),
    "year month day hour": (
        table(
            "No,year,month,day,hour,a,b",
            range(60),
            *zip(*hours(lambda t: (t.year, t.month, t.day, t.hour)), strict=True),
        ),
        ONE_HOUR,
    ),
    "weather station": (
        table(
            "#YY,MM,DD,hh,mm,a,b",
            *zip(*hours(lambda t: (t.year, t.month, t.day, t.hour, t.minute)), strict=True),
            sep=" ",
        ),
        ONE_HOUR,
    ),
    "day of the year": (table("year,doy,a,b", [2020] * 60, range(30, 90)), (86_400.0, "s")),
    "date and time": (table("date,time,a,b", stamps(HOUR, "%d/%m/%Y"), stamps(HOUR, "%H:%M:%S")), ONE_HOUR),
    "date and time with points": (table("Date,Time,a,b", stamps(HOUR, "%d/%m/%Y"), stamps(HOUR, "%H.%M.%S")), ONE_HOUR),
    "date and hour": (table("Date,Hour,a,b", *zip(*hours(lambda t: (t.date(), t.hour)), strict=True)), ONE_HOUR),
    "time of day": (table("time,a,b", stamps(HOUR, "%H:%M")), ONE_HOUR),
    "any name that rises evenly": (table("Messpunkt,a,b", [f"{i / 20:.2f}" for i in range(60)]), (0.05, "")),
    "name with a unit": (table("rel. time / ms,a,b", range(0, 300, 5)), (5.0, "ms")),
    "time in other words": (table("time since start (s),a,b", range(60)), (1.0, "s")),
    "German year": (table("Jahr,a,b", range(1900, 1960)), (1.0, "year")),
    "year under a date": (table("date,a,b", range(1900, 1960)), (1.0, "year")),
    "months as numbers": (
        table("yyyymm,a,b", [f"{2000 + i // 12}{i % 12 + 1:02d}" for i in range(60)]),
        (1.0, "month"),
    ),
    "hours as numbers": (table("date,a,b", stamps(HOUR, "%Y%m%d%H")), ONE_HOUR),
    "minutes as numbers": (table("date,a,b", stamps(HOUR, "%Y%m%d%H%M")), ONE_HOUR),
    "day of the year as a number": (table("date,a,b", stamps(DAY, "%Y%j")), (86_400.0, "s")),
    "days of a spreadsheet": (table("Date,a,b", range(44_000, 44_060)), (86_400.0, "s")),
    "hours of a spreadsheet": (table("Date,a,b", [f"{44_000 + i / 24:.5f}" for i in range(60)]), (3_600.0, "s")),
    "days of MATLAB": (table("datenum,a,b", range(738_000, 738_060)), (86_400.0, "s")),
    "days of astronomers": (table("BJD,a,b", [f"{2459215.5 + i / 50:.2f}" for i in range(60)]), (0.02, "d")),
    "age that falls": (table("age (ka BP),a,b", [f"{i / 2:.1f}" for i in range(60)][::-1]), (0.5, "kyr")),
    "year and month by name": (
        table(
            "Jahr,Monat,a,b",
            [2000 + i // 12 for i in range(60)],
            ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"] * 5,
        ),
        (1.0, "month"),
    ),
    "Spanish date": (
        table("año,mes,día,a,b", [2020] * 60, [1] * 31 + [2] * 29, [*range(1, 32), *range(1, 30)]),
        (86_400.0, "s"),
    ),
    "year and quarter": (
        table("year,quarter,a,b", [2000 + i // 4 for i in range(60)], [i % 4 + 1 for i in range(60)]),
        (1.0, "quarter"),
    ),
    "year and week": (
        table("year,week,a,b", [2020] * 53 + [2021] * 7, [*range(1, 54), *range(1, 8)]),
        (604_800.0, "s"),
    ),
    "seconds of the day": (table("time (s),a,b", [(85_000 + 60 * i) % 86_400 for i in range(60)]), (60.0, "s")),
    "counter that wraps": (
        table("tick,time,a,b", range(60), [(65_000 + 20 * i) % 65_536 for i in range(60)]),
        (20, ""),
    ),
    "length of time": (table("time,a,b", [f"{i // 24} days {i % 24:02d}:00:00" for i in range(60)]), ONE_HOUR),
    "day of the week beside": (
        table("date,day of week,a,b", stamps(DAY, "%Y-%m-%d"), stamps(DAY, "%A")),
        (86_400.0, "s"),
    ),
    "day and hour": (
        table("day,hour,a,b", *zip(*[(i // 24 + 30, i % 24) for i in range(60)], strict=True)),
        (1 / 24, "d"),
    ),
    "day of the month, and the next month": (
        table("day,hour,a,b", *zip(*hours(lambda t: (t.day, t.hour)), strict=True)),
        (1 / 24, "d"),
    ),
    "day of the year and time": (
        table("DOY,time,a,b", [i // 24 + 100 for i in range(60)], stamps(HOUR, "%H:%M")),
        (1 / 24, "d"),
    ),
    "month, day and hour": (
        table("month,day,hour,a,b", *zip(*hours(lambda t: (t.month, t.day, t.hour)), strict=True)),
        (1 / 24, "d"),
    ),
    "year, day and time as a number": (
        table("year,doy,hhmm,a,b", [2021] * 60, [i // 24 + 100 for i in range(60)], [i % 24 * 100 for i in range(60)]),
        ONE_HOUR,
    ),
    "hour and minute": (
        table("hour,minute,a,b", [i // 6 for i in range(60)], [i % 6 * 10 for i in range(60)]),
        (600, "s"),
    ),
    "weeks of satellites": (
        table("GPS Week,TOW (s),a,b", *zip(*(divmod(1_325_116_770 + i, 604_800) for i in range(60)), strict=True)),
        (1.0, "s"),
    ),
    "time of day as a number": (table("time,a,b", stamps(HOUR / 12, "%H%M%S")), (300.0, "s")),
    "time of day under any name": (table("when,a,b", stamps(HOUR, "%H:%M")), ONE_HOUR),
    "date with a comma": (
        table("time,a,b", stamps(HOUR, '"%a, %d %b %Y %H:%M:%S +0000"')),
        ONE_HOUR,
    ),
    "date with a comma, without quotes": (table("time,a,b", stamps(HOUR, "%a, %d %b %Y %H:%M:%S +0000")), ONE_HOUR),
    "nameless dates": (table("", stamps(HOUR, "%Y-%m-%d"), stamps(HOUR, "%H:%M:%S"), sep=" "), ONE_HOUR),
    "nameless numbers": (table("", [f"{i / 20:.2f}" for i in range(60)], sep=" "), (0.05, "")),
}


@pytest.mark.parametrize("name", CLOCKS)
def test_a_clock_is_no_channel(write, name):
    content, (step, unit) = CLOCKS[name]
    (series,) = load(write("a.txt" if " " in content.splitlines()[-1] else "a.csv", content))
    np.testing.assert_array_equal(series.x, X)
    assert (series.dt, series.unit) == (pytest.approx(step, rel=1e-9), unit)
    assert series.channels == (("a", "b") if "nameless" not in name else series.channels)


def test_what_is_left_out_or_guessed_is_said(write):
    told = load(write("a.csv", CLOCKS["counter beside"][0])).notices
    assert any("'No' is left out, since the clock is 'time'" in notice for notice in told)
    told = load(write("a.txt", CLOCKS["nameless numbers"][0])).notices
    assert any(n.startswith("D143") and "first column rises by 0.05" in n and "--drop x0" in n for n in told)


FOLLOWING = {
    "time of day": ("%H:%M", HOUR, ["12:00", "13:00"]),
    "time of day as a number": ("%H%M%S", HOUR / 12, ["050000", "050500"]),
    "with fractions": ("%H:%M:%S.%f", HOUR / 12, ["05:00:00.000000", "05:05:00.000000"]),
    "in halves of the day": ("%I:%M %p", HOUR, ["12:00 PM", "01:00 PM"]),
    "of mail": ('"%a, %d %b %Y %H:%M:%S +0000"', HOUR, ["Sat, 01 Feb 2020 12:00:00 +0000"]),
}


@pytest.mark.parametrize("name", FOLLOWING)
def test_what_follows_is_written_like_the_recording(write, name):
    form, step, after = FOLLOWING[name]
    (series,) = load(write("a.csv", table("time,a,b", stamps(step, form))))
    assert series.text_after(59, len(after)) == after
    assert series.times_text[:2] == [text.strip('"') for text in stamps(step, form)[:2]]


def test_a_clock_without_a_year_and_a_counter_that_wraps_are_said(write):
    told = load(write("a.csv", CLOCKS["day and hour"][0])).notices
    assert any("'day hour' tell no year" in notice for notice in told)
    rows = [f"{i % 16},{i / 20:.2f},{a},{b}" for i, (a, b) in enumerate(X)]
    data = load(write("b.csv", "\n".join(["Sample Index,time (s),a,b", *rows])))
    assert data[0].channels == ("a", "b")
    assert any("'Sample Index' is left out" in notice for notice in data.notices)


def test_a_minimum_beside_a_day_is_a_channel(write):
    low = [i % 7 + 10 for i in range(60)]
    data = load(write("a.csv", table("day,min,a,b", range(1, 61), low)))
    assert data[0].channels == ("min", "a", "b")


def test_ages_that_rise_are_put_in_the_order_of_time(write):
    path = write("a.csv", table("Age (yr BP),a,b", range(0, 600, 10)))
    with pytest.raises(DataError, match=r"D107[\s\S]*time runs backward[\s\S]*sort=True"):
        load(path)
    (series,) = load(path, sort=True)
    np.testing.assert_array_equal(series.x, X[::-1])
    assert (series.unit, series.times_text[0], series.text_after(59, 2)) == ("year", "590", ["-10", "-20"])


def test_day_and_month_are_asked_for_beside_a_column_of_times(write):
    early = dt.datetime(2021, 3, 5)
    both = [early + i * HOUR for i in range(12)] + [early + 32 * DAY + i * HOUR for i in range(48)]
    path = write("a.csv", table("date,time,a,b", [f"{t:%d/%m/%Y}" for t in both], [f"{t:%H:%M}" for t in both]))
    with pytest.raises(DataError, match="D142") as failure:
        load(path)
    assert "date_order='dmy'" in failure.value.fix
    with pytest.raises(DataError, match="D106"):
        load(path, date_order="dmy")


def test_columns_that_change_evenly_are_left_out_and_said(write):
    data = load(write("a.csv", table("time,left,a,b", stamps(HOUR, "%Y-%m-%d %H:%M"), range(59, -1, -1))))
    assert data[0].channels == ("a", "b")
    assert any("'left' is left out" in notice for notice in data.notices)
    only = load(write("b.csv", "u,v\n" + "".join(f"{i},{2 * i}\n" for i in range(30))))
    assert only[0].channels == ("u", "v")


def test_numbered_subjects_are_asked_about_without_a_time_too(write):
    path = write("a.csv", table("subject,a,b", [i // 20 for i in range(60)]))
    with pytest.raises(DataError, match=r"D132[\s\S]*group='subject'"):
        load(path)
    assert list(map(len, load(path, group="subject"))) == [20, 20, 20]
    assert load(path, channels=["subject", "a"])[0].channels == ("subject", "a")


CHANNELS = {
    "months of the year": table("month,a,b", [i % 12 + 1 for i in range(60)]),
    "index of a market": table("index,a,b", 100 + np.random.default_rng(1).normal(size=60).cumsum()),
    "labels": table("id,a,b", [i % 3 for i in range(60)]),
}


@pytest.mark.parametrize("name", ["months of the year", "labels"])
def test_what_does_not_count_the_rows_stays_a_channel(write, name):
    assert len(load(write("a.csv", CHANNELS[name]))[0].channels) == 3


def test_a_column_that_is_asked_for_is_a_channel(write):
    path = write("a.csv", CLOCKS["counter beside"][0])
    assert load(path, channels=["No", "a"])[0].channels == ("No", "a")
    assert load(path, inputs="No")[0].input_channels == ("No",)


def test_tables_of_arrow_keep_names_and_clock():
    arrow = pytest.importorskip("pyarrow")
    dates = np.datetime64("2020-01-30") + np.arange(60)
    (series,) = load(arrow.table({"day it was": dates, "a": X[:, 0], "b": X[:, 1]}))
    assert (series.channels, series.dt) == (("a", "b"), 86_400.0)
    (series,) = load(arrow.table({"timestamp": 1_600_000_000_000_000_001 + np.arange(60), "a": X[:, 0]}))
    assert (series.dt, series.unit, series.text_after(-1, 1)) == (1.0, "ns", ["1600000000000000001"])
