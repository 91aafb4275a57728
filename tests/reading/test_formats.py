"""Packed files, JSON, MATLAB and files of instruments hold the same recording as a plain file."""

import bz2
import gzip
import json
import lzma
import zipfile

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from attrax.core.errors import DataError
from attrax.reading.load import load

X = np.round(np.random.default_rng(0).normal(size=(50, 2)).cumsum(axis=0), 4)
T = np.arange(50) * 0.5
CSV = "time,a,b\n" + "".join(f"{t},{a},{b}\n" for t, (a, b) in zip(T, X, strict=True))
RECORDS = [{"time": t, "a": a, "b": b} for t, (a, b) in zip(T.tolist(), X.tolist(), strict=True)]

PACKED = {
    "a.csv.gz": gzip.compress(CSV.encode()),
    "a.csv.bz2": bz2.compress(CSV.encode()),
    "a.txt.xz": lzma.compress(CSV.encode()),
    "a.jsonl": "".join(json.dumps(record) + "\n" for record in RECORDS),
    "a.jsonl.gz": gzip.compress("\n".join(map(json.dumps, RECORDS)).encode()),
    "a.json": json.dumps(RECORDS),
    "b.json": json.dumps({"time": T.tolist(), "a": X[:, 0].tolist(), "b": X[:, 1].tolist()}),
    "c.json": json.dumps({"device": "x", "rows": RECORDS}),
}


@pytest.mark.parametrize(("name", "content"), PACKED.items(), ids=PACKED)
def test_packed_text_and_json(write, name, content):
    dataset = load(write(name, content))
    assert (dataset.name, dataset[0].dt, dataset[0].channels) == (name[0], 0.5, ("a", "b"))
    np.testing.assert_array_equal(dataset[0].x, X)


def test_an_archive_holds_several_recordings(tmp_path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.csv", CSV)
        archive.writestr("two.csv", CSV)
        archive.writestr("readme.md", "# two recordings")
    assert len(load(path)) == 2
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.md", "nothing")
    with pytest.raises(DataError, match=r"D118[\s\S]*readme.md"):
        load(path)


@pytest.mark.parametrize("name", ["a.csv.gz", "a.zip", "a.mat", "a.json", "a.jsonl"])
def test_damage_is_an_error_of_attrax(write, name):
    with pytest.raises(DataError, match="D118"):
        load(write(name, b"\x1f\x8bPK garbage"))


def test_json_that_is_no_table(write):
    with pytest.raises(DataError, match=r"D118[\s\S]*line 2 of the file"):
        load(write("a.jsonl", '{"a": 1}\n{"a": \n'))
    with pytest.raises(DataError, match=r"D118[\s\S]*no records"):
        load(write("a.jsonl", '{"a": {"b": 1}}\n'))
    assert len(load(write("a.jsonl", '{"a": [1, 2, 5], "b": [3, 4, 4]}\n'))[0]) == 3
    assert load(write("a.jsonl", '{"a": 1, "b": 2}\n{"a": 3}\n')).n_missing == 1


def test_matlab(tmp_path):
    path = tmp_path / "a.mat"
    savemat(path, {"data": X, "t": T, "fs": 8.0})
    (series,) = load(path)
    np.testing.assert_array_equal(series.x, X)
    assert series.dt == 0.5
    savemat(path, {"v": X[:, 0], "w": X[:, 1], "fs": 8.0})
    (series,) = load(path)
    assert (series.channels, series.dt, series.unit) == (("v", "w"), 0.125, "s")
    savemat(path, {"EEG": {"data": X.T, "times": T, "srate": 250.0, "comment": "none"}})
    for transpose in (True, False):
        assert load(path, transpose=transpose)[0].x.shape == (50, 2)
    savemat(path, {"EEG": {"data": X.T, "times": 4 * np.arange(50), "srate": 250.0}})
    assert (load(path)[0].dt, load(path)[0].unit) == (4.0, "ms")
    savemat(path, {"a": X, "b": X[:20]})
    with pytest.raises(DataError, match=r"D112[\s\S]*'b' \(20, 2\)[\s\S]*var='a'"):
        load(path)
    assert len(load(path, var="b")[0]) == 20


def test_matlab_of_version_7_3(tmp_path):
    path = tmp_path / "a.mat"
    with h5py.File(path, "w", userblock_size=512) as file:
        file["data"], file["fs"] = X.T, np.array([[4.0]])
    with path.open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file")
    (series,) = load(path)
    np.testing.assert_array_equal(series.x, X)
    assert series.dt == 0.25


def test_edf(tmp_path):
    edfio = pytest.importorskip("edfio")
    kept = [
        edfio.EdfSignal(X[:, 0], sampling_frequency=25, label="EEG Fz", physical_dimension="uV"),
        edfio.EdfSignal(X[::5, 1], sampling_frequency=5, label="ABP", physical_dimension="mmHg"),
    ]
    edfio.Edf(kept).write(tmp_path / "a.edf")
    with pytest.raises(DataError, match=r"D112[\s\S]*25 Hz: EEG Fz; 5 Hz: ABP"):
        load(tmp_path / "a.edf")
    (series,) = load(tmp_path / "a.edf", channels="EEG Fz")
    assert (series.dt, series.unit, series.channel_units) == (0.04, "s", {"EEG Fz": "uV"})
    np.testing.assert_allclose(series.x[:, 0], X[:, 0], atol=1e-3)


@pytest.mark.filterwarnings("ignore")  # of the library itself
def test_wfdb(tmp_path, monkeypatch):
    wfdb = pytest.importorskip("wfdb")
    monkeypatch.chdir(tmp_path)
    wfdb.wrsamp("rec", fs=250, units=["mV", "mmHg"], sig_name=["I", "p"], p_signal=X, fmt=["16", "16"])
    (series,) = load(tmp_path / "rec.hea")
    assert (series.dt, series.channel_units) == (0.004, {"I": "mV", "p": "mmHg"})
    np.testing.assert_allclose(series.x, X, atol=1e-3)
