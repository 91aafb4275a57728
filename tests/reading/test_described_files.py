"""Files as instruments and archives write them: key lines, padding, JSON headers, months in columns, epochs."""

import json

import numpy as np
import pytest

from attrax.core.errors import DataError
from attrax.reading.load import load, load_raw

N = 240
RNG = np.random.default_rng(4)
X = np.round(np.sin(2 * np.pi * np.arange(N)[:, None] / np.array([12, 17])) + RNG.normal(size=(N, 2)) / 10, 3)
DATES = [f"2021-03-01 10:{i // 60:02d}:{i % 60:02d}" for i in range(N)]
ROWS = [f"{date},{a},{b}" for date, (a, b) in zip(DATES, X, strict=True)]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
YEARS = [[str(1990 + i), *map(str, row)] for i, row in enumerate(X[:, 0].reshape(20, 12))]


def text(*lines):
    return "\n".join(lines) + "\n"


def notices(dataset, code):
    return " ".join(notice for notice in dataset.notices if notice.startswith(code))


KEYS = {
    "name and unit": (("Name:,ecg,resp", "Unit:,mV,l", "Rate:,10,10"), {"ecg": "mV", "resp": "l"}),
    "channels": (("Device: seven", "", "Channels=,ecg,resp", "", "Bins:,0,0", ""), {}),
    "without colons": (("channel,ecg,resp", "gain,10,10"), {}),
    "a name for the time, too": (("Label:,when,ecg,resp", "Group:,0,0,1"), {}),
}


@pytest.mark.parametrize(("head", "units"), KEYS.values(), ids=KEYS)
def test_key_lines_name_the_channels_and_are_no_header(write, head, units):
    dataset = load(write("a.csv", text("Start: 2021-03-01 GMT", *head, "", *ROWS)))
    (series,) = dataset
    assert (series.channels, dict(series.channel_units), series.dt, series.unit) == (("ecg", "resp"), units, 1.0, "s")
    np.testing.assert_array_equal(series.x, X)
    assert "Start: 2021" in notices(dataset, "D131")


def test_key_lines_without_names_are_left_out_and_the_clock_is_read(write):
    dataset = load(write("a.csv", text("Serial number:,u,v", "", "Running average bins:,0,0", "", *ROWS)))
    assert dataset[0].channels == ("x1", "x2")
    assert dataset[0].dt == 1.0
    assert "Running average bins:" in notices(dataset, "D131")


@pytest.mark.parametrize("head", ["time:,ecg,resp", "position,1,2"])
def test_a_header_that_looks_like_a_key_line_stays_a_header(write, head):
    rows = [f"{i * 0.5},{a},{b}" for i, (a, b) in enumerate(X)]
    assert load(write("a.csv", text(head, *rows)))[0].channels == tuple(head.split(",")[1:])


def test_zeros_may_fill_a_line_of_a_description_and_not_a_row(write, tmp_path):
    rows = [row.replace(",", ":000,", 1) for row in ROWS]
    (tmp_path / "a.csv").write_bytes(text("Device,Seven   ", "Notes,\0\0\0\0\0", "Site,left\0\0\0", "", *rows).encode())
    dataset = load(tmp_path / "a.csv")
    np.testing.assert_array_equal(dataset[0].x, X)
    assert dataset[0].dt == 1.0
    (tmp_path / "a.csv").write_bytes(text("time,a,b", *ROWS[:7], "\0" * 30, *ROWS[7:]).encode())
    with pytest.raises(DataError, match=r"D118[\s\S]*line 9 of the file[\s\S]*damaged"):
        load(tmp_path / "a.csv")


def header_in_json(*devices):
    about = {
        f"00:0{i}": {"sensor": ["ECG"], "column": [*names], "label": ["A2"], "sampling rate": 500}
        for i, names in enumerate(devices)
    }
    return ("# OpenSignals Text File Format", f"# {json.dumps(about)}", "# EndOfHeader")


@pytest.mark.parametrize("devices", [[("nSeq", "I1", "A2")], [("nSeq",), ("I1", "A2")]], ids=["one", "two devices"])
def test_names_and_rate_are_read_from_a_header_in_json(write, devices):
    rows = [f"{(i + 1) % 16}\t{a}\t{b}\t" for i, (a, b) in enumerate(X)]
    dataset = load(write("a.txt", text(*header_in_json(*devices), *rows)))
    assert dataset[0].channels == ("I1", "A2")
    assert (dataset[0].dt, dataset[0].unit) == (0.002, "s")
    np.testing.assert_array_equal(dataset[0].x, X)
    assert "'nSeq' is left out, since it counts from 0 to 15 again and again" in notices(dataset, "D143")


@pytest.mark.parametrize("name", ["packet", "Sample Index", "seq", "frame counter"])
def test_a_counter_that_wraps_is_no_channel_but_stays_if_it_is_asked_for(write, name):
    rows = [f"{i % 30},{a},{b}" for i, (a, b) in enumerate(X)]
    path = write("a.csv", text(f"{name},ecg,resp", *rows))
    assert load(path)[0].channels == ("ecg", "resp")
    assert load(path, channels=(name, "ecg"))[0].channels == (name, "ecg")
    rounds = load(path, time=name, group=(name,))
    assert [len(series) for series in rounds] == [30] * 8


@pytest.mark.parametrize("name", ["hour", "month", "phase"])
def test_hours_and_months_are_phases_and_no_counters(write, name):
    rows = [f"{i % 12 + 1},{a},{b}" for i, (a, b) in enumerate(X)]
    assert load(write("a.csv", text(f"{name},ecg,resp", *rows)))[0].channels == (name, "ecg", "resp")


def test_a_counter_that_misses_a_number_is_a_channel(write):
    rows = [f"{(i + (i > 50)) % 16},{a},{b}" for i, (a, b) in enumerate(X)]
    assert "packet" in load(write("a.csv", text("packet,ecg,resp", *rows)))[0].channels


GERMAN = [
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
]
TABLES = {
    "short names": text(",".join(["YEAR", *(month.upper() for month in MONTHS)]), *map(",".join, YEARS)),
    "spaces": text("  ".join(["yr", *map(str, range(1, 13))]), *map("  ".join, YEARS)),
    "German": text(";".join(["Jahr", *GERMAN]), *(";".join(row).replace(".", ",") for row in YEARS)),
    "a title and means": text(
        "Means of a station", ",".join(["Year", *MONTHS, "J-D", "DJF"]), *(",".join([*row, "1", "2"]) for row in YEARS)
    ),
}


@pytest.mark.parametrize("content", TABLES.values(), ids=TABLES)
def test_a_column_for_each_month_is_one_monthly_series(write, content):
    dataset = load(write("a.txt", content))
    (series,) = dataset
    assert (series.channels, series.dt, series.unit) == (("value",), 1.0, "month")
    np.testing.assert_array_equal(series.x[:, 0], X[:, 0])
    assert series.origin.text(np.arange(2), 1.0) == ["1990-01", "1990-02"]
    assert "are the months of one series" in notices(dataset, "D143")
    if "DJF" in content:
        assert "'J-D', 'DJF'" in notices(dataset, "D131")


@pytest.mark.parametrize("gap", ["", "-99.99", "999.9", "***"])
def test_months_that_are_still_to_come_are_gaps(write, gap):
    rows = [*YEARS[:-1], [*YEARS[-1][:9], *[gap] * 4]]
    (series,) = load(write("a.csv", text(",".join(["Year", *MONTHS]), *map(",".join, rows))))
    np.testing.assert_array_equal(series.observed_mask[:, 0], np.arange(N) < N - 4)
    np.testing.assert_array_equal(series.x[:-4, 0], X[:-4, 0])


def test_months_stay_columns_if_the_time_is_named_or_years_repeat(write):
    assert len(load(write("a.csv", TABLES["short names"]), time="YEAR")[0].channels) == 12
    again = text(",".join(["Year", *MONTHS]), *map(",".join, [*YEARS, *YEARS]))
    assert "Jan" in load_raw(write("b.csv", again))[0].channels


def awd(code="4", serial="V664055", rows=(), date="23-Jan-1918", time="13:58"):
    return "\r\n".join(["someone", date, time, f" {code} ", "31", serial, "X", *rows, ""])


@pytest.mark.parametrize(("code", "seconds"), [("1", 15), ("2", 30), ("4", 60), ("8", 120), ("20", 300), ("81", 2)])
def test_counts_of_an_actiwatch_have_a_start_and_a_step(write, code, seconds):
    rows = [f"{i * i % 97}{' M' * (i == 5)}" for i in range(50)]
    dataset = load(write("a.AWD", awd(code, rows=rows)))
    (series,) = dataset
    assert (series.channels, series.dt, series.unit) == (("activity",), float(seconds), "s")
    assert series.origin.text(np.arange(1), 1.0) == ["1918-01-23T13:58:00"]
    np.testing.assert_array_equal(series.x[:, 0], [i * i % 97 for i in range(50)])
    assert "marks of events are left out: 1" in notices(dataset, "D143")


def test_an_actiwatch_may_measure_light_too(write):
    rows = [f"{i * i % 97} , {i % 7}.50" for i in range(50)]
    (series,) = load(write("a.awd", awd(serial="L0309360327", rows=rows, time="09:38:00 AM ")))
    assert series.channels == ("activity", "light")
    assert series.origin.text(np.arange(1), 1.0)[0].endswith("09:38:00")
    np.testing.assert_array_equal(series.x[:, 1], [i % 7 + 0.5 for i in range(50)])


def test_words_that_alternate_within_a_clock_are_no_groups(write):
    rows = [f"{1990 + i // 12},{i % 12 + 1},{1990 + i / 12:.2f},{a},{'NML'[i % 7 % 3]}" for i, (a, _) in enumerate(X)]
    path = write("a.csv", text("YEAR,MON/MMM,Dec year,x,PHASE", *rows))
    with pytest.raises(DataError, match=r"D108[\s\S]*kinds={'PHASE': 'categorical'}|labels='PHASE'"):
        load(path)
    (series,) = load(path, labels="PHASE")
    assert (series.channels, series.dt, series.unit) == (("x", "PHASE"), 1.0, "month")


def test_words_are_groups_where_their_times_repeat(write):
    rows = [f"{1990 + i // 12},{i % 12 + 1},{a},{name}" for name in "AB" for i, (a, _) in enumerate(X)]
    with pytest.raises(DataError, match=r"group='place'"):
        load(write("a.csv", text("year,month,x,place", *rows)))


def traces(layout, *names, rate=40, n=N, per_line=6):
    lines = []
    for k, name in enumerate(names):
        lines.append(f"TIMESERIES {name}, {n} samples, {rate} sps, 2008-01-15T00:00:00.025000, {layout}, FLOAT, Counts")
        if layout == "TSPAIR":
            lines += [f"{np.datetime64('2008-01-15T00:00:00.025') + 25 * i}  {X[i, k]}" for i in range(n)]
        else:
            lines += ["  ".join(map(str, X[i : i + per_line, k])) for i in range(0, n, per_line)]
    return text(*lines)


@pytest.mark.parametrize("layout", ["SLIST", "TSPAIR"])
def test_traces_of_the_same_times_are_channels(write, layout):
    (series,) = load(write("a.ascii", traces(layout, "XX_TEST__BHZ_R", "XX_TEST__BHE_R", per_line=7)))
    assert series.channels == ("XX_TEST__BHZ_R", "XX_TEST__BHE_R")
    assert (series.dt, series.unit, set(series.channel_units.values())) == (0.025, "s", {"Counts"})
    np.testing.assert_array_equal(series.x, X)


def test_segments_of_one_trace_are_recordings_of_their_own(write):
    path = write("a.ascii", traces("SLIST", "XX_TEST__BHZ_R") + traces("SLIST", "XX_TEST__BHZ_R", n=60))
    assert [len(series) for series in load(path)] == [N, 60]


def test_ages_that_repeat_are_the_clock_and_no_channel(write):
    ages = np.round(np.arange(N) * 0.01, 2)
    ages[100] = ages[99]
    rows = [f"{age},{a}" for age, (a, _) in zip(ages, X, strict=True)]
    with pytest.raises(DataError, match=r"D107[\s\S]*'Tuned time \[Ma\]'[\s\S]*counts back"):
        load(write("a.csv", text("Tuned time [Ma],d18O", *rows)))


def test_a_small_table_above_the_table_is_left_out_with_a_notice(write):
    small = ("Line,Date,Marker,", "1,2021-03-01 10:00:07,yes,", "")
    rows = [f"{row}," for row in ROWS]
    rows = [f"{i},{row}" for i, row in enumerate(rows)]
    dataset = load_raw(write("a.csv", text("Export", "", *small, "Column,Notes", "", "n,time,ecg,resp,", *rows)))
    assert dataset[0].channels == ("ecg", "resp")
    assert len(dataset[0]) == N
    assert "line 4 of the file" in notices(dataset, "D131")


def test_rows_of_another_width_next_to_the_table_stay_an_error(write):
    with pytest.raises(DataError, match="D118"):
        load(write("a.csv", text("time,ecg,resp", "2021-03-01 09:59:59,0.5", *ROWS)))


def test_a_station_with_a_number_may_stand_above_the_header(write):
    dataset = load(write("a.csv", text('703165,"SAND POINT",AK,-9.0,55.3', "time,ecg,resp", *ROWS)))
    assert dataset[0].channels == ("ecg", "resp")
    assert "SAND POINT" in notices(dataset, "D131")


def test_the_last_row_may_lack_the_separator_that_ends_the_others(write):
    (series,) = load(write("a.csv", text("time,ecg,resp,", *(f"{row}," for row in ROWS[:-1]), ROWS[-1])))
    np.testing.assert_array_equal(series.x, X)


def test_lines_behind_a_semicolon_are_comments_where_it_separates_nothing(write):
    path = write("a.txt", text("; made in 2016", "; time ecg resp", *(f"{i} {a} {b}" for i, (a, b) in enumerate(X))))
    assert load(path)[0].channels == ("ecg", "resp")
    rows = [f"{i};{a};{b}" for i, (a, b) in enumerate(X)]
    assert load(write("b.csv", text(";ecg;resp", *rows)))[0].channels == ("ecg", "resp")


@pytest.mark.parametrize(("order", "day"), [("%d/%m/%Y", 1), ("%m/%d/%Y", 1)])
def test_rows_that_go_on_over_midnight_tell_the_order_of_day_and_month(write, order, day):
    times = np.datetime64("2021-02-01T00:00") + np.r_[: 2 * N, 2 * N + 10 : 4 * N] * np.timedelta64(20, "m")
    written = [time.strftime(f"{order} %H:%M") for time in times.tolist()]
    rows = [f"{date},{i % 17}" for i, date in enumerate(written)]
    (series,) = load_raw(write("a.csv", text("date,x", *rows)))
    assert np.datetime64(series.stamps.times[-1]) == times[-1]


def test_ordinals_are_days_as_python_counts_them(write):
    rows = [f"{736389 + i},{a}" for i, (a, _) in enumerate(X)]
    (series,) = load(write("a.csv", text("ordinal_date,x", *rows)))
    assert series.origin.text(np.arange(1), series.dt) == ["2017-03-01"]


def test_a_typical_year_is_advised_its_step_and_no_sorting(write):
    dates = np.arange("2001-01-01T01", "2001-12-31T01", dtype="datetime64[h]")
    years = [1997, 1981, 2003, 1990, 2004, 1988, 1999, 1983, 1992, 2001, 1986, 2002]
    text_of = [f"{years[d.month - 1]}-{d:%m-%d %H:%M}" for d in dates.tolist()]
    rows = [f"{date},{i % 24}" for i, date in enumerate(text_of)]
    with pytest.raises(DataError, match=r"D107[\s\S]*dt='1h'  # the rows are even but for their years"):
        load(write("a.csv", text("date,x", *rows)))


def test_dates_beside_numbered_rows_are_the_clock(write):
    (series,) = load(write("a.csv", text(",dt,ecg,resp", *(f"{i},{row}" for i, row in enumerate(ROWS)))))
    assert (series.channels, series.dt, series.unit) == (("ecg", "resp"), 1.0, "s")


@pytest.mark.parametrize(("letter", "unit"), [("M", "month"), ("Q", "quarter")])
def test_years_with_numbered_periods_are_a_clock_and_a_separator_may_end_the_header_alone(write, letter, unit):
    n = 12 if letter == "M" else 4
    rows = [f"LNS14,{1959 + i // n},{letter}{i % n + 1:02d},{a}" for i, (a, _) in enumerate(X)]
    head = ("Series Id:           LNS14", "", "Seasonally Adjusted", "Age:    16 years and over", "")
    (series,) = load(write("a.csv", text(*head, "Series id,Year,Period,Value,", *rows)))
    assert (series.channels, series.dt, series.unit) == (("Value",), 1.0, unit)
    np.testing.assert_array_equal(series.x[:, 0], X[:, 0])
