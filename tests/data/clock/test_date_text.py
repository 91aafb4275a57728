"""Dates in many forms: read, and written again in the same form."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attrax.core.errors import DataError
from attrax.data.clock.date_text import is_date, read_dates
from attrax.reading.load import load

FORMS = [
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d %H:%M:%S,%f",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d %H:%M:%S UTC",
    "%Y-%m-%d %H:%M:%S +0000",
    "%Y-%m-%d %H:%M:%S+00:00",
    "%Y/%m/%d %H:%M",
    "%Y%m%dT%H%M%S",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%d/%m/%y",
    "%b %d %Y",
    "%B %d, %Y",
    "%d-%b-%y",
    "%d %B %Y %H:%M",
    "%Y %b %d",
    "%Y-%m",
    "%m/%Y",
    "%YM%m",
    "%b %Y",
    "%Y%m%d_%H%M%S",
    "%Y-%m-%d-%H-%M-%S",
    "%Y-%m-%d %H.%M.%S",
    "%Y:%m:%d %H:%M:%S",
    "%d/%b/%Y:%H:%M:%S",
    "%d%b%Y",
    "%b-%y",
    "%Y-%j",
    "%a %d %b %Y",
    "%a %b %d %H:%M:%S %Y",
]
OTHERS = (
    *("2020Q3", "2020-Q3", "Q3 2020", "2020-W35", "2020-W35-1", "1 Jan 2020", "1/13/2020"),
    *("2020:Q3", "1Q2020", "Q3-20", "2020/21", "2020-2021", "FY2020", "2020/W35", "Monday, 3 August 2020"),
    *("1. März 2021", "3 août 2021", "15 de enero de 2021", "2020-01-31 10:00 CET", "2020-01-31 10:00 GMT+1"),
    "2020-07-31T10:00:00+02:00[Europe/Berlin]",
)
TIMES = [dt.datetime(2020, 1, 28, 23, 58, 57) + dt.timedelta(days=31 * i, seconds=61 * i) for i in range(24)]


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_read_and_written(form):
    cells = [t.strftime(form) for t in TIMES]
    (found,) = read_dates(cells)
    exact = [dt.datetime.strptime(cell, form).replace(tzinfo=None) for cell in cells]
    np.testing.assert_array_equal(found.instants, np.array(exact, dtype="datetime64[us]"))
    offsets = None if found.zone is None else found.zone.offsets(found.instants)
    assert found.form.text(found.instants, offsets) == cells


@pytest.mark.parametrize(
    "cell", ["2020Q3", "2020-Q3", "Q3 2020", "2020-W35", "2020-W35-1", "1 Jan 2020", "1/13/2020", *OTHERS]
)
def test_other_forms_are_written_as_they_came(cell):
    (found,) = read_dates([cell])
    local = found.instants if found.zone is None else found.zone.local(found.instants)
    offsets = None if found.zone is None else found.zone.offsets(found.instants)
    assert found.form.text(local, offsets) == [cell]


@given(st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1)), st.sampled_from(FORMS))
def test_any_date_is_read_as_python_reads_it(moment, form):
    cell = moment.strftime(form)
    assert is_date(cell)
    wanted = np.datetime64(dt.datetime.strptime(cell, form).replace(tzinfo=None), "us")
    assert wanted in [found.instants[0] for found in read_dates([cell])]


@pytest.mark.parametrize("cell", ["", "12", "1.5", "noon", "sick 2020", "2020-13-01", "31/31/2020", "1-2", "now", "A1"])
def test_other_text_is_no_date(cell):
    assert read_dates([cell]) == []


def test_months_that_did_not_occur_have_no_name_in_other_languages():
    (found,) = read_dates(["1 mars 2021", "2 mars 2021"])
    later = np.array(["2021-03-31", "2021-04-01"], dtype="datetime64[us]")
    assert found.form.text(later[:1], None) == ["31 mars 2021"]
    assert found.form.text(later, None)[1].startswith("2021-04-01")


def test_years_and_months_are_told_apart():
    assert read_dates(["2020-01", "2020-02"])[0].form.unit == "M"
    assert read_dates(["2000-01", "2001-02"])[0].form.unit == "Y"


def test_nine_digits_are_exact(write):
    rows = "".join(f"2021-01-01T00:00:00.{1001 * i:09d}Z,{i % 3}\n" for i in range(30))
    (series,) = load(write("a.csv", "time,x\n" + rows))
    assert series.dt == 1.001e-6
    assert series.text_after(len(series) - 1, 1) == ["2021-01-01T00:00:00.000030030Z"]


def test_whole_numbers_beyond_the_doubles_are_exact(write):
    rows = "".join(f"{1_600_000_000_000_000_001 + 100 * i},{i % 3}.5\n" for i in range(30))
    (series,) = load(write("a.csv", "timestamp,x\n" + rows))
    assert (series.dt, series.unit) == (100.0, "ns")
    assert series.text_after(len(series) - 1, 1) == ["1600000000000003001"]


def days(form, n, step=1):
    return "".join(f"{dt.datetime(2021, 1, 1) + dt.timedelta(step * i):{form}},{i % 3}\n" for i in range(n))


def test_day_and_month_are_told_apart_by_what_is_possible_or_even(write):
    path = write("a.csv", "date,x\n" + days("%d/%m/%Y", 40))
    assert load(path)[0].text_after(39, 1) == ["10/02/2021"]
    months = "".join(f"01/{i + 1:02d}/2021,{i % 3}\n" for i in range(12)) + "01/01/2022,1\n"
    found = load(write("b.csv", "date,x\n" + months))
    assert found[0].unit == "month"
    assert "the day first" in found.notices[0]


def test_day_and_month_are_asked_for(write):
    path = write("a.csv", "date,x\n" + "".join(f"{d:02d}/{d + 1:02d}/2021,{d}\n" for d in range(1, 9)))
    with pytest.raises(DataError, match="D142") as failure:
        load(path)
    assert "date_order='dmy'" in failure.value.fix
    assert "date_order='mdy'" in failure.value.fix
