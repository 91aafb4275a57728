"""Mutations: what laboratories, spreadsheets and failing disks do to a good file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

TOKENS = (
    *("", " ", "NaN", "NA", "null", "inf", "-Infinity", "1e400", "-1e-400", "0x1A", "1_000", "True", "false"),
    *("1,5", "1.234,5", "1,234.5", "1.5.2", "1 234", "12%", "$3", "−1.5", "٣", "½", "1e5", "+.5", ".", "-", "--"),
    *("sick", '"', '"1', "'2'", '"a,b"', "2020-01-01", "2020-01-01 12:00:00", "31/12/2020", "#N/A", "=1+2", "3+4j"),
    *(str(10**30), "9" * 400, "nan(2)", "infinity", "1d5", "1e", "e5", "1;2", "\x00", "\ufeff3", "\u00a07", "🎉"),
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "utf-32", "cp037")


@dataclass(frozen=True)
class Mutant:
    """A file that was good once.

    Attributes:
        name: Its name.
        content: Its bytes.
        values: The table behind it as it was meant to be, NaN where a cell says nothing; None where nobody can tell.
        how: What was done to it.
    """

    name: str
    content: bytes
    values: np.ndarray | None
    how: str

    def write(self, folder: Path) -> Path:
        path = folder / self.name
        path.write_bytes(self.content)
        return path


def tables() -> st.SearchStrategy[np.ndarray]:
    """Good recordings: two to four channels of irregular numbers of all sizes."""
    return st.builds(
        lambda seed, rows, n, size: np.random.default_rng(seed).normal(size=(rows, n)) * 10.0**size,
        st.integers(0, 2**32 - 1),
        st.integers(5, 30),
        st.integers(2, 4),
        st.integers(-6, 6),
    )


@st.composite
def texts(draw: Callable) -> Mutant:
    """A text file with some cells, lines, quotes or bytes changed."""
    values = draw(tables()).copy()
    separator = draw(st.sampled_from([",", ";", "\t", " ", "|"]))
    comma = separator != "," and draw(st.booleans())
    cells = [[_spelled(value, comma=comma) for value in row] for row in values]
    how = draw(st.sampled_from(["nothing", "cell", "ragged", "quotes", "cut", "encoding", "bytes", "lines"]))
    known: np.ndarray | None = values
    if how == "cell":
        i, k = draw(st.integers(0, len(values) - 1)), draw(st.integers(0, values.shape[1] - 1))
        cells[i][k] = token = draw(st.sampled_from(TOKENS))
        values[i, k] = meant(token, comma=comma)
        # A separator in the token moves the cells of its line, and a byte order mark may begin a file.
        moves = separator in token or "\n" in token or '"' in token or "\ufeff" in token
        known = None if moves else values
    if how == "ragged":
        row = cells[draw(st.integers(0, len(cells) - 1))]
        row[:] = row[:-1] if draw(st.booleans()) else [*row, "7"]
        known = None
    if how == "quotes":
        cells = [[f'"{cell}"' for cell in row] for row in cells]
    header = draw(st.booleans())
    lines = [separator.join(row) for row in ([[f"ch{k}" for k in range(values.shape[1])]] if header else []) + cells]
    if how == "lines":
        lines.insert(draw(st.integers(0, len(lines))), draw(st.sampled_from(["", "# note", "%", "units;mV", "   "])))
        known = None
    content = (draw(st.sampled_from(["\n", "\r\n", "\r"])).join(lines) + "\n").encode(
        draw(st.sampled_from(ENCODINGS)) if how == "encoding" else "utf-8", errors="replace"
    )
    if how == "cut":
        content = content[: draw(st.integers(0, len(content)))]
        known = None
    if how == "bytes":
        content = draw(_damaged(content))
        known = None
    return Mutant(draw(st.sampled_from(["a.csv", "a.tsv", "a.txt", "a.dat"])), content, known, how)


@st.composite
def arrays(draw: Callable, folder: Path) -> Mutant:
    """A binary file of another type, shape or order, cut or with bytes changed."""
    values = draw(tables())
    how = draw(st.sampled_from(["type", "shape", "holes", "cut", "bytes"]))
    name = draw(st.sampled_from(["a.npy", "a.npz", "a.h5", "a.nc", "a.parquet"]))
    array: Any = values
    if how == "type":
        kinds = ["<f4", ">f8", "<f2", "<i4", ">i2", "u1", "?", "c16", "U6", "M8[s]"] + (
            ["g"] if name[-1] in "yz" else []
        )
        kind = draw(st.sampled_from(kinds))
        array = np.nan_to_num(values).astype(str).astype(kind) if kind == "U6" else _cast(values, kind)
    if how == "shape":
        shape = draw(st.sampled_from([(-1,), (1, -1), (-1, 1), (values.shape[1], -1), (1, *values.shape)]))
        array = values.reshape(shape)
    if how == "holes":
        array = values.copy()
        hit = draw(st.lists(st.integers(0, array.size - 1), min_size=1, max_size=4))
        array.flat[hit] = draw(st.sampled_from([np.nan, np.inf, -np.inf, 1e308]))
    known = array.astype(np.float64) if array.dtype.kind in "fiub" and array.ndim <= 2 else None
    path = folder / name
    store(path, array)
    content = path.read_bytes()
    if how == "cut":
        content, known = content[: draw(st.integers(0, len(content) - 1))], None
    if how == "bytes":
        content, known = draw(_damaged(content)), None
    return Mutant(name, content, known, how)


def store(path: Path, array: np.ndarray) -> None:
    """Write an array in the format of a suffix; what a format cannot hold is written as text."""
    if path.suffix == ".npy":
        np.save(path, array)
    elif path.suffix == ".npz":
        np.savez(path, x=array)
    elif path.suffix == ".h5":
        import h5py

        with h5py.File(path, "w") as file:
            file["x"] = array if array.dtype.kind not in "UM" else array.astype("S")
    elif path.suffix == ".nc":
        import xarray as xr

        array = array if array.dtype.kind != "c" else array.real
        xr.DataArray(array.astype(array.dtype.newbyteorder("=")), name="x").to_netcdf(path, engine="h5netcdf")
    else:
        import pyarrow as pa
        import pyarrow.parquet as pq

        flat = array.reshape(len(array), -1)
        flat = flat.astype(str) if flat.dtype.kind == "c" else flat.astype(flat.dtype.newbyteorder("="))
        pq.write_table(pa.table({f"ch{k}": pa.array(column.copy()) for k, column in enumerate(flat.T)}), path)


@st.composite
def _damaged(draw: Callable, content: bytes) -> bytes:
    damaged = bytearray(content)
    for at in draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=6)):
        damaged[at] = draw(st.integers(0, 255))
    return bytes(damaged)


def _cast(values: np.ndarray, kind: str) -> np.ndarray:
    with np.errstate(all="ignore"):
        return (values * 100 % 100 if np.dtype(kind).kind in "iuM" else values).astype(kind)


def _spelled(value: float, *, comma: bool) -> str:
    text = f"{value:.6f}"
    return text.replace(".", ",") if comma else text


def meant(token: str, *, comma: bool) -> float:
    """The number in a token, by hand: NaN where it says nothing, or where it must be refused."""
    numbers = {"1e5": 1e5, "+.5": 0.5, "-1e-400": 0.0, str(10**30): 1e30, "\u00a07": 7.0, " ": np.nan}
    numbers |= {"\u22121.5": -1.5, "1 234": 1234.0}
    numbers |= {"1,5": 1.5, "1.234,5": 1234.5} if comma else {"1,234.5": 1234.5}
    return numbers.get(token, np.nan)
