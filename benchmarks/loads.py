"""Wide, long and many: what recordings of unusual size cost, and whether the cost grows with their size alone.

Every load is made at two sizes, the second twice the first, and given to the program. The table has wall-clock time,
processor time and the peak of memory of the largest process, as `/usr/bin/time -v` tells them, and how many times as
much processor time the double size took: 2 is linear, less is better.

    python -m benchmarks.loads                  # everything, about an hour on two cores
    python -m benchmarks.loads wide long        # some of it
    python -m benchmarks.loads --scale 0.01     # to see that it works; measures nothing
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

PROGRAM = (sys.executable, "-c", "from attrax.cli.app import main; main()")
SHORT = ("--updates", "200", "--restarts", "1", "--set", "train.candidates=1", "--set", "evaluate.starts=4")
SWEEP = """
data = {{ map = {{ source = "henon", steps = 400 }} }}
seeds = {runs}
base.train = {{ updates = 40, chunk = 20, window = 10, restarts = 1, candidates = 1 }}
base.evaluate = {{ starts = 2, horizon = 5 }}
base.model.dynamics.hidden_dim = 4
"""


class Load(NamedTuple):
    """A recording of unusual size, and what is done to it.

    Attributes:
        title: What it is, with a place for its size.
        size: The larger of both sizes.
        write: Writes the file of a size into a folder, and tells what the program gets.
        commands: What the program does, one after the other.
    """

    title: str
    size: int
    write: Callable[[Path, int], str]
    commands: tuple[tuple[str, ...], ...]


class Cost(NamedTuple):
    """What a command took: seconds on the clock and of all processors, megabytes, and its exit code."""

    wall: float
    processor: float
    megabytes: float
    code: int


def waves(rows: int, columns: int) -> np.ndarray:
    """Noisy oscillations, each column with a period and a phase of its own."""
    rng = np.random.default_rng(0)
    periods, phases = rng.uniform(20, 60, columns), rng.uniform(0, 2 * np.pi, columns)
    found = np.sin(2 * np.pi * np.arange(rows)[:, None] / periods + phases)
    return (found + 0.05 * rng.normal(size=found.shape)).astype(np.float32)


def wide(folder: Path, columns: int) -> str:
    """A CSV of many columns."""
    names = ",".join(f"c{k}" for k in range(columns))
    np.savetxt(folder / "wide.csv", waves(60, columns), delimiter=",", fmt="%.4f", header=names, comments="")
    return "wide.csv"


def table(columns: int) -> Callable[[Path, int], str]:
    """A NumPy file of so many columns and any number of rows."""

    def write(folder: Path, rows: int) -> str:
        np.save(folder / "table.npy", waves(rows, columns))
        return "table.npy"

    return write


def files(folder: Path, series: int) -> str:
    """Many short recordings, a file for each."""
    for i in range(series):
        np.save(folder / f"s{i:06}.npy", waves(60, 3) * (1 + i / series))
    return "s*.npy"


def groups(folder: Path, series: int) -> str:
    """Many short recordings in one CSV, with a column that tells them apart."""
    with (folder / "groups.csv").open("w", encoding="utf-8") as file:
        file.write("id,time,a,b,c\n")
        x = waves(60, 3)
        for i in range(series):
            file.writelines(f"n{i},{t},{a:.4f},{b:.4f},{c:.4f}\n" for t, (a, b, c) in enumerate(x * (1 + i / series)))
    return "groups.csv"


def sweep(folder: Path, runs: int) -> str:
    """A sweep of runs that take moments."""
    (folder / "tiny.toml").write_text(SWEEP.format(runs=runs))
    return "tiny.toml"


FIT = ("fit", "{}", *SHORT)
FIT_SHORT = (*FIT, "--window", "15", "--set", "evaluate.horizon=5")
LOADS = {
    "wide": Load("CSV of {:,} columns, 60 rows", 100_000, wide, (("inspect", "{}"), FIT)),
    "long": Load("{:,} rows x 8", 1_000_000, table(8), (("inspect", "{}"), FIT)),
    "broad": Load("{:,} rows x 200", 100_000, table(200), (("inspect", "{}"), FIT)),
    "files": Load("{:,} files of 60 rows x 3", 20_000, files, (("inspect", "{}"), FIT_SHORT)),
    "groups": Load(
        "{:,} series in one CSV", 20_000, groups, (("inspect", "{}", "--group", "id"), (*FIT_SHORT, "--group", "id"))
    ),
    "sweep": Load("sweep of {:,} runs", 500, sweep, (("sweep", "{}", "--out", "swept"),)),
}


def measured(command: tuple[str, ...], folder: Path) -> Cost:
    """What one command of the program takes."""
    began = time.monotonic()
    with (folder / "said.txt").open("ab") as said:
        process = subprocess.Popen([*PROGRAM, *command], cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    megabytes = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return Cost(time.monotonic() - began, usage.ru_utime + usage.ru_stime, megabytes, process.returncode)


def main() -> None:
    """Make each load at two sizes, and print what it took."""
    options = argparse.ArgumentParser(description="What recordings of unusual size cost")
    options.add_argument("loads", nargs="*", help=f"which: {', '.join(LOADS)}; all if none is named")
    options.add_argument("--scale", type=float, default=1.0, help="factor of all sizes")
    options.add_argument("--show", action="store_true", help="show the last lines of what the program says")
    chosen = options.parse_args()
    print("| load | command | exit code | wall s | processor s | memory MB | processor time at double size |")
    print("|---|---|---|---|---|---|---|")
    for name in chosen.loads or LOADS:
        load = LOADS[name]
        before: dict[str, float] = {}
        for size in (round(load.size * chosen.scale / 2), round(load.size * chosen.scale)):
            with tempfile.TemporaryDirectory() as place:
                folder = Path(place)
                source = load.write(folder, size)
                for command in load.commands:
                    cost = measured(tuple(word.format(source) for word in command), folder)
                    ratio = f"x {cost.processor / before[command[0]]:.2f}" if command[0] in before else ""
                    before[command[0]] = cost.processor
                    print(
                        f"| {load.title.format(size)} | {command[0]} | {cost.code} | {cost.wall:.1f} | "
                        f"{cost.processor:.1f} | {cost.megabytes:,.0f} | {ratio} |",
                        flush=True,
                    )
                if chosen.show:
                    print((folder / "said.txt").read_text(encoding="utf-8", errors="replace")[-4000:])


if __name__ == "__main__":
    main()
