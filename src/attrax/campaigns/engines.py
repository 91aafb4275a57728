"""Engines: where jobs are computed. What a campaign leaves behind does not depend on it."""

import logging
import os
import signal
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any

import jax

from attrax.campaigns.cluster import Cluster
from attrax.campaigns.execution import Done
from attrax.campaigns.experiment import Bundle
from attrax.core.errors import Interrupted, RunError
from attrax.core.optional_library import CLUSTER_LIBRARIES
from attrax.runs.interrupts import stop_requests

if TYPE_CHECKING:
    from distributed import Client

ATTEMPTS = 5
PATIENCE = 120.0


class AbstractEngine(ABC):
    """Somewhere to compute.

    For developers: `work` may be done more often than once for a bundle, never less; it sees to it that this does no
    harm.
    """

    @abstractmethod
    def run(self, bundles: Sequence[Bundle], work: Callable[[Bundle], Done]) -> Iterator[Done]:
        """What became of each bundle, as they end; stopping the iteration stops the work."""


def tidily(work: Callable[[Bundle], Done], bundle: Bundle) -> Done:
    """Compute a bundle, and let go of the programs that were compiled for it.

    JAX keeps every one of them, and the system grants a process so many pieces of memory: after some hundred jobs the
    next program would end it.
    """
    outcome = work(bundle)
    jax.clear_caches()
    return outcome


class InProcess(AbstractEngine):
    """One bundle after another, here."""

    def run(self, bundles: Sequence[Bundle], work: Callable[[Bundle], Done]) -> Iterator[Done]:
        """The outcomes in the order of the bundles."""
        for bundle in bundles:
            yield tidily(work, bundle)


class Dask(AbstractEngine):
    """Bundles on the workers of a Dask cluster, whichever it is.

    Workers may die and the scheduler may be restarted: what was lost is given out again. A bundle whose worker has died
    `ATTEMPTS` times is given up.

    Args:
        connect: Opens a connection to the scheduler; called again after it was lost.
        patience: Seconds without a scheduler after which the campaign is given up.
    """

    def __init__(self, connect: Callable[[], "AbstractContextManager[Client]"], patience: float = PATIENCE):
        self.connect, self.patience = connect, patience

    def run(self, bundles: Sequence[Bundle], work: Callable[[Bundle], Done]) -> Iterator[Done]:
        """The outcomes as they come."""
        left = {bundle.id: bundle for bundle in bundles}
        attempts = dict.fromkeys(left, 0)
        seen = time.monotonic()
        while left:
            try:
                with self.connect() as client:
                    for outcome in self._round(client, left, attempts, work):
                        del left[outcome.bundle]
                        yield outcome
                seen = time.monotonic()
            except (OSError, TimeoutError) as failure:
                if time.monotonic() - seen > self.patience:
                    raise _unreachable(failure) from None
                time.sleep(1.0)

    def _round(
        self, client: "Client", left: dict[str, Bundle], attempts: dict[str, int], work: Callable[[Bundle], Done]
    ) -> Iterator[Done]:
        """One submission of all that is left; ends when everything has come back or been lost."""
        from distributed import as_completed

        futures = {
            client.submit(tidily, work, bundle, key=f"{name}-{attempts[name]}", pure=False): name
            for name, bundle in left.items()
        }
        try:
            for future in as_completed(futures):
                name = futures[future]
                if future.status == "finished":
                    yield future.result()
                    continue
                attempts[name] += 1
                if future.status == "error" and not _worker_lost(future.exception()):
                    yield Done(name, repr(future.exception()))
                elif attempts[name] >= ATTEMPTS:
                    yield Done(name, f"its worker died {ATTEMPTS} times")
        finally:
            # Whoever stops asking does not want the rest.
            if client.status == "running":
                client.cancel(list(futures), force=True)


def _worker_lost(failure: BaseException | None) -> bool:
    from distributed.scheduler import KilledWorker

    return isinstance(failure, KilledWorker)


def _unreachable(failure: BaseException) -> RunError:
    return RunError(
        "R330",
        "no scheduler",
        where=str(failure).splitlines()[0][:200] if str(failure) else type(failure).__name__,
        why=f"it could not be reached for {PATIENCE:.0f} seconds; what is finished is kept",
        fix="start it again and repeat the command, or leave out --scheduler to compute here",
    )


@contextmanager
def open_engine(cluster: Cluster, n_bundles: int) -> Iterator[AbstractEngine]:
    """The engine that a description asks for, with no more workers on this machine than there are bundles.

    Raises: ConfigError C640 if the extra `sweep` is needed and missing.
    """
    workers = min(cluster.workers or max(1, len(os.sched_getaffinity(0)) // 2), max(n_bundles, 1))
    if cluster.scheduler:
        distributed = extra("distributed")
        yield Dask(lambda: distributed.Client(cluster.scheduler, timeout=10))
    elif cluster.slurm:
        distributed = extra("distributed")
        with slurm_cluster(cluster) as started:
            started.scale(jobs=cluster.slurm.get("jobs", 1))
            yield Dask(lambda: distributed.Client(started))
    elif workers > 1:
        distributed = extra("distributed")
        options = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None}
        # Workers that are stopped by Ctrl-C say so in warnings of several lines.
        with ctrl_c_held_back():
            started = distributed.LocalCluster(**options, silence_logs=logging.ERROR)
        with started:
            yield Dask(lambda: distributed.Client(started))
    else:
        yield InProcess()


@contextmanager
def ctrl_c_held_back() -> Iterator[None]:
    """Let Ctrl-C take effect at the end of the block.

    Processes that are started inside never see it: those of a cluster that is stopped while it starts would show their
    tracebacks.

    Raises: Interrupted if somebody has pressed it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # Its start, which the first process causes otherwise, lets signals through again.
    resource_tracker.ensure_running()
    with stop_requests() as asked:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    if asked.made:
        raise Interrupted("stopped while the workers were starting; the same command goes on")


def slurm_cluster(cluster: Cluster) -> Any:
    """The `dask_jobqueue.SLURMCluster` that a description asks for; no job is submitted before it is scaled."""
    jobqueue = extra("dask_jobqueue")
    options = {name: value for name, value in cluster.slurm.items() if name != "jobs"}
    return jobqueue.SLURMCluster(**{"cores": 1, "processes": 1, "memory": "4GB", **options})


def extra(module: str) -> Any:
    """A library of the extra `sweep`.

    Raises: ConfigError C640 if it is not installed.
    """
    on_interrupt = signal.getsignal(signal.SIGINT)
    try:
        return CLUSTER_LIBRARIES.load(module, place="the campaign")[0]
    finally:
        # dask_jobqueue makes Ctrl-C an exit as it is imported; nobody would be told how to go on.
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, on_interrupt)
