"""The catalogue of errors: for each code a case, what the answer must name, and where its fix must lead."""

from typing import NamedTuple

import numpy as np

DT = 0.004
N = 2_000
ROWS = np.arange(N)
NOISE = 0.1 * np.random.default_rng(0).normal(size=(N, 2))
WAVE = np.stack([np.sin(0.08 * np.pi * ROWS), np.cos(0.024 * np.pi * ROWS)], axis=1) + NOISE


class Row(NamedTuple):
    """One line of the catalogue.

    Attributes:
        code: The code of the error or notice.
        files: Contents of the files in the folder, by name.
        command: What is typed.
        told: What the answer must name.
        exit_code: How the program ends.
    """

    code: str
    files: dict[str, str | np.ndarray]
    command: str
    told: tuple[str, ...]
    exit_code: int = 3


def table(rows=ROWS, x=WAVE, header="time (s),ecg,resp"):
    """A CSV file of those rows of a recording of 250 Hz."""
    lines = [",".join(f"{value:.6g}" for value in (row * DT, *x[row])) for row in rows]
    return "\n".join([header, *lines]).replace("nan", "") + "\n"


def with_gap(start, stop):
    x = WAVE.copy()
    x[start:stop, 1] = np.nan
    return table(x=x)


SWAPPED = [*range(100), 101, 100, *range(102, N)]
TWICE = [*range(52), 51, *range(52, N)]
IRREGULAR = np.flatnonzero(np.random.default_rng(1).random(N) > 0.25)
STILL = np.column_stack([WAVE, np.zeros(N)])

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
        "attrax fit eeg.csv",
        ("eeg.csv", "column 'Oz' (3 of 3)", "the same value 0 in all 2,000 rows", "--drop constant"),
    ),
    Row(
        "D104",
        {"eeg.csv": table(ROWS[:150], WAVE)},
        "attrax fit eeg.csv",
        ("eeg.csv", "DATA TOO SHORT", "150 rows", "needed are 198", "--window 59"),
    ),
    Row(
        "D104",
        {"slow.csv": table(ROWS[:300], WAVE[:, 1:], header="time (s),resp")},
        "attrax fit slow.csv",
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
        ("eeg.csv", "'time (s)'", "steps from 0.004 to 0.02", "median 0.004", "%", "line 3 of the file", "4ms"),
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
        ("twice.csv", "'time (s)'", "line 53 of the file", "line 54 of the file", "--duplicates mean"),
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
        ("over-sampled", "rows a turn", "--every 2"),
        exit_code=0,
    ),
    Row(
        "D116",
        {"eeg.csv": table(), "part.csv": table(ROWS[500:900])},
        "attrax fit eeg.csv --test part.csv",
        ("eeg.csv", "part.csv", "the 400 rows", "rows 500 to 899 of the training recording"),
    ),
)
