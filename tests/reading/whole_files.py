"""The same recording as a whole file of every kind that attrax reads: two channels and, where it fits, a clock."""

import bz2
import gzip
import io
import json
import lzma
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

ROWS, DT = 40, 0.5
X = np.random.default_rng(0).normal(size=(ROWS, 2)).cumsum(axis=0).round(4)
T = np.arange(ROWS) * DT


class Kind(NamedTuple):
    """A kind of file.

    Attributes:
        write: Writes the recording into a folder, and tells its path.
        told: What damage the kind can tell: `all` where checksums cover the values, `size` where their number is
            stored, `lines` where the text shows it, `nothing` else.
        to: Largest difference to the recording that the kind itself makes.
    """

    write: Callable[[Path], Path]
    told: str
    to: float = 0.0


def rows(separator: str, decimal: str = ".") -> str:
    """The recording as text."""
    lines = [
        ("time", "a", "b"),
        *[tuple(f"{v:.4f}".replace(".", decimal) for v in r) for r in zip(T, *X.T, strict=True)],
    ]
    return "".join(separator.join(line) + "\n" for line in lines)


def records() -> str:
    """The recording as lines of JSON."""
    return "".join(json.dumps(dict(zip("tab", map(float, r), strict=True))) + "\n" for r in zip(T, *X.T, strict=True))


def _bytes(name: str, content: Callable[[], bytes]) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content())
        return folder / name

    return write


def _packed(names: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return file.getvalue()


def _saved(save: Callable[..., Any], *values: Any, **named: Any) -> Callable[[], bytes]:
    def content() -> bytes:
        file = io.BytesIO()
        save(file, *values, **named)
        return file.getvalue()

    return content


def _mat(**options: Any) -> Callable[[], bytes]:
    def content() -> bytes:
        from scipy.io import savemat

        return _saved(savemat, {"x": X, "dt": DT}, **options)()

    return content


def _mat_7_3(folder: Path) -> Path:
    import h5py

    with h5py.File(folder / "a.mat", "w", userblock_size=512) as file:
        file["x"], file["dt"] = X.T, np.array([[DT]])
    with (folder / "a.mat").open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file")
    return folder / "a.mat"


def _hdf5(version: str = "earliest", **options: Any) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        import h5py

        with h5py.File(folder / "a.h5", "w", libver=version) as file:
            file.create_dataset("x", data=X, **options)
            file["dt"] = DT
        return folder / "a.h5"

    return write


def _labelled() -> Any:
    xr = pytest.importorskip("xarray")
    return xr.DataArray(X, dims=("time", "channel"), coords={"time": T, "channel": ["a", "b"]}, name="x").to_dataset()


def _netcdf(engine: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        _labelled().to_netcdf(folder / "a.nc", engine=engine)
        return folder / "a.nc"

    return write


def _zarr(folder: Path) -> Path:
    pytest.importorskip("zarr")
    with warnings.catch_warnings():
        # Names of channels are a type that may change in versions of Zarr to come.
        warnings.simplefilter("ignore")
        _labelled().to_zarr(folder / "a.zarr", consolidated=False)
    return folder / "a.zarr"


def _arrow(name: str, **options: Any) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        pa = pytest.importorskip("pyarrow")
        from pyarrow import feather, parquet

        table = pa.table({"time": T, "a": X[:, 0], "b": X[:, 1]})
        save = parquet.write_table if name.endswith("parquet") else feather.write_feather
        save(table, folder / name, **options)
        return folder / name

    return write


def _xlsx(folder: Path) -> Path:
    pytest.importorskip("python_calamine")
    from tests.reading.test_spreadsheets import write_book

    return write_book(folder / "a.xlsx", {"S": [["time", "a", "b"], *zip(T, *X.T, strict=True)]})


def _edf(folder: Path) -> Path:
    edfio = pytest.importorskip("edfio")
    low, high = (float(X.min()) - 1, float(X.max()) + 1)
    kept = [
        edfio.EdfSignal(x, sampling_frequency=1 / DT, label=name, physical_dimension="mV", physical_range=(low, high))
        for name, x in zip("ab", X.T, strict=True)
    ]
    edfio.Edf(kept).write(folder / "a.edf")
    return folder / "a.edf"


def _wfdb(folder: Path) -> Path:
    wfdb = pytest.importorskip("wfdb")
    wfdb.wrsamp("a", 2, ["mV", "mV"], ["a", "b"], X, fmt=["16", "16"], write_dir=str(folder))
    return folder / "a.hea"


KINDS: dict[str, Kind] = {
    "commas": Kind(_bytes("a.csv", lambda: rows(",").encode()), "lines"),
    "semicolons": Kind(_bytes("a.csv", lambda: rows(";", ",").encode()), "lines"),
    "tabs": Kind(_bytes("a.tsv", lambda: rows("\t").encode()), "lines"),
    "spaces": Kind(_bytes("a.txt", lambda: rows(" ").encode()), "lines"),
    "json lines": Kind(_bytes("a.jsonl", lambda: records().encode()), "lines"),
    "gz": Kind(_bytes("a.csv.gz", lambda: gzip.compress(rows(",").encode())), "all"),
    "bz2": Kind(_bytes("a.csv.bz2", lambda: bz2.compress(rows(",").encode())), "all"),
    "xz": Kind(_bytes("a.csv.xz", lambda: lzma.compress(rows(",").encode())), "all"),
    "zip": Kind(_bytes("a.zip", lambda: _packed({"a.csv": rows(",").encode()})), "all"),
    "stored zip": Kind(_bytes("a.zip", lambda: _packed({"a.csv": rows(",").encode()}, zipfile.ZIP_STORED)), "all"),
    "npy": Kind(_bytes("a.npy", _saved(np.save, X)), "size"),
    "npz": Kind(_bytes("a.npz", _saved(np.savez, x=X, dt=DT)), "all"),
    "packed npz": Kind(_bytes("a.npz", _saved(np.savez_compressed, x=X, dt=DT)), "all"),
    "mat 4": Kind(_bytes("a.mat", _mat(format="4")), "size"),
    "mat 5": Kind(_bytes("a.mat", _mat()), "size"),
    "packed mat 5": Kind(_bytes("a.mat", _mat(do_compression=True)), "all"),
    "mat 7.3": Kind(_mat_7_3, "nothing"),
    "hdf5": Kind(_hdf5(), "nothing"),
    "packed hdf5": Kind(_hdf5(chunks=(20, 2), compression="gzip"), "nothing"),
    "checked hdf5": Kind(_hdf5("latest", chunks=(20, 2), fletcher32=True), "all"),
    "netcdf 3": Kind(_netcdf("scipy"), "size"),
    "netcdf 4": Kind(_netcdf("h5netcdf"), "nothing"),
    "zarr": Kind(_zarr, "nothing"),
    "parquet": Kind(_arrow("a.parquet"), "nothing"),
    "checked parquet": Kind(_arrow("a.parquet", write_page_checksum=True), "all"),
    "feather": Kind(_arrow("a.feather"), "nothing"),
    "xlsx": Kind(_xlsx, "all"),
    "edf": Kind(_edf, "size", to=1e-3),
    "wfdb": Kind(_wfdb, "all", to=1e-3),
}
