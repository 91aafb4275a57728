"""Dask schedulers that attrax starts, here or on Slurm: encrypted, and only for those who hold the keys."""

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from attrax.campaigns.cluster import Cluster
from attrax.core.errors import Interrupted, RunError
from attrax.core.optional_library import CLUSTER_LIBRARIES
from attrax.runs.interrupts import stop_requests

if TYPE_CHECKING:
    from distributed import LocalCluster, Security, SpecCluster

PAGES = "attrax.campaigns.closed_pages"
WITHOUT_PAGES = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
OURS = {
    # A worker holds no bundle but the one that it computes, so its death is blamed on that one; each death is told.
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.preload": [PAGES],
    "distributed.scheduler.http.routes": [],
    "distributed.worker.preload": [PAGES],
    "distributed.worker.http.routes": [],
}
"""Settings of Dask for schedulers of our own."""


@contextmanager
def local_scheduler() -> "Iterator[LocalCluster]":
    """A scheduler in this process, whose workers will be processes of this machine; `refill` starts them.

    Its ports are on the loopback only, and speak only to those who hold its certificate, which is in memory only.

    Raises: ConfigError C640 if the extra `sweep` is missing.
    """
    distributed, dask, _ = load_extra("distributed", "dask", "cryptography")
    options = {"n_workers": 0, "threads_per_worker": 1, "scheduler_kwargs": WITHOUT_PAGES}
    options["security"] = distributed.Security.temporary()
    with dask.config.set(OURS):
        # Outcomes tell that workers died; what the library says about it are tracebacks.
        with ctrl_c_held_back():
            started = distributed.LocalCluster(**options, dashboard_address=None, silence_logs=logging.CRITICAL)
        with started:
            yield started


@contextmanager
def slurm_scheduler(cluster: Cluster) -> Iterator[Any]:
    """A scheduler in this process whose workers are jobs of Slurm.

    Raises:
        ConfigError: C640 if the extra `sweep` is missing.
        RunError: R332 if Slurm does not take the jobs.
    """
    with slurm_cluster(cluster) as started:
        try:
            refill(started, slurm_jobs(cluster))
        except RuntimeError as failure:
            raise _not_taken(failure) from None
        yield started


def slurm_jobs(cluster: Cluster) -> int:
    """Number of Slurm jobs that a `Cluster` asks for."""
    return cluster.slurm.get("jobs", 1)


@contextmanager
def slurm_cluster(cluster: Cluster) -> Iterator[Any]:
    """The `dask_jobqueue.SLURMCluster` with the given arguments; it submits no job yet.

    Its certificate lies in the folder of the command, which all machines see, in files that only their owner can read.
    They end with the scheduler.
    """
    jobqueue, dask = load_extra("dask_jobqueue", "dask")
    options = {name: value for name, value in cluster.slurm.items() if name != "jobs"}
    usual = {"cores": 1, "processes": 1, "memory": "4GB", "scheduler_options": WITHOUT_PAGES}
    usual |= {"worker_extra_args": ["--preload", PAGES, "--no-dashboard"], "silence_logs": logging.CRITICAL}
    with TemporaryDirectory(prefix=".attrax-keys-", dir=os.getcwd()) as folder:
        settings = {**usual, "security": _in_files(Path(folder)), **options}
        with dask.config.set(OURS), jobqueue.SLURMCluster(**settings) as started:
            yield started


def _in_files(folder: Path) -> "Security":
    """A new certificate, in files of a folder."""
    distributed, _ = load_extra("distributed", "cryptography")
    parts = distributed.Security.temporary().get_tls_config_for_role("worker")
    for name in ("ca_file", "cert", "key"):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(parts[name])
    own = {
        f"tls_{role}_{name}": str(folder / name)
        for role in ("client", "scheduler", "worker")
        for name in ("cert", "key")
    }
    return distributed.Security(require_encryption=True, tls_ca_file=str(folder / "ca_file"), **own)


def refill(started: "SpecCluster", workers: int) -> None:
    """Start as many workers as are missing, and wait for them.

    The library starts a worker again that dies, but not one that dies while it starts.

    Args:
        started: The scheduler and its workers.
        workers: Number of workers that there should be.

    Raises: What the library raises if a worker could not be started; the next call tries again.
    """
    while len(started.worker_spec) < workers:
        started.worker_spec.update(started.new_worker_spec())
    started.sync(_all_of, started)


async def _all_of(started: "SpecCluster") -> None:
    """Runs in the thread of the scheduler, which changes the tables of workers."""
    from distributed.core import Status

    for name, worker in list(started.workers.items()):
        if worker.status in (Status.closed, Status.failed):
            del started.workers[name]
    if set(started.worker_spec) == set(started.workers):
        return
    try:
        await started
    finally:
        for worker in started.workers.values():
            if worker.status == Status.created:
                worker.status = Status.failed


def _not_taken(failure: BaseException) -> RunError:
    lines = str(failure).splitlines() or [type(failure).__name__]
    return RunError(
        "R332",
        "Slurm does not take the jobs",
        where=" ".join(line.strip() for line in lines if line.strip())[:300],
        why="without a job there is no worker; what is finished is kept",
        fix="look at the job script with --dry-run, correct `slurm` in the file, and repeat the command",
    )


@contextmanager
def ctrl_c_held_back() -> Iterator[None]:
    """Let Ctrl-C take effect at the end of the block.

    Processes that are started inside never see it: those of a cluster that is stopped while it starts would show their
    tracebacks. The same holds for processes that a thread starts later, if the thread was started inside.

    Raises: Interrupted if somebody has pressed it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with stop_requests() as asked, _blocked_ctrl_c():
        yield
    if asked.made:
        raise Interrupted("stopped while the workers were starting; the same command continues")


@contextmanager
def _blocked_ctrl_c() -> Iterator[None]:
    """Keep Ctrl-C from the processes that are started inside; Windows, which cannot, shows their tracebacks."""
    mask = getattr(signal, "pthread_sigmask", None)
    if mask is None:
        yield
        return
    # Its start, which the first process causes otherwise, lets signals through again.
    resource_tracker.ensure_running()
    before = mask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        mask(signal.SIG_SETMASK, before)


def load_extra(*modules: str) -> list[Any]:
    """Import libraries of the extra `sweep`.

    Raises: ConfigError C640 if one is not installed.
    """
    on_interrupt = signal.getsignal(signal.SIGINT)
    try:
        return CLUSTER_LIBRARIES.load(*modules, place="the campaign")
    finally:
        # Importing dask_jobqueue changes the handler of Ctrl-C; then the message how to continue would not be shown.
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, on_interrupt)
