"""Section `newton`: the scan that is parallel in time against the sequential one, on the default device, B = 1.

The device is a GPU where JAX finds one; every row says which it was.
"""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.interleave import Spread, interleave, ratios
from benchmarks.options import Options
from benchmarks.pool import Pool, Worker, allowed_cores
from benchmarks.row import Row
from benchmarks.sizes import Size, make_task
from benchmarks.task import Task
from benchmarks.training import OURS

SECTION = "newton"
PROBES = "benchmarks.newton_probes"
ALPHA = 0.2
SCANS = ("newton", "sequential")
BUDGET = 60.0
"""Seconds that the rounds of one length may take: a sequential scan over a million steps takes its time on a GPU."""


@dataclass(frozen=True)
class Course:
    """The sizes of the measurements.

    Attributes:
        size: Size of the model that is trained first; its recording is as long as the longest window.
        updates: Number of updates of that training.
        alphas: Forcing strengths for which iterations are counted, with windows of `at` rows.
        lengths: Numbers of rows of the windows that are timed.
        at: Rows for the iterations by alpha, and the longest for errors of the gradient.
    """

    size: Size
    updates: int
    alphas: tuple[float, ...]
    lengths: tuple[int, ...]
    at: int


FULL = Course(
    Size("Lorenz-63", N=3, M=3, L=50, T=200, affine=False, rows=1_000_000),
    updates=5_000,
    alphas=(0.4, 0.2, 0.1, 0.05, 0.02),
    lengths=(1_000, 10_000, 100_000, 1_000_000),
    at=90_000,
)
QUICK = Course(Size("smoke", N=3, M=3, L=8, T=12, B=4, affine=False, rows=500, chunk=10), 20, (0.4,), (50, 400), 100)


def rows(options: Options) -> Iterator[Row]:
    """Train a model, then measure iterations by alpha and by length, errors, and times."""
    course = QUICK if options.quick else FULL
    with Pool() as pool, tempfile.TemporaryDirectory() as folder:
        path = _trained(course, options, Path(folder))
        worker = pool.start(PROBES, allowed_cores(), environment=dict(os.environ))
        about = worker.ask("load", task=path)
        device, what = about["device"], f"{course.size.name} (M{course.size.M} L{course.size.L}, B1)"
        row = Row(SECTION, what, "attrax, Newton", device)
        largest = _exactly(about["sigma_max"])
        yield replace(row, unit="norm", value=largest, remark="largest of the Jacobians on the data")
        for alpha in course.alphas:
            yield _iterations(replace(row, what=f"alpha {alpha:g}, T {course.at:,}"), worker, alpha, course.at)
        for T in course.lengths:
            yield _iterations(replace(row, what=f"alpha {ALPHA:g}, T {T:,}"), worker, ALPHA, T)
        for double, allowed in ((False, 1e-4), (True, 1e-8)):
            yield _error(row, worker, course.at, double, allowed)
        for T in course.lengths:
            yield from _times(row, worker, T, options)


def _trained(course: Course, options: Options, folder: Path) -> Path:
    """The file of a task with parameters that were trained on the CPU."""
    task = make_task(course.size)
    schedule = replace(task.settings, alpha=ALPHA, updates=course.updates, learning_rate=1e-2, final_learning_rate=1e-5)
    path, out = folder / "task.npz", folder / "trained.npz"
    Task(schedule, task.x, task.parameters).save(path)
    with Pool() as pool:
        worker = pool.start(OURS.module, options.cores(allowed_cores(), 0))
        worker.ask("train", task=path, updates=course.updates, out=out)
    with np.load(out) as file:
        Task(schedule, task.x, {name: file[name] for name in task.parameters}).save(path)
    return path


def _iterations(row: Row, worker: Worker, alpha: float, T: int) -> Row:
    single, double = (worker.ask("iterations", alpha=alpha, T=T, double=double) for double in (False, True))
    said = [
        f"{found['iterations']}" if found["converged"] else f"none in {found['iterations']}"
        for found in (single, double)
    ]
    value = _exactly(double["iterations"]) if double["converged"] else None
    return replace(
        row, unit="iterations", value=value, remark=f"float64 to 1e-10: {said[1]}; float32 to 1e-5: {said[0]}"
    )


def _error(row: Row, worker: Worker, T: int, double: bool, allowed: float) -> Row:
    error = worker.ask("error", alpha=ALPHA, T=T, double=double)["error"]
    return replace(
        row,
        what=f"gradient against the sequential scan, T {T:,}, float{64 if double else 32}",
        unit="relative error",
        value=_exactly(error),
        remark=f"allowed {allowed:g}",
        failed=not error <= allowed,
    )


def _times(row: Row, worker: Worker, T: int, options: Options) -> Iterator[Row]:
    """Times of loss and gradient of one window; ratios are relative to the Newton scan."""
    compiled = {scan: worker.ask("compile", scan=scan, alpha=ALPHA, T=T) for scan in SCANS}
    seconds = sum(found["seconds"] for found in compiled.values())
    rounds = int(np.clip(BUDGET / seconds, 1, options.rounds))
    times = interleave(
        {scan: lambda scan=scan: 1e3 * worker.ask("run", scan=scan)["seconds"] for scan in SCANS}, rounds
    )
    for scan, way in zip(SCANS, ("attrax, Newton", "attrax, general path"), strict=True):
        yield replace(
            row,
            what=f"loss and gradient, alpha {ALPHA:g}, T {T:,}",
            way=way,
            value=Spread.of(times[scan]),
            ratio=ratios(times[scan], times["newton"]),
            remark=f"works in {compiled[scan]['bytes'] / 1e6:,.1f} MB",
        )


def _exactly(value: float) -> Spread:
    """A number without scatter."""
    return Spread(value, value, value, 1)
