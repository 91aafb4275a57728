"""Columns of one word, of true and false, headers behind a bare sign, quarters in words, and what lies beside data."""

import zipfile

import numpy as np
import pytest

from attrax.core.errors import DataError
from attrax.reading.load import load

X = np.random.default_rng(0).normal(size=(60, 2)).round(4)


def lines(head, row, sep=","):
    return "\n".join([head, *(sep.join(map(str, row(i, *X[i]))) for i in range(len(X)))]) + "\n"


def test_a_column_that_says_the_same_in_every_row_is_left_out_and_said(write):
    path = write("a.csv", lines("time,x,y,site", lambda i, x, y: (i, x, y, "Berlin")))
    found = load(path)
    assert found[0].channels == ("x", "y")
    assert found.notices == (f"D131  {path}: left out, since every row says 'Berlin': column 'site'",)


@pytest.mark.parametrize("name", ["subject", "Patient_ID", "session"])
def test_the_number_of_one_subject_is_no_channel(write, name):
    assert load(write("a.csv", lines(f"{name},time,x,y", lambda i, x, y: (7, i, x, y))))[0].channels == ("x", "y")


def test_a_column_that_is_asked_for_is_not_left_out(write):
    path = write("a.csv", lines("time,x,y,site", lambda i, x, y: (i, x, y, "Berlin")))
    with pytest.raises(DataError, match="D108"):
        load(path, channels=["x", "site"])
    assert load(path, labels=["site"])[0].labels == {"site": ("Berlin",)}


def test_truth_is_one_and_zero_unless_it_is_a_label(write):
    path = write("a.csv", lines("time,x,y,on", lambda i, x, y: (i, x, y, x > 0)))
    found = load(path)
    np.testing.assert_array_equal(found[0].x[:, 2], X[:, 0] > 0)
    assert "True and False read as 1 and 0" in found.notices[0]
    assert load(path, labels=["on"])[0].labels == {"on": ("False", "True")}


@pytest.mark.parametrize("mark", ["(null)", "[n/a]", "\\N", "<missing>"])
def test_words_in_brackets_are_gaps(write, mark):
    path = write("a.csv", lines("time,x,y", lambda i, x, y: (i, mark if i in (7, 8) else x, y)))
    assert load(path).n_missing == 2


def test_a_sign_may_name_the_first_column(write):
    (series,) = load(write("a.csv", lines("#,x,y", lambda i, x, y: (i + 1, x, y))))
    assert (series.channels, series.origin.name) == (("x", "y"), "#")


@pytest.mark.parametrize(
    ("head", "clock", "after"),
    [
        ("Year,Quarter", lambda i: (1990 + i // 4, f"Q{i % 4 + 1}"), "2005Q1"),
        ("Jahr,Quartal", lambda i: (1990 + i // 4, f"{i % 4 + 1}. Quartal"), "2005Q1"),
        ("year,month", lambda i: (1990 + i // 12, i % 12 + 1), "1995-01"),
        ("year,doy", lambda i: (1999 + (i >= 30), i + 336 if i < 30 else i - 29), "2000-01-31"),
    ],
)
def test_dates_in_parts_are_written_as_finely_as_they_were(write, head, clock, after):
    (series,) = load(write("a.csv", lines(f"{head},x,y", lambda i, x, y: (*clock(i), x, y))))
    assert series.channels == ("x", "y")
    assert series.text_after(len(series) - 1, 1) == [after]


def test_files_about_the_others_in_an_archive_are_no_recordings(tmp_path):
    text = lines("time,x,y", lambda i, x, y: (i, x, y))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("README.txt", "made in Berlin")
        archive.writestr("x.csv", text)
    assert load(tmp_path / "a.zip")[0].channels == ("x", "y")


NAMED = {"t": 2 + np.arange(60) * 0.05, "data": X}


@pytest.mark.parametrize("name", ["t", "times", "timestamps"])
def test_times_beside_an_array_are_its_clock(tmp_path, name):
    np.savez(tmp_path / "a.npz", **{name: NAMED["t"], "data": X})
    for source in (tmp_path / "a.npz", {name: NAMED["t"], "data": X}):
        (series,) = load(source)
        assert (series.channels, series.dt, series.times[0]) == (("x0", "x1"), 0.05, 2.0)


def test_rate_and_names_beside_an_array_describe_it(tmp_path):
    np.savez(tmp_path / "a.npz", eeg=X, sfreq=250.0, ch_names=np.array(["Fz", "Cz"]))
    (series,) = load(tmp_path / "a.npz")
    assert (series.channels, series.dt, series.unit) == (("Fz", "Cz"), 0.004, "s")


def test_attributes_and_records_of_hdf5(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("signals", data=X).attrs["sampling_rate"] = 20.0
    assert (load(tmp_path / "a.h5")[0].dt, load(tmp_path / "a.h5")[0].unit) == (0.05, "s")
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file["table"] = np.array(
            list(zip(NAMED["t"], *X.T, strict=True)), dtype=[(k, "f8") for k in ("time", "a", "b")]
        )
    assert (load(tmp_path / "b.h5")[0].channels, load(tmp_path / "b.h5")[0].dt) == (("a", "b"), 0.05)
