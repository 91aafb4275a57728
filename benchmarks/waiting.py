"""Section `waiting`: times of everything except training, such as imports and a small fit, on all cores."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.interleave import Spread, interleave
from benchmarks.options import Options
from benchmarks.pool import Pool, allowed_cores
from benchmarks.row import Row
from benchmarks.sizes import SMOKE, TRAINING, Size

SECTION = "waiting"
PROBES = "benchmarks.probes"
MAIN = "from attrax.cli.app import main; main()"


@dataclass(frozen=True)
class Amount:
    """The sizes of the measurements.

    Attributes:
        size: Size of the model.
        steps: Number of steps of a free run.
        rows: Numbers of rows of the recordings for measures, by number of channels.
        updates: Numbers of updates of the runs of `attrax fit`.
        recorded: Number of rows of their recording.
        repeats: Number of repetitions of slow operations.
    """

    size: Size
    steps: int
    rows: dict[int, int]
    updates: tuple[int, ...]
    recorded: int
    repeats: int


FULL = Amount(TRAINING[1], 125_000, {3: 100_000, 64: 10_000}, updates=(250, 1250), recorded=20_000, repeats=3)
QUICK = Amount(SMOKE[0], 100, {3: 2_000, 8: 500}, updates=(20,), recorded=1_000, repeats=1)


def rows(options: Options) -> Iterator[Row]:
    """Measure start-up, a complete small `attrax fit`, compilation, and the parts of a run besides training."""
    amount = QUICK if options.quick else FULL
    yield from _rows(interleave(_starts(), options.rounds))
    yield from _rows(interleave(_fits(amount), amount.repeats))
    yield from _rows(interleave({f"compile the training, {amount.size.label}": _compile(amount)}, amount.repeats))
    with Pool() as pool:
        worker = pool.start(PROBES, allowed_cores())
        names = worker.ask("prepare", size=asdict(amount.size), steps=amount.steps, rows=amount.rows)["turns"]
        turns = {name: lambda name=name: 1e3 * worker.ask("turn", name=name)["seconds"] for name in names}
        times = interleave(turns, options.rounds)
    label = {"free run": f"free run, {amount.steps:,} steps, {amount.size.label}", "checkpoint": "write a checkpoint"}
    yield from _rows({label.get(name, name): values for name, values in times.items()})


def _rows(times: dict[str, list[float]]) -> Iterator[Row]:
    where = f"{len(allowed_cores())} cores"
    for what, values in times.items():
        yield Row(SECTION, what, "attrax", where, "ms", Spread.of(values))


def _starts() -> dict[str, Callable[[], float]]:
    """Start processes that do nothing else."""
    return {
        "python, nothing else": _timed([sys.executable, "-c", "pass"]),
        "import attrax": _timed([sys.executable, "-c", "import attrax"]),
        "attrax --help": _timed([sys.executable, "-c", MAIN, "--help"]),
    }


def _fits(amount: Amount) -> dict[str, Callable[[], float]]:
    """Complete runs of `attrax fit` with few updates, so that most of the time is not training."""
    return {f"attrax fit lorenz63, {n} updates": _fit(n, amount.recorded) for n in amount.updates}


def _fit(updates: int, recorded: int) -> Callable[[], float]:
    def turn() -> float:
        with tempfile.TemporaryDirectory() as folder:
            words = ["fit", "lorenz63", "--steps", str(recorded), "--updates", str(updates), "--restarts", "1"]
            command = [sys.executable, "-c", MAIN, *words, "--quiet", "--out", str(Path(folder) / "run")]
            return _timed(command, accepted=(0, NOT_RECONSTRUCTED))()

    return turn


NOT_RECONSTRUCTED = 4
"""Exit codes of a run that has ended with a verdict."""


def _compile(amount: Amount) -> Callable[[], float]:
    """Compile in a new process each time, because a process keeps compiled programs."""

    def turn() -> float:
        with Pool() as pool:
            worker = pool.start(PROBES, allowed_cores())
            return 1e3 * worker.ask("first_fit", size=asdict(amount.size), updates=amount.size.chunk)["seconds"]

    return turn


def _timed(command: list[str], accepted: tuple[int, ...] = (0,)) -> Callable[[], float]:
    """Milliseconds that a command takes, its output thrown away."""

    def turn() -> float:
        before = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "JAX_PLATFORMS": "cpu"})
        elapsed = time.perf_counter() - before
        if done.returncode not in accepted:
            raise RuntimeError(f"{' '.join(command)} ended with code {done.returncode}: {done.stderr[-500:]}")
        return 1e3 * elapsed

    return turn
