"""Steps of a calendar: months, working days, local days; dates of what follows go on in them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attrax.core.errors import ConfigError, DataError
from attrax.data.clock.calendars import of_dates
from attrax.data.clock.zones import Zone
from attrax.reading.load import load

BERLIN = Zone.of("Europe/Berlin")


def dates(first, n, step=1):
    return np.datetime64(first) + step * np.arange(n)


def ends(n):
    return dates("2000-02", n).astype("datetime64[D]") - 1


WEEKDAYS = np.busday_offset(np.datetime64("2021-01-01"), np.arange(30))
TRADING = np.delete(np.busday_offset(np.datetime64("2021-01-01"), np.arange(63)), [4, 30, 31])
SUNDAY_TO_THURSDAY = np.busday_offset(np.datetime64("2021-01-03"), np.arange(30), weekmask="1111001")
CASES = {
    "months": (dates("1999-11", 30), ("month", 1.0), ["2002-05-01", "2002-06-01"]),
    "ends of months": (ends(30), ("month", 1.0), ["2002-07-31", "2002-08-31"]),
    "days 30": (np.minimum(dates("2000-01", 30).astype("M8[D]") + 29, ends(30)), ("month", 1.0), ["2002-07-30"]),
    "every other month": (dates("2000-01", 30, 2), ("month", 2.0), ["2005-01-01", "2005-03-01"]),
    "quarters": (dates("1700-01", 30, 3), ("quarter", 1.0), ["1707-07-01", "1707-10-01"]),
    "years": (dates("1900", 30), ("year", 1.0), ["1930-01-01"]),
    "years by fives": (dates("1900", 30, 5), ("year", 5.0), ["2050-01-01"]),
    "days": (dates("2020-02-01", 28), ("s", 86_400.0), ["2020-02-29", "2020-03-01"]),
    "business days": (WEEKDAYS, ("business day", 1.0), ["2021-02-12", "2021-02-15"]),
    "trading days": (TRADING, ("business day", 1.0), ["2021-03-31", "2021-04-01"]),
    "another week": (SUNDAY_TO_THURSDAY, ("business day", 1.0), ["2021-02-14", "2021-02-15"]),
}


@pytest.mark.parametrize("name", CASES)
def test_dates_go_on_in_their_own_steps(write, name):
    found, (unit, step), after = CASES[name]
    rows = "".join(f"{date},{i * i % 7}\n" for i, date in enumerate(found.astype("datetime64[D]")))
    (series,) = load(write("a.csv", "date,x\n" + rows))
    assert (series.unit, series.dt) == (unit, step)
    assert series.text_after(len(series) - 1, len(after)) == after


@pytest.mark.parametrize("name", CASES)
def test_times_of_dates_give_the_dates_back(name):
    found = CASES[name][0].astype("datetime64[us]")
    calendar = of_dates(found)
    np.testing.assert_array_equal(calendar.dates(calendar.t(found)), found)


def test_holidays_are_said_and_longer_gaps_are_none(write):
    def rows(days):
        return "date,x\n" + "".join(f"{day},{i * i % 7}\n" for i, day in enumerate(days))

    (notice,) = load(write("a.csv", rows(TRADING))).notices
    assert "holidays" in notice
    assert "2021-01-07, 2021-02-12, 2021-02-15" in notice
    with pytest.raises(DataError, match="D106"):
        load(write("b.csv", rows(np.delete(np.busday_offset(TRADING[0], np.arange(200)), slice(50, 60)))))


@given(st.integers(0, 10**6), st.integers(1, 400), st.sampled_from(["D", "h", "m", "s"]))
def test_even_dates_of_any_step_give_the_dates_back(first, step, unit):
    found = (np.datetime64(first, "h") + np.timedelta64(step, unit) * np.arange(20)).astype("datetime64[us]")
    calendar = of_dates(found)
    np.testing.assert_array_equal(calendar.dates(calendar.t(found)), found)
    steps = np.diff(calendar.t(found))
    assert np.ptp(steps) <= 1e-9 * steps[0]


def test_local_days_have_23_or_25_hours(write):
    rows = "".join(f"2021-03-{day}T00:00:00+0{1 + (day > 28)}:00,{day % 3}\n" for day in range(20, 32))
    for zone in ("", "Europe/Berlin"):
        (series,) = load(write("a.csv", "time,x\n" + rows), zone=zone)
        assert (series.unit, series.dt) == ("d", 1.0)
        assert series.times_text[0] == "2021-03-20T00:00:00+01:00"
        assert series.text_after(len(series) - 1, 1) == ["2021-04-01T00:00:00+02:00"]


HOURS = dates("2022-10-29T22", 8).astype("datetime64[us]")


def test_a_zone_tells_an_hour_that_occurs_twice(write):
    local = BERLIN.local(HOURS)
    assert len(np.unique(local)) == len(local) - 1
    np.testing.assert_array_equal(BERLIN.instants(local), HOURS)
    path = write("a.csv", "time,x\n" + "".join(f"{t},{i % 3}\n" for i, t in enumerate(local.astype("M8[s]"))))
    with pytest.raises(DataError, match="D144") as failure:
        load(path)
    assert failure.value.fix.startswith("zone=")
    assert "mean" not in str(failure.value)
    (series,) = load(path, zone="Europe/Berlin")
    assert series.dt == 3_600.0
    assert series.times_text[2:5] == [f"2022-10-30T{t}:00:00+0{z}:00" for t, z in (("02", 2), ("02", 1), ("03", 1))]


def test_offsets_are_kept(write):
    rows = "".join(
        f"{t}+0{z}:00,{i % 3}\n"
        for i, (t, z) in enumerate(zip(BERLIN.local(HOURS).astype("M8[s]"), BERLIN.offsets(HOURS) // 60, strict=True))
    )
    (series,) = load(write("a.csv", "time,x\n" + rows))
    assert series.times_text == [row.partition(",")[0] for row in rows.splitlines()]
    assert series.text_after(len(series) - 1, 1) == ["2022-10-30T07:00:00+01:00"]


def test_an_hour_that_is_missing_in_daytime_is_no_change_of_clocks(write):
    rows = "".join(f"2021-03-24 {hour:02d}:00,{hour % 3}\n" for hour in range(20) if hour != 12)
    with pytest.raises(DataError, match="D106"):
        load(write("a.csv", "time,x\n" + rows))


def test_leap_seconds(write):
    times = [*(f"2016-12-31T23:59:{s:02d}Z" for s in range(50, 61)), *(f"2017-01-01T00:00:{s:02d}Z" for s in range(9))]
    (series,) = load(write("a.csv", "time,x\n" + "".join(f"{t},{i % 3}\n" for i, t in enumerate(times))))
    assert series.dt == 1.0
    assert series.text_after(len(series) - 1, 2) == ["2017-01-01T00:00:09Z", "2017-01-01T00:00:10Z"]


def test_an_unknown_zone_is_an_error():
    with pytest.raises(ConfigError, match="C563") as failure:
        Zone.of("Berlin")
    assert failure.value.fix == "--zone Europe/Berlin"
