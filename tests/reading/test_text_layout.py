"""Lines of a text file that are no rows: units, descriptions, footers, repeated headers, separators."""

import numpy as np
import pytest

from attrax.core.errors import DataError
from attrax.reading.load import load

X = np.round(np.random.default_rng(0).normal(size=(60, 2)).cumsum(axis=0), 3)
ROWS = [f"{i * 0.25:.2f},{a:.3f},{b:.3f}" for i, (a, b) in enumerate(X)]
HEAD = "time,ecg,abp"


def text(*lines):
    return "\n".join(lines) + "\n"


LAYOUTS = {
    "units": (text(HEAD, "s,mV,mmHg", *ROWS), ()),
    "units in brackets": (text(HEAD, "(s),[mV],[mmHg]", *ROWS), ()),
    "description": (text("Device: MP150", "Operator,Smith", "", HEAD, *ROWS), ("line 1", "Smith")),
    "description and units": (text("Device: MP150", "", HEAD, "s,mV,mmHg", *ROWS), ("MP150",)),
    "footer": (text(HEAD, *ROWS, "", "Total rows: 60"), ("line 63", "Total rows: 60")),
    "footer of empty cells": (text(HEAD, *ROWS, "END,,"), ("line 62", "END")),
    "comment at the end": (text(HEAD, *ROWS, "# end of file"), ("line 62", "# end of file")),
    "comment between": (text(HEAD, *ROWS[:9], "% paused", *ROWS[9:]), ("line 11", "paused")),
    "types": (text(HEAD, "float,float,float", *ROWS), ("line 2", "float,float,float")),
    "units above": (text("s,mV,mmHg", HEAD, *ROWS), ("s,mV,mmHg",)),
    "statistics": (text(HEAD, *ROWS, "Mean,1.0,2.0", "Std,0.5,0.5"), ("line 62", "line 63", "Mean")),
    "end of DOS": (text(HEAD, *ROWS) + "\x1a", ()),
    "empty lines between": (text(HEAD, *ROWS).replace("\n", "\n\n"), ()),
    "minus signs": (text(HEAD, *ROWS).replace("-", "\u2212"), ()),
    "exponents of Fortran": (text(HEAD, *(f"{row}D+00" for row in ROWS)), ()),
    "header again": (text(HEAD, *ROWS[:30], HEAD, *ROWS[30:]), ("line 32", "repeats the header")),
    "separator line": (text("sep=;", HEAD, *ROWS).replace(",", ";"), ()),
    "ruled": (text("-----", HEAD, "----+----+----", *ROWS, "(60 rows)"), ("line 64", "60 rows")),
    "ruled on all sides": (
        text("+---+---+---+", *(f"| {row} |".replace(",", " | ") for row in (HEAD, *ROWS)), "+---+---+---+"),
        (),
    ),
    "tabs below a description": (text("Recorded 2020-01-01", "", HEAD, *ROWS).replace(",", "\t"), ("2020-01-01",)),
}


@pytest.mark.parametrize(("content", "told"), LAYOUTS.values(), ids=LAYOUTS)
def test_only_rows_are_read_and_other_lines_are_named(write, content, told):
    dataset = load(write("a.csv", content))
    assert dataset[0].channels == ("ecg", "abp")
    assert dataset[0].dt == 0.25
    np.testing.assert_array_equal(dataset[0].x, X)
    (notice,) = [n for n in dataset.notices if n.startswith("D131")] or [""]
    assert bool(notice) == bool(told)
    assert [words for words in told if words not in notice] == []


def test_units_of_a_row_are_kept(write):
    (series,) = load(write("a.csv", LAYOUTS["units"][0]))
    assert series.unit == "s"
    assert series.channel_units == {"ecg": "mV", "abp": "mmHg"}
    assert series.titles == ("ecg [mV]", "abp [mmHg]")
    assert series[5:].channel_units == series.channel_units


def test_signs_behind_numbers_and_negative_ones_in_brackets_are_read_and_said(write):
    starred = [row.replace(",", "*,") if i % 9 == 0 else row for i, row in enumerate(f"{b},{a}" for a, b in np.abs(X))]
    data = load(write("a.csv", text("p,q", *starred)))
    np.testing.assert_array_equal(data[0].x, np.abs(X)[:, ::-1])
    assert any("is read without the sign" in notice for notice in data.notices)
    money = [f"{i},({a:.3f}),{b:.3f}-" for i, (a, b) in enumerate(np.abs(X))]
    data = load(write("b.csv", text(HEAD, *money)))
    np.testing.assert_array_equal(data[0].x, -np.abs(X))
    assert any("is negative" in notice for notice in data.notices)


def test_units_above_the_header_are_kept(write):
    assert load(write("a.csv", LAYOUTS["units above"][0]))[0].channel_units == {"ecg": "mV", "abp": "mmHg"}


def test_units_of_cells_are_kept(write):
    content = text("time,ecg,price", *(f"{i},{a:.3f} mV,${a + 9:.2f}" for i, (a, _) in enumerate(X)))
    data = load(write("a.csv", content))
    np.testing.assert_array_equal(data[0].x[:, 0], X[:, 0])
    assert data[0].channel_units == {"ecg": "mV", "price": "$"}
    assert any("read as 0.126 in mV" in notice for notice in data.notices)
    with pytest.raises(DataError, match="D108"):
        load(write("b.csv", content.replace("mV", "V", 1)))


def test_units_of_names_are_kept_and_names_too(write):
    (series,) = load(write("a.csv", text("time (s),CH1 [uV],p_mmHg,left (hand)", "0,1,2,3", "1,2,5,4", "2,3,3,1")))
    assert series.channels == series.titles == ("CH1 [uV]", "p_mmHg", "left (hand)")
    assert series.channel_units == {"CH1 [uV]": "uV", "p_mmHg": "mmHg"}


@pytest.mark.parametrize(
    "content",
    [
        text(HEAD, *ROWS, "15.00,1.5"),
        text(HEAD, *ROWS[:9], "2.25,1.5", *ROWS[10:]),
        text("0.0,1", HEAD, *ROWS),
    ],
    ids=["torn off", "short row", "number above"],
)
def test_rows_of_numbers_are_never_left_out(write, content):
    with pytest.raises(DataError, match=r"D118|D108"):
        load(write("a.csv", content))


def test_a_gap_of_a_spreadsheet_is_no_comment(write):
    assert load(write("a.csv", text("a,b", "1,2", "#N/A,3", "4,5"))).n_missing == 1


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#VALUE!", "#n/a"])
def test_a_first_row_that_begins_with_a_gap_of_a_spreadsheet_is_no_comment(write, error):
    found = load(write("a.csv", text(f"{error},3", "1,2", "4,5")))
    assert (len(found[0]), found.n_missing) == (3, 1)
    assert len(load(write("b.csv", text("#Names of columns", "#", "#Nadir of a, b", "1,2", "4,5", "6,1")))[0]) == 3
