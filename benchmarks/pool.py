"""Worker processes on chosen cores. Only one works at a time; the others sleep."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
THREAD_COUNTS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


class WorkerError(RuntimeError):
    """A worker ended without an answer; the message says with which exit code."""


class Worker:
    """A running worker.

    Args:
        module: Module of a way, such as `benchmarks.ways.plain_scan`.
        cores: The cores it may use; all its threads stay on them.
        python: The Python interpreter.
        environment: Environment variables; those of a worker on the CPU if not given.
    """

    def __init__(
        self,
        module: str,
        cores: tuple[int, ...],
        python: str = sys.executable,
        environment: dict[str, str] | None = None,
    ):
        self.module, self.cores = module, cores
        command = [python, "-m", module]
        variables = on_processor(len(cores)) if environment is None else environment
        with pinned(cores):
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Send a request and wait for its answer."""
        with suppress(BrokenPipeError):  # it has ended already; then there is no answer either
            self.process.stdin.write(json.dumps({"do": do, **arguments}, default=str) + "\n")
            self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise WorkerError(f"{self.module} ended with code {self.process.wait()} on {do!r}; see its output above")
        return json.loads(answer)

    def close(self) -> None:
        """End the worker."""
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Pool(ExitStack):
    """A group of workers that are ended together."""

    def start(
        self,
        module: str,
        cores: tuple[int, ...],
        python: str = sys.executable,
        environment: dict[str, str] | None = None,
    ) -> Worker:
        """Start one more worker."""
        return self.enter_context(Worker(module, cores, python, environment))


def on_processor(threads: int) -> dict[str, str]:
    """Environment variables of a worker on the CPU with a number of threads that sleep while they wait."""
    limits = dict.fromkeys(THREAD_COUNTS, str(threads))
    flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_cpu_multi_thread_eigen={'false' if threads == 1 else 'true'}"
    quiet = {"OMP_WAIT_POLICY": "passive", "KMP_BLOCKTIME": "0"}
    return {**os.environ, **limits, **quiet, "XLA_FLAGS": flags.strip(), "JAX_PLATFORMS": "cpu"}


def allowed_cores() -> tuple[int, ...]:
    """The cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return tuple(sorted(os.sched_getaffinity(0)))
    return tuple(range(os.cpu_count() or 1))


@contextmanager
def pinned(cores: tuple[int, ...]):
    """Processes started inside stay on these cores, where the system can do that (Linux)."""
    before = allowed_cores()
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
