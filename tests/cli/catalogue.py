"""The catalogue of errors: for each code a case, what the answer must name, and where its fix must lead."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

DT = 0.004
N = 2_000
ROWS = np.arange(N)
NOISE = 0.1 * np.random.default_rng(0).normal(size=(N, 2))
WAVE = np.stack([np.sin(0.08 * np.pi * ROWS), np.cos(0.024 * np.pi * ROWS)], axis=1) + NOISE


class Row(NamedTuple):
    """One line of the catalogue.

    Attributes:
        code: The code of the error or notice.
        files: Contents of the files in the folder, by name, or what writes one.
        command: What is typed.
        told: What the answer must name.
        exit_code: How the program ends.
        fixes: How many fixes have to be pasted, one after the other, until the data are good; 0 if the file
            must be corrected.
    """

    code: str
    files: dict[str, str | np.ndarray | Callable[[Path], None]]
    command: str
    told: tuple[str, ...]
    exit_code: int = 3
    fixes: int = 1

    def lay(self, folder: Path) -> None:
        """Write the files."""
        for name, content in self.files.items():
            if isinstance(content, np.ndarray):
                np.save(folder / name, content)
            elif isinstance(content, str):
                (folder / name).write_text(content)
            else:
                content(folder / name)


def table(rows=ROWS, x=WAVE, header="time (s),ecg,resp"):
    """A CSV file of those rows of a recording of 250 Hz."""
    values = np.column_stack([np.asarray(rows) * DT, x[rows]])
    form = ",".join(["%.6g"] * values.shape[1])
    lines = [form % tuple(row) for row in values.tolist()]
    return "\n".join([header, *lines]).replace("nan", "") + "\n"


def in_commas(content):
    """The same table as a spreadsheet of another country saves it."""
    return content.replace(",", ";").replace(".", ",")


def in_quotes(content):
    """The same table with commas between quoted cells."""
    return "\n".join(",".join(f'"{cell}"' for cell in line.split(";")) for line in content.splitlines()) + "\n"


def with_cell(cell, line=42):
    """The table with another cell in the column `ecg`."""
    lines = table().splitlines()
    time, _, resp = lines[line - 1].split(",")
    lines[line - 1] = f"{time},{cell},{resp}"
    return "\n".join(lines) + "\n"


def fields(path):
    """Two variables of a weather model on a grid of two by three places."""
    xr = pytest.importorskip("xarray")
    pytest.importorskip("h5netcdf")
    field = np.stack([WAVE, WAVE[::-1], WAVE**2], axis=2)
    variables = dict.fromkeys(("temp", "rain"), (("time", "lat", "lon"), field))
    xr.Dataset(variables).to_netcdf(path, engine="h5netcdf")


def with_gap(start, stop):
    x = WAVE.copy()
    x[start:stop, 1] = np.nan
    return table(x=x)


SWAPPED = [*range(100), 101, 100, *range(102, N)]
TWICE = [*range(52), 51, *range(52, N)]
IRREGULAR = np.flatnonzero(np.random.default_rng(1).random(N) > 0.25)
STILL = np.column_stack([WAVE, np.zeros(N)])
STOPPED = np.column_stack([WAVE[:, 0], np.where(ROWS < 1_500, WAVE[:, 1], 0.5)])

CATALOGUE = (
    Row(
        "D101",
        {"eeg.csv": with_gap(300, 304)},
        "attrax fit eeg.csv --out run",
        ("'resp'", "4 of 2,000", "longest gap 4 rows", "row 300", "masked"),
        exit_code=0,
    ),
    Row(
        "D102",
        {"eeg.csv": with_gap(300, 700)},
        "attrax fit eeg.csv",
        ("eeg.csv", "'resp'", "400 of 2,000", "20 %", "longest gap 400 rows", "row 300", "1,300 rows"),
    ),
    Row(
        "D103",
        {"eeg.csv": table(x=STILL, header="time (s),ecg,resp,Oz")},
        "attrax fit eeg.csv --phases none",
        ("eeg.csv", "column 'Oz' (3 of 3)", "the same value 0 in all 2,000 rows", "--drop constant"),
    ),
    Row(
        "D103",
        {"still.csv": table(x=STOPPED)},
        "attrax fit still.csv --phases none",
        ("still.csv", "column 'resp' (2 of 2)", "held out for testing", "--set data.test_fraction=0.4"),
    ),
    Row(
        "C565",
        {"eeg.csv": table()},
        "attrax fit eeg.csv --highpass 8ms --phases none",
        ("--highpass 8ms", "2 rows of 4ms", "--highpass 400ms"),
        exit_code=2,
    ),
    Row(
        "D104",
        {"eeg.csv": table(ROWS[:150], WAVE)},
        "attrax fit eeg.csv --phases none",
        ("eeg.csv", "DATA TOO SHORT", "150 rows", "needed are 198", "--window 59"),
    ),
    Row(
        "D104",
        {"slow.csv": table(ROWS[:300], WAVE[:, 1:], header="time (s),resp")},
        "attrax fit slow.csv --phases none",
        ("slow.csv", "DATA TOO SHORT", "300 rows", "3 periods", "about 500 rows", "--force", "PARTLY"),
    ),
    Row(
        "D105",
        {"eeg.npy": WAVE.T},
        "attrax fit eeg.npy",
        ("eeg.npy", "2 rows, 2000 columns", "--transpose"),
    ),
    Row(
        "D106",
        {"eeg.csv": table(IRREGULAR)},
        "attrax fit eeg.csv",
        ("eeg.csv", "'time (s)'", "steps from 4ms to 2", "median 4ms", "%", "line 3 of the file", "4ms"),
    ),
    Row(
        "D106",
        {"eeg.csv": table(), "coarse.csv": table(ROWS[1::2])},
        "attrax fit eeg.csv --test coarse.csv",
        ("eeg.csv: 4ms", "coarse.csv: 8ms"),
    ),
    Row(
        "D107",
        {"eeg.csv": table(SWAPPED)},
        "attrax fit eeg.csv",
        ("eeg.csv", "'time (s)'", "line 102 of the file has 0.404", "line 103 of the file has 0.4", "--sort"),
    ),
    Row(
        "D107",
        {"twice.csv": table(TWICE)},
        "attrax fit twice.csv",
        ("twice.csv", "'time (s)'", "line 53 of the file", "line 54 of the file", "--duplicates first"),
    ),
    Row(
        "D108",
        {"eeg.csv": with_cell("sick")},
        "attrax fit eeg.csv",
        ("eeg.csv", "column 'ecg'", "line 42 of the file", "'sick'", "--na sick"),
    ),
    Row(
        "D108",
        {"quoted.csv": in_quotes(in_commas(table()))},
        "attrax fit quoted.csv",
        ("quoted.csv", "column 'time", "line 3 of the file", "'0,004'", "--decimal ,"),
    ),
    Row(
        "D109",
        {"eeg.csv": in_commas(table())},
        "attrax fit eeg.csv --out run",
        ("eeg.csv", "';' between cells and decimal commas", "--sep", "--decimal"),
        exit_code=0,
    ),
    Row(
        "D109",
        {"mixed.csv": in_commas(with_cell("POINT")).replace("POINT", "0.5")},
        "attrax fit mixed.csv",
        ("mixed.csv", "line 42 of the file has '0.5'", "--decimal ,"),
        fixes=0,
    ),
    Row(
        "D110",
        {"a.csv": table(), "b.csv": table(header="time (s),ecg,spo2")},
        "attrax fit a.csv b.csv",
        ("a.csv", "b.csv", "'resp', 'spo2'", "--channels common"),
    ),
    Row(
        "D111",
        {"eeg.npy": np.stack([WAVE, WAVE[::-1]])},
        "attrax fit eeg.npy",
        ("eeg.npy", "(2, 2000, 2)", "float64", "--axes trial,time,channel"),
    ),
    Row(
        "D112",
        {"field.nc": fields},
        "attrax fit field.nc",
        ("field.nc", "temp  time: 2000, lat: 2, lon: 3", "rain  time: 2000", "--var temp --stack lat,lon"),
    ),
    Row(
        "D113",
        {"eeg.csv": table(x=WAVE[:, :1] * [1, -2])},
        "attrax fit eeg.csv --out run",
        ("'resp' repeats 'ecg'", "correlation -1.0000", "--drop resp"),
        exit_code=0,
    ),
    Row(
        "D114",
        {"eeg.csv": table(x=WAVE + np.outer(ROWS, [0, 2 / N]))},
        "attrax fit eeg.csv --out run",
        ("trend in 'resp'", "standard deviations", "--detrend resp"),
        exit_code=0,
    ),
    Row(
        "D115",
        {"eeg.csv": table(x=np.stack([np.sin(ROWS / 50), np.cos(ROWS / 40)], axis=1))},
        "attrax fit eeg.csv --out run",
        ("over-sampled", "rows in a cycle", "--every 2"),
        exit_code=0,
    ),
    Row(
        "D143",
        {"nameless.csv": table().partition("\n")[2]},
        "attrax fit nameless.csv --out run",
        ("first column rises by 0.004", "--drop x0 --dt 1", "--unit s"),
        exit_code=0,
    ),
    Row(
        "D116",
        {"eeg.csv": table(), "part.csv": table(ROWS[500:900])},
        "attrax fit eeg.csv --test part.csv",
        ("eeg.csv", "part.csv", "the 400 rows", "rows 500 to 899 of the training recording"),
    ),
)
