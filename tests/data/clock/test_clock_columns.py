"""Clocks are recognised as what they are, and are never channels."""

import datetime as dt

import numpy as np
import pytest

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
