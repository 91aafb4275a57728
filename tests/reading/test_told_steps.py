"""A time step in the attributes of any container, under the names that people give it."""

import json

import numpy as np
import pytest

import attrax

pd = pytest.importorskip("pandas")
xr = pytest.importorskip("xarray")
h5py = pytest.importorskip("h5py")
pa = pytest.importorskip("pyarrow")
pytest.importorskip("h5netcdf")
pytest.importorskip("scipy.io")

X = np.random.default_rng(0).normal(size=(40, 2))


def array(**attrs):
    return xr.DataArray(X, dims=("time", "channel"), name="eeg", attrs=attrs)


def frame(**attrs):
    made = pd.DataFrame(X, columns=["a", "b"])
    made.attrs = attrs
    return made


def netcdf(path, **attrs):
    array(**attrs).to_netcdf(path / "a.nc", engine="h5netcdf")
    return path / "a.nc"


def netcdf_with_one_value(path):
    xr.Dataset({"eeg": (("sample", "lead"), X), "fs": 250}).to_netcdf(path / "b.nc", engine="h5netcdf")
    return path / "b.nc"


def hdf5(path, at, **attrs):
    with h5py.File(path / "a.h5", "w") as file:
        file["rest/eeg"] = X
        file[at].attrs.update(attrs)
    return path / "a.h5"


def parquet(path, **attrs):
    frame(**attrs).to_parquet(path / "a.parquet")
    return path / "a.parquet"


def text_in_json(path):
    (path / "a.json").write_text(json.dumps({"sampleRate": "250 Hz", "data": X.tolist()}))
    return path / "a.json"


TOLD = {
    "xarray": lambda _: array(sfreq=250.0),
    "xarray, text": lambda _: array(sampling_rate="250 Hz"),
    "a dataset of xarray": lambda _: xr.Dataset({"a": ("row", X[:, 0])}, attrs={"sampling_frequency": 250}),
    "NetCDF": lambda path: netcdf(path, sampling_rate_hz=250),
    "a value in NetCDF": netcdf_with_one_value,
    "HDF5, the file": lambda path: hdf5(path, "/", fs=250),
    "HDF5, a group": lambda path: hdf5(path, "rest", fs_kHz=0.25),
    "HDF5, the array": lambda path: hdf5(path, "rest/eeg", sample_rate="250 Hz"),
    "pandas": lambda _: frame(sfreq=250),
    "Parquet of pandas": lambda path: parquet(path, srate=250),
    "pyarrow": lambda _: pa.table({"a": X[:, 0]}).replace_schema_metadata({"SamplingRate": "250"}),
    "JSON": text_in_json,
    "a mapping": lambda _: {"a": X[:, 0], "fps": 250},
}


@pytest.mark.parametrize("kind", TOLD)
def test_the_time_step_is_taken_from_what_stands_beside_the_values(kind, tmp_path):
    (series,) = attrax.load(TOLD[kind](tmp_path))
    assert (series.dt, series.unit) == (pytest.approx(0.004), "s")


def test_times_count_more_than_a_rate_beside_them():
    timed = frame(fs=250).assign(time=np.arange(40) * 4.0)
    (series,) = attrax.load(timed)
    assert (series.dt, series.unit, series.channels) == (4.0, "ms", ("a", "b"))
    (series,) = attrax.load(array(fs=250).assign_coords(time=np.arange(40) * 0.5))
    assert (series.dt, series.unit) == (0.5, "")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_units_in_cells_are_those_of_channels_and_of_the_time(write, separator):
    cells = [["t", "ecg", "abp"], *([f"{4 * i} ms", f"{a:.3f} mV", f"{b:.3f} mmHg"] for i, (a, b) in enumerate(X))]
    (series,) = attrax.load(write("a.csv", "\n".join(map(separator.join, cells)) + "\n"))
    assert (series.dt, series.unit, dict(series.channel_units)) == (4.0, "ms", {"ecg": "mV", "abp": "mmHg"})
    np.testing.assert_allclose(series.x, X, atol=1e-3)


def test_units_behind_a_stroke(write):
    rows = "".join(f"{4 * i},{a:.3f},{b:.3f}\n" for i, (a, b) in enumerate(X))
    (series,) = attrax.load(write("a.csv", "time / ms,p / hPa,SpO2 %\n" + rows))
    assert (series.dt, series.unit, series.titles) == (4.0, "ms", ("p / hPa", "SpO2 %"))
    assert dict(series.channel_units) == {"p / hPa": "hPa", "SpO2 %": "%"}


@pytest.mark.parametrize("attrs", [{"sfreq": 0}, {"fs": "fast"}, {"dt_hz": 5.0}, {"gain": 3.0}, {"fs": True}])
def test_what_is_no_time_step_is_left_alone(attrs):
    (series,) = attrax.load(array(**attrs))
    assert (series.dt, series.unit) == (1.0, "")
