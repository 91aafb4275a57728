"""NetCDF, HDF5, Parquet and the objects behind them: the same recording through every door."""

import sys

import numpy as np
import pytest

from attrax.core.errors import ConfigError, DataError
from attrax.reading.load import load

h5py = pytest.importorskip("h5py")
pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
pd = pytest.importorskip("pandas")
xr = pytest.importorskip("xarray")

X = np.random.default_rng(0).normal(size=(60, 2))
CUBE = np.random.default_rng(1).normal(size=(60, 2, 3))
DAYS = pd.date_range("2020-01-31", periods=60, freq="D")


def same(series, x, channels):
    np.testing.assert_array_equal(series.x, x)
    assert series.channels == channels


def test_parquet_keeps_names_times_and_gaps(tmp_path):
    frame = pd.DataFrame(X, columns=["ecg", "resp"], index=pd.Index(DAYS, name="date"))
    frame.iloc[3, 1] = np.nan
    frame.to_parquet(tmp_path / "a.parquet")
    series = load(tmp_path / "a.parquet")[0]
    assert (series.channels, series.dt, series.unit) == (("ecg", "resp"), 86400.0, "s")
    assert series.mask is not None
    assert np.argwhere(~series.mask).tolist() == [[3, 1]]
    np.testing.assert_array_equal(series.x[:3], X[:3])
    assert series.origin.epoch == np.datetime64("2020-01-31")


def test_parquet_of_other_types(tmp_path):
    columns = {
        "flag": pa.array([True, False, None]),
        "count": pa.array([1, 2, 2**60], pa.int64()),
        "price": pa.array(["1.25", "2.50", None]).cast(pa.decimal128(10, 2)),
        "label": pa.array(["a", "b", "c"]),
    }
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    series = load(tmp_path / "a.parquet", drop="label")[0]
    np.testing.assert_array_equal(series.x, [[1, 1, 1.25], [0, 2, 2.5], [0, 2.0**60, 0]])
    assert series.mask is not None
    np.testing.assert_array_equal(series.mask, [[1, 1, 1], [1, 1, 1], [0, 1, 0]])
    with pytest.raises(DataError, match=r"D108[\s\S]*'label'[\s\S]*'a'[\s\S]*drop='label'"):
        load(tmp_path / "a.parquet")


def test_netcdf_of_one_variable(tmp_path):
    array = xr.DataArray(X, dims=("time", "lead"), coords={"time": DAYS, "lead": ["I", "II"]}, name="ecg")
    array.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    for source in (tmp_path / "a.nc", array, array.T, array.to_dataset()):
        series = load(source)[0]
        same(series, X, ("I", "II"))
        assert (series.dt, series.unit) == (86400.0, "s")


def test_netcdf_of_the_classic_format(tmp_path):
    xr.Dataset({"u": ("time", X[:, 0]), "v": ("time", X[:, 1])}, {"time": np.arange(60) * 0.5}).to_netcdf(
        tmp_path / "a.nc", engine="scipy"
    )
    series = load(tmp_path / "a.nc")[0]
    same(series, X, ("u", "v"))
    assert series.dt == 0.5


def test_fields_are_stacked_only_on_request(tmp_path):
    dims = ("time", "lat", "lon")
    field = {"temp": (dims, CUBE), "rain": (dims, CUBE + 1), "crs": 0}
    xr.Dataset(field, {"lat": [10.0, 20.5], "lon": [0, 5, 10]}).to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    with pytest.raises(DataError, match=r"temp  time: 60, lat: 2, lon: 3  float64") as caught:
        load(tmp_path / "a.nc")
    assert (caught.value.code, caught.value.fix) == (
        "D112",
        "var='temp', stack=['lat', 'lon']  # or var=['temp', 'rain'], as one recording",
    )
    with pytest.raises(DataError, match=r"var='rain', stack=\['lat', 'lon'\]") as caught:
        load(tmp_path / "a.nc", var="rain")
    assert caught.value.code == "D112"
    names = tuple(f"temp_{lat}_{lon}" for lat in ("10", "20.5") for lon in (0, 5, 10))
    same(load(tmp_path / "a.nc", var="temp", stack=("lat", "lon"))[0], CUBE.reshape(60, 6), names)
    first = load(tmp_path / "a.nc", var="temp", stack=("lon", "lat"))[0]
    np.testing.assert_array_equal(first.x[:, 1], CUBE[:, 1, 0])


def test_trials_of_a_labelled_array_are_series():
    array = xr.DataArray(CUBE, dims=("time", "trial", "channel"))
    dataset = load(array)
    assert len(dataset) == 2
    np.testing.assert_array_equal(dataset[1].x, CUBE[:, 1])


def test_hdf5_of_one_table(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["group/eeg"] = X
        file["dt"] = 0.25
        file["channels"] = ["Fz", "Oz"]
    series = load(tmp_path / "a.h5")[0]
    same(series, X, ("Fz", "Oz"))
    assert series.dt == 0.25


def test_hdf5_of_many_tables(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["a"], file["b"] = X, CUBE
    with pytest.raises(DataError, match=r"a  \(60, 2\)  float64\s+b  \(60, 2, 3\)") as caught:
        load(tmp_path / "a.h5")
    assert (caught.value.code, caught.value.fix) == ("D112", "var='b', axes=['time', 'y', 'x']")
    same(load(tmp_path / "a.h5", var="a")[0], X, ("x0", "x1"))
    assert [s.x.shape for s in load(tmp_path / "a.h5", var="b", axes=("time", "trial", "channel"))] == [(60, 3)] * 2


def test_vectors_of_one_length_are_channels(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["time"], file["u"], file["v"] = np.arange(60) / 4, X[:, 0], X[:, 1]
    mapping = {"time": np.arange(60) / 4, "u": X[:, 0], "v": X[:, 1]}
    np.savez(tmp_path / "a.npz", **mapping)
    for source in (tmp_path / "a.h5", tmp_path / "a.npz", mapping):
        series = load(source)[0]
        same(series, X, ("u", "v"))
        assert series.dt == 0.25


@pytest.mark.parametrize("name", ["a.parquet", "a.nc", "a.h5"])
def test_damage_is_an_error_of_its_own(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x89HDF\r\n\x1a\n" + b"garbage" * 50)
    with pytest.raises(DataError, match="damaged") as caught:
        load(tmp_path / name)
    assert caught.value.code == "D118"


@pytest.mark.parametrize(("name", "module"), [("a.parquet", "pyarrow"), ("a.nc", "h5netcdf"), ("a.h5", "h5py")])
def test_without_the_extra_it_is_named(tmp_path, monkeypatch, name, module):
    (tmp_path / name).write_bytes(b"")
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr("importlib.util.find_spec", lambda wanted: None if wanted == module else wanted)
    with pytest.raises(ConfigError, match=rf"C640[\s\S]*{module}") as caught:
        load(tmp_path / name)
    assert caught.value.fix == 'pip install "attrax[io]"'


def test_large_arrays_stay_in_their_files(tmp_path, monkeypatch):
    monkeypatch.setattr("attrax.reading.archives.MAPPED_FROM", 0)
    monkeypatch.setattr("attrax.reading.stores.MAPPED_FROM", 0)
    np.save(tmp_path / "a.npy", X)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["x"] = X
    for name in ("a.npy", "a.h5"):
        dataset = load(tmp_path / name)
        assert not dataset[0].x.flags.owndata
        assert not dataset[0].x.flags.writeable
        assert dataset.sha256 == load(X).sha256
    X_gaps = X.copy()
    X_gaps[2, 1] = np.nan
    np.save(tmp_path / "b.npy", X_gaps)
    assert load(tmp_path / "b.npy").sha256 == load(X_gaps).sha256
