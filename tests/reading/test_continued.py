"""What follows a recording is the same kind of object, with its names and its time going on."""

import numpy as np
import pytest

from attrax.data import Series
from attrax.reading.continued import continued
from attrax.reading.load import load
from attrax.reading.load_options import LoadOptions

pd = pytest.importorskip("pandas")
xr = pytest.importorskip("xarray")

X = np.random.default_rng(0).normal(size=(30, 2))
NEXT = np.array([[1.0, 2.0], [3.0, 4.0]])
NAMES = ["ecg", "resp"]


def follow(source):
    return continued(source, load(source)[0], NEXT)


@pytest.mark.parametrize(
    ("index", "after"),
    [
        (pd.date_range("2020-01-30", periods=30, freq="D"), ["2020-02-29", "2020-03-01"]),
        (pd.date_range("2020-03-28", periods=30, freq="h", tz="Europe/Berlin"), None),
        (pd.Index(np.arange(30) * 0.1, name="time"), [3.0, 3.1]),
        (pd.RangeIndex(30), [30, 31]),
        (pd.Index([f"row{i}" for i in range(30)]), [30, 31]),
    ],
    ids=["days", "hours", "numbers", "rows", "labels"],
)
def test_an_index_goes_on(index, after):
    frame = pd.DataFrame(X, columns=NAMES, index=index)
    found = follow(frame)
    whole = index[:2].__class__
    assert isinstance(found, pd.DataFrame)
    assert list(found.columns) == NAMES
    np.testing.assert_array_equal(found.to_numpy(), NEXT)
    if after is None:
        assert list(found.index) == list(pd.date_range(index[-1], periods=3, freq="h")[1:])
    elif whole is pd.DatetimeIndex:
        assert list(found.index) == list(pd.to_datetime(after))
    else:
        assert found.index.tolist() == pytest.approx(after)
        assert found.index.name == index.name


def test_a_time_column_goes_on():
    dates = pd.DataFrame({"date": pd.date_range("2020-01-01", periods=30, freq="6h"), "a": X[:, 0], "b": X[:, 1]})
    found = follow(dates)
    assert list(found.columns) == ["date", "a", "b"]
    assert found["date"].tolist() == list(pd.to_datetime(["2020-01-08 12:00", "2020-01-08 18:00"]))
    numbers = pd.DataFrame({"t": 5 + np.arange(30) / 4, "a": X[:, 0], "b": X[:, 1]})
    assert follow(numbers)["t"].tolist() == [12.5, 12.75]


HOURS = pd.date_range("2001-01-01", periods=30, freq="h")
REPAIRED = {
    "every fifth row": (HOURS, {"every": 5}, ["2001-01-02 06:00:00", "2001-01-02 11:00:00"]),
    "every fifth of rows": (pd.RangeIndex(30), {"every": 5, "dt": 0.1}, ["30", "35"]),
    "a new step": (HOURS, {"resample": "2h"}, ["2001-01-02 06:00:00", "2001-01-02 08:00:00"]),
    "shuffled": (HOURS[np.random.default_rng(0).permutation(30)], {"sort": True}, ["2001-01-02 06:00:00"]),
    "steps of two": (pd.RangeIndex(0, 60, 2), {}, ["60", "62"]),
    "years by fives": (pd.Index(5 * np.arange(30), name="year"), {}, ["150", "155"]),
    "months": (pd.date_range("2001-01-31", periods=30, freq="ME"), {}, ["2003-07-31 00:00:00", "2003-08-31 00:00:00"]),
    "weekdays": (pd.bdate_range("2001-01-01", periods=30), {}, ["2001-02-12 00:00:00", "2001-02-13 00:00:00"]),
    "periods": (pd.period_range("2001-01", periods=30, freq="M"), {}, ["2003-07", "2003-08"]),
    "a zone": (
        pd.date_range("2022-10-29", periods=30, freq="h", tz="Europe/Berlin"),
        {},
        ["2022-10-30 05:00:00+01:00"],
    ),
    "days of a zone": (
        pd.date_range("2022-10-01", periods=30, freq="D", tz="Europe/Berlin"),
        {},
        ["2022-10-31 00:00:00+01:00"],
    ),
    "lengths of time": (pd.to_timedelta(np.arange(30), unit="s"), {}, ["0 days 00:00:30", "0 days 00:00:31"]),
}


@pytest.mark.parametrize("name", REPAIRED)
def test_labels_obey_repairs_and_the_index(name):
    index, options, after = REPAIRED[name]
    frame = pd.DataFrame(X, columns=NAMES, index=index)
    found = continued(frame, load(frame, **options)[0], NEXT, LoadOptions(**options))
    assert [str(label) for label in found.index[: len(after)]] == after
    assert type(found.index) is type(index) or name in ("steps of two", "every fifth of rows")
    assert list(found.columns) == NAMES


def test_a_column_of_a_zone_keeps_it():
    frame = pd.DataFrame(X, columns=NAMES).assign(
        date=pd.date_range("2022-10-29", periods=30, freq="h", tz="Europe/Berlin")
    )
    assert str(follow(frame)["date"].iloc[0]) == "2022-10-30 05:00:00+01:00"


def test_units_of_time_are_compared():
    files = [pd.DataFrame({f"time ({unit})": np.arange(30) * step, "a": X[:, 0]}) for unit, step in UNITS.items()]
    found = load(files)
    assert {(series.dt, series.unit) for series in found} == {(0.05, "s")}


UNITS = {"s": 0.05, "ms": 50, "seconds": 0.05, "us": 50_000}


def test_labelled_arrays_go_on():
    days = pd.date_range("2020-01-30", periods=30, freq="D")
    array = xr.DataArray(X, {"time": days, "lead": NAMES}, ["time", "lead"], "eeg")
    found = follow(array)
    assert (found.dims, found.name, found.lead.values.tolist()) == (("time", "lead"), "eeg", NAMES)
    assert found.time.values.astype("datetime64[D]").astype(str).tolist() == ["2020-02-29", "2020-03-01"]
    dataset = xr.Dataset({name: ("time", X[:, k]) for k, name in enumerate(NAMES)}, {"time": np.arange(30) * 0.5})
    found = follow(dataset)
    assert list(found.data_vars) == NAMES
    assert found.time.values.tolist() == [15.0, 15.5]


def test_arrays_and_files_go_on(write):
    np.testing.assert_array_equal(follow(X), NEXT)
    text = "\n".join(["t (ms),a,b", *(f"{10 + 4 * i},{a},{b}" for i, (a, b) in enumerate(X))])
    found = follow(write("a.csv", text))
    assert isinstance(found, Series)
    assert (found.origin.name, found.origin.start, found.dt, found.unit) == ("t (ms)", 130.0, 4.0, "ms")
