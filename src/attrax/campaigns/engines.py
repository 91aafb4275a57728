"""Engines: compute jobs in this process, on a Dask cluster or on Slurm. The results are the same everywhere."""

import logging
import math
import signal
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any

import jax

from attrax.campaigns.cluster import Cluster
from attrax.campaigns.execution import BundleOutcome
from attrax.campaigns.experiment import Bundle
from attrax.core.errors import Interrupted, RunError
from attrax.core.optional_library import CLUSTER_LIBRARIES
from attrax.kernels.processors import processors
from attrax.runs.interrupts import stop_requests

if TYPE_CHECKING:
    from distributed import Client

ATTEMPTS = 3
PATIENCE = 120.0
LONGEST_WITHOUT_WORKERS = 60.0
POLL = 0.2


class AbstractEngine(ABC):
    """Computes bundles of jobs.

    For developers: implement `run`. An engine calls `work` at least once for each bundle, and may call it again after
    a worker has died; `work` must allow that.
    """

    @abstractmethod
    def run(self, bundles: Sequence[Bundle], work: Callable[[Bundle], BundleOutcome]) -> Iterator[BundleOutcome]:
        """Compute the bundles, and yield the outcome of each when it ends. Closing the iterator stops the work."""


def compute_and_clear_caches(work: Callable[[Bundle], BundleOutcome], bundle: Bundle) -> BundleOutcome:
    """Compute a bundle, then delete the programs that JAX has compiled for it.

    JAX keeps compiled programs in memory, and the operating system limits the number of memory maps of a process.
    Without this, a process would crash after some hundred jobs.
    """
    outcome = work(bundle)
    jax.clear_caches()
    return outcome


class InProcess(AbstractEngine):
    """Computes one bundle after another in this process."""

    def run(self, bundles: Sequence[Bundle], work: Callable[[Bundle], BundleOutcome]) -> Iterator[BundleOutcome]:
        """The outcomes in the order of the bundles."""
        for bundle in bundles:
            yield compute_and_clear_caches(work, bundle)


class Dask(AbstractEngine):
    """Computes bundles on the workers of a Dask cluster.

    If workers die or the scheduler is restarted, lost bundles are submitted again. A bundle fails when its worker has
    died `ATTEMPTS` times.

    Args:
        connect: Function that opens a connection to the scheduler; called again after the connection was lost.
        patience: Number of seconds without a scheduler after which the campaign stops.
        without_workers: Number of seconds without any worker after which it stops; infinite where workers wait in a
            queue.
    """

    def __init__(
        self,
        connect: Callable[[], "AbstractContextManager[Client]"],
        patience: float = PATIENCE,
        without_workers: float = LONGEST_WITHOUT_WORKERS,
    ):
        self.connect, self.patience, self.without_workers = connect, patience, without_workers

    def run(self, bundles: Sequence[Bundle], work: Callable[[Bundle], BundleOutcome]) -> Iterator[BundleOutcome]:
        """The outcomes in the order in which the bundles end."""
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
        self,
        client: "Client",
        left: dict[str, Bundle],
        attempts: dict[str, int],
        work: Callable[[Bundle], BundleOutcome],
    ) -> Iterator[BundleOutcome]:
        """Submit all bundles that are left; ends when each has an outcome or was lost."""
        futures = {
            client.submit(compute_and_clear_caches, work, bundle, key=f"{name}-{attempts[name]}", pure=False): name
            for name, bundle in left.items()
        }
        try:
            for future in self._ended(client, list(futures)):
                name = futures[future]
                if future.status == "finished":
                    yield future.result()
                    continue
                attempts[name] += 1
                if future.status == "error" and not _worker_lost(future.exception()):
                    yield BundleOutcome(name, repr(future.exception()))
                elif attempts[name] >= ATTEMPTS:
                    yield BundleOutcome(name, f"its worker died {ATTEMPTS} times", deadly=True)
        finally:
            # The caller has closed the iterator and does not want the other bundles.
            if client.status == "running":
                client.cancel(list(futures), force=True)

    def _ended(self, client: "Client", futures: Sequence[Any]) -> Iterator[Any]:
        """The futures as they end.

        Raises: RunError R331 if there is no worker for too long.
        """
        from distributed import as_completed

        running, alive = as_completed(futures), time.monotonic()
        while not running.is_empty():
            yield from running.next_batch(block=False)
            # A lost connection ends the futures, which says more than that the workers cannot be counted.
            with suppress(OSError, TimeoutError):
                alive = time.monotonic() if client.nthreads() else alive
            if time.monotonic() - alive > self.without_workers:
                raise _deserted(self.without_workers)
            time.sleep(POLL)


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


def _deserted(seconds: float) -> RunError:
    return RunError(
        "R331",
        "no workers",
        where=f"the scheduler has had none for {seconds:.0f} seconds",
        why="nothing would be computed any more; what is finished is kept",
        fix="start workers, or look why they died (memory?), and repeat the command: it computes what is missing",
    )


@contextmanager
def open_engine(cluster: Cluster, n_bundles: int) -> Iterator[AbstractEngine]:
    """Open the engine for a `Cluster`, with at most as many workers on this machine as there are bundles.

    Raises: ConfigError C640 if the extra `sweep` is needed and missing.
    """
    workers = min(cluster.workers or max(1, processors() // 2), max(n_bundles, 1))
    if cluster.scheduler:
        distributed = load_extra("distributed")
        yield Dask(lambda: distributed.Client(cluster.scheduler, timeout=10))
    elif cluster.slurm:
        distributed = load_extra("distributed")
        with slurm_cluster(cluster) as started:
            started.scale(jobs=cluster.slurm.get("jobs", 1))
            # Slurm may let its jobs wait for hours.
            yield Dask(lambda: distributed.Client(started), without_workers=math.inf)
    elif workers > 1:
        distributed = load_extra("distributed")
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
    with stop_requests() as asked, _blocked_ctrl_c():
        yield
    if asked.made:
        raise Interrupted("stopped while the workers were starting; the same command goes on")


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


def slurm_cluster(cluster: Cluster) -> Any:
    """The `dask_jobqueue.SLURMCluster` with the given arguments; it submits no job before `scale` is called."""
    jobqueue = load_extra("dask_jobqueue")
    options = {name: value for name, value in cluster.slurm.items() if name != "jobs"}
    # No port is opened that nobody asked for.
    usual = {"cores": 1, "processes": 1, "memory": "4GB", "scheduler_options": {"dashboard": False}}
    return jobqueue.SLURMCluster(**{**usual, **options})


def load_extra(module: str) -> Any:
    """Import a library of the extra `sweep`.

    Raises: ConfigError C640 if it is not installed.
    """
    on_interrupt = signal.getsignal(signal.SIGINT)
    try:
        return CLUSTER_LIBRARIES.load(module, place="the campaign")[0]
    finally:
        # Importing dask_jobqueue changes the handler of Ctrl-C; then the message how to continue would not be shown.
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, on_interrupt)
