"""Text files as laboratories write them."""

import time

import numpy as np
import pytest

from attrax.core.errors import DataError
from attrax.reading.load import load, load_raw

X = np.array([[1.5, -2.0], [2.5, 3e-3], [3.5, 4.0]])

SPELLINGS = {
    "comma": "a,b\n1.5,-2\n2.5,3e-3\n3.5,4\n",
    "comma and blanks": "a, b\n1.5, -2\n2.5, 3e-3\n 3.5 , 4\n",
    "semicolon": "a;b\n1.5;-2\n2.5;3e-3\n3.5;4\n",
    "decimal comma": "a;b\n1,5;-2\n2,5;3e-3\n3,5;4,0\n",
    "decimal comma, tab": "a\tb\n1,5\t-2\n2,5\t3e-3\n3,5\t4,0\n",
    "decimal comma, blanks": "a  b\n1,5  -2,0\n2,5  0,003\n3,5  4,0\n",
    "tab": "a\tb\n1.5\t-2\n2.5\t3e-3\n3.5\t4\n",
    "blanks": "  a    b\n  1.5  -2\n  2.5   3e-3\n  3.5  4\n",
    "bars": "a|b\n1.5|-2\n2.5|3e-3\n3.5|4\n",
    "quotes": '"a","b"\n"1.5","-2"\n"2.5","3e-3"\n"3.5","4"\n',
    "byte order mark": "\ufeffa,b\n1.5,-2\n2.5,3e-3\n3.5,4\n",
    "DOS": "a,b\r\n1.5,-2\r\n2.5,3e-3\r\n3.5,4\r\n",
    "old Mac": "a,b\r1.5,-2\r2.5,3e-3\r3.5,4",
    "comments": "# device 7\n% 2020\n\na,b\n\n1.5,-2\n2.5,3e-3\n3.5,4\n\n\n",
    "separator at the end": "a,b,\n1.5,-2,\n2.5,3e-3,\n3.5,4,\n",
    "separator at the end of rows": "a,b\n1.5,-2,\n2.5,3e-3,\n3.5,4,\n",
    "numbered rows": ",a,b\n0,1.5,-2\n1,2.5,3e-3\n2,3.5,4\n",
    "rows numbered by R": '"a" "b"\n"1" 1.5 -2\n"2" 2.5 3e-3\n"3" 3.5 4\n',
    "UTF-16": "a,b\n1.5,-2\n2.5,3e-3\n3.5,4\n".encode("utf-16"),
}


@pytest.mark.parametrize("content", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_is_the_same_recording(write, content):
    (series,) = load(write("a.csv", content))
    np.testing.assert_array_equal(series.x, X)
    assert series.channels == ("a", "b")
    assert series.mask is None
    assert series.dt == 1.0


@pytest.mark.parametrize("content", ["1.5,-2\n2.5,3e-3\n3.5,4\n", ",0,1\n0,1.5,-2\n1,2.5,3e-3\n2,3.5,4\n"])
def test_columns_without_names(write, content):
    (series,) = load(write("a.csv", content))
    np.testing.assert_array_equal(series.x, X)
    assert series.channels in {("x0", "x1"), ("0", "1")}


@pytest.mark.parametrize(
    ("first", "names"),
    [("time,1,2", ("1", "2")), ("nm,400,400.5,401,401.5", ("400", "400.5", "401", "401.5"))],
)
def test_numbers_beside_a_name_are_names_if_they_rise(write, first, names):
    width = first.count(",")
    rows = "".join(f"{i}" + ",0.5,1.5,3.5,2.5"[: 4 * width] + "\n" for i in range(3))
    assert load(write("a.csv", f"{first}\n{rows}"), time=first.split(",")[0])[0].channels == names


@pytest.mark.parametrize("first", ["0x1A,-0.5", "sick,1.5", "sick,0.5,0.4,0.6"])
def test_a_row_of_values_with_a_slip_is_no_header(write, first):
    row = "1.5" + ",2.5" * first.count(",") + "\n"
    with pytest.raises(DataError, match=r"D108[\s\S]*line 1 of the file"):
        load(write("a.csv", first + "\n" + 5 * row))


def test_one_column(write):
    for content in ("1.5\n2.5\n", "volt\n1.5\n2.5\n", "volt\n1,5\n2,5\n"):
        np.testing.assert_array_equal(load(write("a.txt", content))[0].x, [[1.5], [2.5]])


def test_one_row(write):
    np.testing.assert_array_equal(load(write("a.csv", "1.5,2.5\n"))[0].x, [[1.5, 2.5]])


def test_gaps_become_a_mask(write):
    (series,) = load(write("a.csv", "a,b\n1,\nNA,2\nnan,3\ninf,-Infinity\n5,N/A\n#N/A,6\n7,1e999\n\n8,8\n"))
    seen = [[1, 0], [0, 1], [0, 1], [0, 0], [1, 0], [0, 1], [1, 0], [0, 0], [1, 1]]
    np.testing.assert_array_equal(series.mask, np.array(seen, bool))
    np.testing.assert_array_equal(series.x, [[1, 0], [0, 2], [0, 3], [0, 0], [5, 0], [0, 6], [7, 0], [0, 0], [8, 8]])


def test_an_empty_line_in_a_single_column_keeps_the_time_of_the_rest(write):
    (series,) = load(write("a.csv", "1\n\n3\n"))
    np.testing.assert_array_equal(series.mask[:, 0], [True, False, True])
    np.testing.assert_array_equal(series.x[:, 0], [1, 0, 3])


@pytest.mark.parametrize("name", ["time", "t", "Time (s)", "time_s", "seconds", "TIMESTAMP", "index", "Time [s]"])
def test_the_time_column_gives_the_step(write, name):
    (series,) = load(write("a.csv", f"x,{name}\n" + "".join(f"{i % 3},{i * 0.004:.3f}\n" for i in range(500))))
    assert series.dt == 0.004
    assert series.channels == ("x",)
    assert series.unit == ("s" if "s)" in name or "_s" in name or "[s" in name or name == "seconds" else "")


@pytest.mark.parametrize("name", ["T", "T3", "timer", "resting time of day", "dated"])
def test_other_names_are_channels(write, name):
    assert load(write("a.csv", f"{name},x\n3,1\n1,2\n")).series[0].channels == (name, "x")


def test_the_time_column_can_be_named_overruled_or_kept(write):
    path = write("a.csv", "clock,x,t\n0,1,5\n2,2,3\n4,3,9\n")
    (series,) = load(path, time="clock", channels="x", unit="h")
    assert (series.dt, series.channels, series.unit) == (2.0, ("x",), "h")
    (series,) = load(path, dt=0.5)
    assert (series.dt, series.channels) == (0.5, ("clock", "x"))
    (series,) = load(path, channels=("t", "x"))
    assert (series.dt, series.channels) == (1.0, ("t", "x"))
    (series,) = load(path, drop="t")
    assert (series.dt, series.channels) == (1.0, ("clock", "x"))


@pytest.mark.parametrize(
    "form", ["2020-01-01 00:00:{:02d}", "2020-01-01T00:00:{:02d}Z", "2020-03-29T02:00:{:02d}+01:00"]
)
def test_dates_count_in_seconds(write, form):
    rows = "".join(f"{form.format(2 * i)},{i * i}\n" for i in range(5))
    (series,) = load(write("a.csv", "date,x\n" + rows))
    assert (series.dt, series.unit) == (2.0, "s")
    np.testing.assert_array_equal(series.x[:, 0], [0, 1, 4, 9, 16])


def test_a_change_of_the_clock_in_spring_is_no_gap(write):
    rows = "2021-03-28T01:59:59+01:00,1\n2021-03-28T03:00:00+02:00,2\n2021-03-28T03:00:01+02:00,3\n"
    assert load(write("a.csv", "time,x\n" + rows))[0].dt == 1.0


def test_inputs_by_name_and_glob(write):
    (series,) = load(write("a.csv", "stim_1,x,stim_2,aux\n1,2,3,4\n5,6,7,8\n"), inputs="stim*", drop="aux")
    np.testing.assert_array_equal(series.inputs, [[1, 3], [5, 7]])
    assert (series.input_channels, series.channels) == (("stim_1", "stim_2"), ("x",))


def test_text_in_a_column_that_is_left_out_is_no_matter(write):
    path = write("a.csv", "x,label\n1,awake\n2,asleep\n")
    assert load(path, drop="label")[0].channels == ("x",)
    assert load(path, channels="x")[0].channels == ("x",)


def test_headless_rows_with_text_are_all_rows(write):
    (series,) = load(write("a.csv", "1,awake\n2,asleep\n"), channels="x0")
    np.testing.assert_array_equal(series.x, [[1], [2]])


def test_a_named_column_without_values_is_kept(write):
    (series,) = load(write("a.csv", "a,b\n1,\n2,\n"))
    assert series.channels == ("a", "b")
    np.testing.assert_array_equal(series.mask, [[True, False], [True, False]])


def test_a_stray_quote_swallows_nothing(write):
    (series,) = load(write("a.csv", '"a,b\n1,2\n3,4\n'))
    assert series.channels == ("a", "b")
    np.testing.assert_array_equal(series.x, [[1, 2], [3, 4]])


def test_repeated_and_missing_names_are_told_apart(write):
    assert load(write("a.csv", "x,x,,x\n1,2,3,4\n"))[0].channels == ("x", "x.1", "column3", "x.2")


def test_latin_text(write):
    (series,) = load(write("a.csv", "Spannung µV,Kühlung\n1,2\n2,3\n".encode("latin-1")))
    assert series.channels == ("Spannung µV", "Kühlung")


def test_transposed_text(write):
    (series,) = load(write("a.csv", "t,0,2,4\na,1,2,3\nb,4,,6\n"), transpose=True)
    assert (series.channels, series.dt) == (("a", "b"), 2.0)
    np.testing.assert_array_equal(series.x, [[1, 4], [2, 0], [3, 6]])
    np.testing.assert_array_equal(series.mask, [[True, True], [True, False], [True, True]])


def test_huge_integers_and_long_cells(write):
    (series,) = load(write("a.csv", f"a,b\n{10**30},1\n{'9' * 400},2\n"))
    assert series.x[0, 0] == 1e30
    assert not series.mask[1, 0]


def test_numbers_survive_exactly(write):
    x = np.random.default_rng(0).normal(size=(50, 3))
    text = "\n".join(",".join(map(repr, row)) for row in x.tolist())
    np.testing.assert_array_equal(load(write("a.csv", text))[0].x, x)


def test_a_million_numbers_in_a_second(write):
    row = ",".join(f"{v:.9f}" for v in np.random.default_rng(0).normal(size=10))
    path = write("a.csv", "\n".join([row] * 100_000))
    start = time.process_time()
    assert load(path)[0].x.shape == (100_000, 10)
    # Twice the promise, because the machines that run tests are busy.
    assert time.process_time() - start < 2.0


@pytest.mark.slow
def test_the_width_of_a_table_costs_no_more_than_its_cells(write):
    """Ten thousand columns of four rows are read like a thousand: the cells of a line are looked at, not all of all."""
    names = [f"c{k}" for k in range(10_000)]
    rows = [",".join(f"{k % 7 + i / 10}" for k in range(len(names))) for i in range(1, 5)]
    began = time.process_time()
    table = load_raw(write("wide.csv", "\n".join([",".join(names), *rows])))
    assert table[0].x.shape == (4, 10_000)
    assert table[0].channels[-1] == "c9999"
    assert time.process_time() - began < 5
