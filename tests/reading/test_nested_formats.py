"""Files that hold their recording inside of something else: nested JSON, structs and cells of MATLAB, saved indices."""

import json

import numpy as np
import pytest

from attrax.reading.load import load

X = np.round(np.random.default_rng(0).normal(size=(40, 2)), 3)
T = np.arange(40) * 0.05
NAMES = ["time", "ecg", "abp"]
TABLE = np.column_stack([T, X])
COLUMNS = {name: TABLE[:, k].tolist() for k, name in enumerate(NAMES)}
LABELLED = {name: {str(i): v for i, v in enumerate(values)} for name, values in COLUMNS.items()}
JSON = {
    "records inside records": [{"time": t, "v": {"ecg": a, "abp": b}} for t, (a, b) in zip(T, X.tolist(), strict=True)],
    "columns apart from rows": {"columns": NAMES, "index": list(range(40)), "data": TABLE.tolist()},
    "columns of labelled values": LABELLED,
    "rows under labels": {str(i): dict(zip(NAMES, row, strict=True)) for i, row in enumerate(TABLE.tolist())},
    "columns below a name": {"about": {"by": "me"}, "data": COLUMNS},
}


@pytest.mark.parametrize("name", JSON)
def test_json_is_read_whatever_it_is_wrapped_in(write, name):
    (series,) = load(write("a.json", json.dumps(JSON[name])))
    assert [channel.removeprefix("v.") for channel in series.channels] == ["ecg", "abp"]
    assert series.dt == pytest.approx(0.05)
    np.testing.assert_array_equal(series.x, X)


def test_lists_in_records_become_channels(write):
    rows = "\n".join(json.dumps({"time": t, "v": row}) for t, row in zip(T, X.tolist(), strict=True))
    (series,) = load(write("a.jsonl", rows))
    assert series.channels == ("v.0", "v.1")


def test_a_rate_beside_columns_of_json_is_the_time_step(write):
    content = {"header": {"sampling_rate": 20}, "data": {"ecg": COLUMNS["ecg"], "abp": COLUMNS["abp"]}}
    (series,) = load(write("a.json", json.dumps(content)))
    assert (series.dt, series.unit) == (0.05, "s")


@pytest.fixture
def matlab(tmp_path):
    """Writes a file of MATLAB and returns its path."""
    io = pytest.importorskip("scipy.io")

    def saved(**variables):
        io.savemat(tmp_path / "a.mat", variables)
        return tmp_path / "a.mat"

    return saved


def cells(*arrays):
    """A cell array of MATLAB."""
    found = np.empty((1, len(arrays)), dtype=object)
    for i, array in enumerate(arrays):
        found[0, i] = array
    return found


def test_cells_of_matlab_are_recordings_of_their_own(matlab):
    times = cells(T[:25], T[:15])
    data = load(matlab(data={"trial": cells(X[:25].T, X[25:].T), "time": times, "label": cells("ecg", "abp")}))
    assert [(len(series), series.channels, series.dt) for series in data] == [
        (25, ("ecg", "abp"), pytest.approx(0.05)),
        (15, ("ecg", "abp"), pytest.approx(0.05)),
    ]
    np.testing.assert_array_equal(data[1].x, X[25:])


def test_structs_of_matlab_tell_names_and_units(matlab):
    places = np.array([{"labels": "ecg"}, {"labels": "abp"}], dtype=object)
    (series,) = load(matlab(EEG={"data": X.T, "srate": 20.0, "chanlocs": places, "units": cells("mV", "mmHg")}))
    assert (series.channels, series.dt, series.unit) == (("ecg", "abp"), 0.05, "s")
    assert series.channel_units == {"ecg": "mV", "abp": "mmHg"}


def test_days_of_matlab_are_dates_and_a_step_of_its_own_counts(matlab):
    (series,) = load(matlab(t=730_486 + np.arange(40) / 24, x=X))
    assert (series.dt, series.unit, series.text_after(39, 1)) == (3_600.0, "s", ["2000-01-02T16:00:00"])
    assert load(matlab(x=X, dt=0.2))[0].dt == 0.2


def test_columns_of_a_structured_array_keep_their_names(tmp_path):
    array = np.array([tuple(row) for row in TABLE.tolist()], dtype=[(name, "f8") for name in NAMES])
    np.save(tmp_path / "a.npy", array)
    for source in (array, tmp_path / "a.npy"):
        (series,) = load(source)
        assert (series.channels, series.dt) == (("ecg", "abp"), pytest.approx(0.05))


def test_saved_tables_keep_subjects_units_and_steps(tmp_path):
    pd, arrow = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    frame = pd.DataFrame(X, columns=NAMES[1:])
    frame.assign(time=T).to_feather(tmp_path / "a.feather")
    assert load(tmp_path / "a.feather")[0].dt == pytest.approx(0.05)
    several = frame.set_index(pd.MultiIndex.from_product([["s1", "s2"], T[:20]], names=["subject", "time"]))
    several.to_parquet(tmp_path / "b.parquet")
    data = load(tmp_path / "b.parquet")
    assert [(series.subject, len(series), series.dt) for series in data] == [
        ("s1", 20, pytest.approx(0.05)),
        ("s2", 20, pytest.approx(0.05)),
    ]
    units = {"time": "s", "ecg": "mV", "abp": "mmHg"}
    fields = [arrow.field(name, arrow.float64(), metadata={"units": unit}) for name, unit in units.items()]
    pq.write_table(arrow.table(list(TABLE.T), schema=arrow.schema(fields)), tmp_path / "c.parquet")
    (series,) = load(tmp_path / "c.parquet")
    assert (series.unit, series.channel_units) == ("s", {"ecg": "mV", "abp": "mmHg"})


@pytest.mark.parametrize(
    ("units", "calendar", "after"),
    [
        ("days since 2000-02-01", "standard", "2000-03-12"),
        ("hours since 2000-01-01 06:00:00", "gregorian", "2000-01-02T22:00:00"),
        ("months since 1990-01-01", "standard", "1993-05-01"),
        ("days since 2000-02-01", "360_day", "40"),
    ],
)
def test_numbers_since_a_date_are_dates_where_the_calendar_is_real(units, calendar, after):
    xr = pytest.importorskip("xarray")
    about = {"units": units, "calendar": calendar}
    field = xr.Dataset({"a": ("time", X[:, 0])}, {"time": ("time", np.arange(40.0), about)})
    (series,) = load(field)
    assert series.text_after(39, 1)[0].removesuffix("T00:00:00") == after


def test_years_of_360_days_are_counted_and_come_back():
    xr, _ = pytest.importorskip("xarray"), pytest.importorskip("cftime")
    from attrax.reading.continued import continued

    times = xr.date_range("2000-02-25", periods=40, freq="D", calendar="360_day", use_cftime=True)
    field = xr.DataArray(X[:, 0], {"time": times}, ["time"])
    data = load(field)
    assert (data[0].dt, data[0].unit) == (1.0, "d")
    assert any("of the calendar 360_day" in notice for notice in data.notices)
    ahead = continued(field, data[0], np.zeros((2, 1)))
    assert [str(t)[:10] for t in ahead.time.values] == ["2000-04-05", "2000-04-06"]
