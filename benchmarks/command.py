"""The command line of the benchmarks: reads options, runs the sections, writes one table."""

import argparse
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import jax

from benchmarks import family, newton, scaling, training, waiting
from benchmarks.machine import facts
from benchmarks.options import Options
from benchmarks.report import Reporter, as_markdown, read_json, write_json
from benchmarks.row import Row

SECTIONS: dict[str, Callable[[Options], Iterator[Row]]] = {
    training.SECTION: training.rows,
    family.SECTION: family.rows,
    scaling.SECTION: scaling.rows,
    newton.SECTION: newton.rows,
    waiting.SECTION: waiting.rows,
}
QUICK_ROUNDS, QUICK_SECONDS = 2, 0.01


def main(arguments: list[str] | None = None) -> int:
    """Measure, or show earlier results; the exit code is 1 if anything failed."""
    given = parser().parse_args(arguments)
    reporter = Reporter()
    if given.show:
        machine, rows = read_json(given.show)
    else:
        # This process makes the data and then only waits; each worker chooses its own device.
        jax.config.update("jax_platforms", "cpu")
        options = options_from(given)
        if options.quick:
            os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
        machine = facts(0.05 if options.quick else 1.0)
        rows = measure(options, reporter)
    reporter.table(machine, rows)
    if given.out:
        write_json(given.out, machine, rows)
    if given.markdown:
        given.markdown.write_text(as_markdown(machine, rows), encoding="utf-8")
    return int(any(row.failed for row in rows))


def measure(options: Options, reporter: Reporter) -> list[Row]:
    """The rows of the chosen sections."""
    rows = []
    for name, section in SECTIONS.items():
        if options.only and name not in options.only:
            continue
        reporter.say(f"{name} ...")
        for row in section(options):
            reporter.row(row)
            rows.append(row)
    return rows


def parser() -> argparse.ArgumentParser:
    """The parser of the options."""
    p = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the speed of attrax.")
    p.add_argument("--quick", action="store_true", help="tiny sizes, one minute: a test; its times mean nothing")
    p.add_argument("--only", type=_sections, default=(), help=f"sections, comma separated: {','.join(SECTIONS)}")
    p.add_argument("--peers", type=_peer, action="append", default=[], help="torch=PYTHON, an interpreter with PyTorch")
    p.add_argument("--rounds", type=int, default=9, help="measurements of every implementation")
    p.add_argument("--seconds", type=float, default=1.0, help="length of a measurement")
    p.add_argument("--threads", type=_numbers, default=(), help="of the training section; default 1,0 (0 is all cores)")
    p.add_argument("--out", type=Path, help="write all results as JSON")
    p.add_argument("--markdown", type=Path, help="write the table as Markdown")
    p.add_argument("--show", type=Path, help="show the results in a JSON file, measure nothing")
    return p


def options_from(given: argparse.Namespace) -> Options:
    """The parsed arguments as options."""
    return Options(
        quick=given.quick,
        only=given.only,
        peers=dict(given.peers),
        rounds=QUICK_ROUNDS if given.quick else given.rounds,
        seconds=QUICK_SECONDS if given.quick else given.seconds,
        threads=given.threads or ((1,) if given.quick else (1, 0)),
    )


def _sections(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no section {unknown[0]!r}; there are {', '.join(SECTIONS)}")
    return names


def _peer(text: str) -> tuple[str, str]:
    name, found, path = text.partition("=")
    if name != "torch" or not found or not Path(path).exists():
        raise argparse.ArgumentTypeError("give torch=PATH, the interpreter of an environment with PyTorch")
    return name, path


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(","))
