"""Section `training`: one update (batch, forward, backward, optimizer) at three sizes, in four implementations."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.agreement import deviations, disagreements, gather
from benchmarks.interleave import Spread, interleave, ratios, turn
from benchmarks.options import Options
from benchmarks.pool import Pool, Worker, allowed_cores
from benchmarks.row import Row
from benchmarks.sizes import SMOKE, TRAINING, Size, make_task

SECTION = "training"


@dataclass(frozen=True)
class Contender:
    """An implementation that is compared.

    Attributes:
        name: Its name in the table.
        module: The module of its worker.
        peer: The name of the other environment it needs; None if it runs in this one.
    """

    name: str
    module: str
    peer: str | None = None


OURS = Contender("attrax", "benchmarks.ways.attrax_default")
REFERENCE = Contender("plain scan", "benchmarks.ways.plain_scan")
CONTENDERS = (
    OURS,
    Contender("attrax, general path", "benchmarks.ways.attrax_general"),
    REFERENCE,
    Contender("eager PyTorch", "benchmarks.ways.torch_eager", peer="torch"),
)


def rows(options: Options, contenders: tuple[Contender, ...] = CONTENDERS) -> Iterator[Row]:
    """Measure all sizes and numbers of threads; workers are started once for each number of threads."""
    cores = {threads: options.cores(allowed_cores(), threads) for threads in options.threads}
    several = dict.fromkeys(cores.values())
    for chosen in several:
        with Pool() as pool, tempfile.TemporaryDirectory() as folder:
            workers = _start(pool, contenders, chosen, options)
            for size in SMOKE if options.quick else TRAINING:
                yield from _race(size, contenders, workers, Path(folder), options)


def _start(
    pool: Pool, contenders: tuple[Contender, ...], cores: tuple[int, ...], options: Options
) -> dict[Contender, Worker]:
    given = {c: options.interpreter(c.peer) for c in contenders}
    return {c: pool.start(c.module, cores, python) for c, python in given.items() if python}


def _race(
    size: Size, contenders: tuple[Contender, ...], workers: dict[Contender, Worker], folder: Path, options: Options
) -> Iterator[Row]:
    task = make_task(size)
    evidence = {c: gather(worker, task, folder) for c, worker in workers.items()}
    apart = {c: deviations(e, evidence[REFERENCE]) for c, e in evidence.items()}
    agreeing = {c: worker for c, worker in workers.items() if not disagreements(apart[c])}
    path = folder / "timed.npz"
    task.save(path)
    for worker in agreeing.values():
        worker.ask("start", name=size.name, task=path)
    turns = {c: turn(w, size.name, _chunk(c, size), options.seconds) for c, w in agreeing.items()}
    times = interleave(turns, options.rounds)
    for contender in contenders:
        yield _row(size, contender, workers, apart, times)
    for worker in agreeing.values():
        worker.ask("drop", name=size.name)


def _chunk(contender: Contender, size: Size) -> int:
    """Number of updates in one request: a compiled chunk, or five if nothing is compiled."""
    return 5 if contender.peer else size.chunk


def _row(
    size: Size,
    contender: Contender,
    workers: dict[Contender, Worker],
    apart: dict[Contender, dict[str, float]],
    times: dict[Contender, list[float]],
) -> Row:
    where = threads_of(next(iter(workers.values())).cores)
    row = Row(SECTION, size.label, contender.name, where, "ms/update")
    if contender not in workers:
        return replace(row, remark=f"not measured: give --peers {contender.peer}=PYTHON")
    wrong = disagreements(apart[contender])
    if wrong:
        return replace(row, remark="computes something else, not timed: " + "; ".join(wrong), failed=True)
    ratio = ratios(times[contender], times[OURS]) if OURS in times else None
    return replace(row, value=Spread.of(times[contender]), ratio=ratio, remark=_agreement(apart[contender]))


def threads_of(cores: tuple[int, ...]) -> str:
    """The text for the number of threads in the table; there is one on each core."""
    return f"{len(cores)} thread{'s' if len(cores) > 1 else ''}"


def _agreement(apart: dict[str, float]) -> str:
    return f"agrees: loss {apart['loss']:.0e}, gradient {apart['gradient']:.0e}"
