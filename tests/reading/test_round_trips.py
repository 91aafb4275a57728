"""What follows a recording, and what fills it, has the index, names, units and container that the recording has."""

import datetime as dt
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attrax.core import Result
from attrax.core.simulator import Simulation
from attrax.reading.continued import continued, refilled
from attrax.reading.load import load
from attrax.reconstruct.forecasting.forecast import Forecast
from attrax.runs.run_forecasts import write_forecast
from tests.reading.examples import at_least

pd = pytest.importorskip("pandas")

ROWS, AHEAD = 24, 3
STEPS = st.sampled_from([0.02, 0.25, 4.0])
DATES = ("2 D", "h", "15min", "40ms", "MS", "ME", "QS", "QE", "YS", "YE", "B", "W-SUN", "2MS", "BME", "BMS")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
X = np.random.default_rng(0).normal(size=(ROWS, 2))


def frame(index):
    return pd.DataFrame(X[: len(index)], columns=["x", "EEG Fz"], index=index)


def numbers(dtype, name):
    def make(start, step):
        values = start + np.arange(ROWS + AHEAD) * (step if np.dtype(dtype).kind == "f" else max(1, int(step)))
        return pd.Index(np.round(values, 9).astype(dtype), name=name)

    return st.builds(make, st.integers(1, 5), STEPS)


def dates(zone=None, name=None):
    start = st.sampled_from(["1999-12-27", "2022-03-20", "2022-10-24"])
    return st.builds(
        lambda first, freq: pd.date_range(first, periods=ROWS + AHEAD, freq=freq, tz=zone, name=name),
        start,
        st.sampled_from(["D", "h", "15min"] if zone else DATES),
    )


INDEX = {
    "rows": st.builds(lambda k: pd.RangeIndex(0, k * (ROWS + AHEAD), k), st.integers(1, 4)),
    "whole numbers": numbers("int64", None),
    "fractions": numbers("float64", None),
    "named fractions": numbers("float64", "t"),
    "frames of a film": numbers("int32", "frame"),
    "years": st.builds(lambda k: pd.Index(1700 + k * np.arange(ROWS + AHEAD), name="year"), st.integers(1, 5)),
    "dates": dates(),
    "named dates": dates(name="when"),
    "periods": st.builds(
        lambda freq: pd.period_range("1950-01", periods=ROWS + AHEAD, freq=freq),
        st.sampled_from(["M", "Q", "Y", "D", "h", "2M", "W"]),
    ),
    "lengths of time": st.builds(
        lambda first, freq: pd.timedelta_range(first, periods=ROWS + AHEAD, freq=freq, name="dt"),
        st.sampled_from(["0s", "5s"]),
        st.sampled_from(["40ms", "1s", "1h"]),
    ),
    "dates in text": st.builds(
        lambda day: pd.Index([f"{day:%Y}-{day:%m}-{1 + i:02d}" for i in range(ROWS + AHEAD)]),
        st.dates(dt.date(1950, 1, 1), dt.date(2050, 1, 1)),
    ),
    "objects of dates": st.builds(
        lambda day: pd.Index([day + dt.timedelta(i) for i in range(ROWS + AHEAD)], name="date"),
        st.dates(dt.date(1950, 1, 1), dt.date(2050, 1, 1)),
    ),
    **{f"dates in {zone}": dates(zone) for zone in ZONES},
    "a subject": st.builds(
        lambda step: pd.MultiIndex.from_product(
            [["s1"], np.round(np.arange(ROWS + AHEAD) * step, 9)], names=["subject", "time"]
        ),
        STEPS,
    ),
}


@pytest.mark.parametrize("kind", INDEX)
@at_least(4)
@given(data=st.data())
def test_an_index_goes_on_as_pandas_continues_it(kind, data):
    whole = data.draw(INDEX[kind])
    source = frame(whole[:ROWS])
    (series,) = load(source)
    follows = continued(source, series, np.ones((AHEAD, 2)))
    assert list(follows.columns) == ["x", "EEG Fz"]
    assert follows.index.names == whole.names
    if whole.dtype.kind == "f":
        np.testing.assert_allclose(follows.index, whole[ROWS:], rtol=1e-12)
    else:
        assert list(follows.index) == list(whole[ROWS:])
    filled = refilled(source, series, series.values)
    pd.testing.assert_frame_equal(filled, source, check_freq=False)


@given(data=st.data())
@at_least(4)
def test_one_column_stays_one_column(data):
    source = frame(data.draw(INDEX["dates"])[:ROWS])["x"]
    (series,) = load(source)
    follows = continued(source, series, np.ones((AHEAD, 1)))
    assert (type(follows), follows.name) == (pd.Series, "x")
    pd.testing.assert_series_equal(refilled(source, series, series.values), source, check_freq=False)


@pytest.mark.parametrize("make", [lambda x: x, lambda x: x[:, 0], lambda x: x.tolist(), lambda x: x[:, 0].tolist()])
def test_arrays_and_lists_give_arrays_of_their_shape(make):
    source = make(X)
    (series,) = load(source)
    follows = continued(source, series, np.ones((AHEAD, series.obs_dim)))
    assert follows.shape == (AHEAD, *np.shape(source)[1:])
    np.testing.assert_array_equal(refilled(source, series, series.values), np.array(source))


def table(t):
    return {"time": t, "x": X[:, 0], "EEG Fz": X[:, 1]}


def write_csv(path, t):
    frame(pd.Index(t, name="time")).to_csv(path)


def write_lines(path, t):
    rows = [dict(zip(table(t), map(float, row), strict=True)) for row in zip(*table(t).values(), strict=True)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def write_mat(path, t):
    pytest.importorskip("scipy.io").savemat(path, {"time": t, "x": X[:, 0], "y": X[:, 1]})


def write_hdf5(path, t):
    with pytest.importorskip("h5py").File(path, "w") as file:
        for name, values in table(t).items():
            file[name] = values


def write_parquet(path, t):
    pa = pytest.importorskip("pyarrow")
    pytest.importorskip("pyarrow.parquet").write_table(pa.table(table(t)), path)


def labelled(t):
    xr = pytest.importorskip("xarray")
    pytest.importorskip("h5netcdf")
    variables = {name: ("time", values, {"units": "mV"}) for name, values in list(table(t).items())[1:]}
    return xr.Dataset(variables, {"time": ("time", t, {"units": "s"})})


def write_zarr(path, t):
    pytest.importorskip("zarr")
    labelled(t).to_zarr(path, consolidated=False)


FILES = {
    ".csv": write_csv,
    ".csv.gz": write_csv,
    ".jsonl": write_lines,
    ".mat": write_mat,
    ".h5": write_hdf5,
    ".parquet": write_parquet,
    ".nc": lambda path, t: labelled(t).to_netcdf(path, engine="h5netcdf"),
    ".zarr": write_zarr,
    ".npz": lambda path, t: np.savez(path, **table(t)),
}


@pytest.mark.parametrize("suffix", FILES)
@at_least(2)
@given(start=st.integers(0, 9), step=STEPS)
def test_a_file_is_read_and_goes_on_in_the_files_that_are_written(suffix, tmp_path_factory, start, step):
    folder = tmp_path_factory.mktemp("files")
    t = np.round(start + np.arange(ROWS) * step, 9)
    FILES[suffix](folder / f"a{suffix}", t)
    (series,) = load(folder / f"a{suffix}")
    # HDF5 lists what it holds in the order of the alphabet, and so are Zarr stores read.
    names = {".mat": ("x", "y"), ".h5": ("EEG Fz", "x"), ".zarr": ("EEG Fz", "x")}.get(suffix, ("x", "EEG Fz"))
    assert (series.channels, series.dt) == (names, pytest.approx(step))
    np.testing.assert_allclose(series.x, X[:, ::-1] if suffix in (".h5", ".zarr") else X)
    if suffix in (".nc", ".zarr"):
        assert dict(series.channel_units) == dict.fromkeys(names, "mV")
        assert series.unit == "s"
    found = Forecast(Simulation(np.ones((ROWS, 2)), Result.SUCCESSFUL), series, ROWS - 1)
    for written in (".csv", ".parquet"):
        write_forecast(found, folder / f"next{written}")
        (again,) = load(folder / f"next{written}")
        assert again.dt == pytest.approx(step)
        assert again.times[0] == pytest.approx(t[-1] + step)
        assert (again.unit, again.titles) == (series.unit, series.titles)


def test_the_frame_that_follows_a_repaired_recording_counts_in_its_own_rows():
    source = frame(pd.date_range("2001", periods=ROWS, freq="h"))
    (series,) = load(source, every=5)
    last = source.index[20]
    follows = continued(source, series, np.ones((2, 2)))
    assert list(follows.index) == [last + pd.Timedelta("5h"), last + pd.Timedelta("10h")]
