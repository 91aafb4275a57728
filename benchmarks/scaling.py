"""Section `scaling`: how an update of `attrax fit` grows with T, M, L, B and the number of seeds, and with threads."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.interleave import Spread, interleave, ratios, turn
from benchmarks.options import Options
from benchmarks.pool import Pool, allowed_cores
from benchmarks.row import Row
from benchmarks.sizes import SMOKE, Size, make_task
from benchmarks.training import OURS, threads_of

SECTION = "scaling"
BASE = Size("base", N=5, M=5, L=250, T=200, affine=False)
AXES: dict[str, tuple[int, ...]] = {
    "T": (200, 50, 800, 3200),
    "M": (5, 10, 20, 40),
    "L": (250, 50, 500, 1000),
    "B": (16, 1, 4, 64, 256),
    "seeds": (1, 5, 20),
}
"""Values of each size. The first one is the base, and all ratios are relative to it."""

SMOKE_AXES: dict[str, tuple[int, ...]] = {"T": (12, 24)}
MANY_SEEDS = 20
SHORTEST_CHUNK = 25
SPEED_UP = "ratio is the speed-up over 1 thread"


def rows(options: Options) -> Iterator[Row]:
    """Vary each size on one thread, then train many seeds on one and on all threads."""
    base, axes, many = (SMOKE[0], SMOKE_AXES, 2) if options.quick else (BASE, AXES, MANY_SEEDS)
    for axis, values in axes.items():
        yield from _axis(base, axis, values, options)
    yield from _threads(replace(base, seeds=many, chunk=_chunk(base.chunk, many / 4)), options)


def _axis(base: Size, axis: str, values: tuple[int, ...], options: Options) -> Iterator[Row]:
    sizes = {f"{axis} = {value}": _vary(base, axis, value) for value in values}
    cores = options.cores(allowed_cores(), 1)
    with Pool() as pool, tempfile.TemporaryDirectory() as folder:
        worker = pool.start(OURS.module, cores)
        turns = {}
        for name, size in sizes.items():
            path = Path(folder) / "task.npz"
            make_task(size).save(path)
            worker.ask("start", name=name, task=path)
            turns[name] = turn(worker, name, size.chunk, options.seconds)
        times = interleave(turns, options.rounds)
    first = next(iter(sizes))
    for name in sizes:
        row = Row(SECTION, f"{name} ({base.label})", OURS.name, threads_of(cores), "ms/update")
        ratio = ratios(times[name], times[first])
        yield replace(row, value=Spread.of(times[name]), ratio=ratio, remark=f"ratio to {first}")


def _threads(size: Size, options: Options) -> Iterator[Row]:
    """The same training on one and on all threads; the ratio is the speed-up."""
    allowed = allowed_cores()
    counts = sorted({1, min(2, len(allowed)), len(allowed)})
    with Pool() as pool, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "task.npz"
        make_task(size).save(path)
        turns = {}
        for count in counts:
            worker = pool.start(OURS.module, options.cores(allowed, count))
            worker.ask("start", name="many", task=path)
            turns[str(count)] = turn(worker, "many", size.chunk, options.seconds)
        times = interleave(turns, options.rounds)
    for count in counts:
        where = threads_of(options.cores(allowed, count))
        row = Row(SECTION, f"threads = {count} ({size.label})", OURS.name, where, "ms/update", remark=SPEED_UP)
        yield replace(row, value=Spread.of(times[str(count)]), ratio=ratios(times["1"], times[str(count)]))


def _vary(base: Size, axis: str, value: int) -> Size:
    changed = {"T": base.T, "M": base.M, "L": base.L, "B": base.B, "seeds": base.seeds, axis: value}
    work = value / {"T": base.T, "M": base.M, "L": base.L, "B": base.B, "seeds": base.seeds}[axis]
    size = replace(base, N=changed["M"], chunk=_chunk(base.chunk, work), **changed)
    return replace(size, rows=max(size.rows, 4 * size.T))


def _chunk(chunk: int, work: float) -> int:
    """Number of updates in a compiled call: fewer if an update takes longer, so that measurements stay short."""
    return max(min(chunk, SHORTEST_CHUNK), round(chunk / max(work, 1)))
