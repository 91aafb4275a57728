"""Engines: compute jobs in this process, on a Dask cluster or on Slurm. The results are the same everywhere."""

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import jax

from attrax.campaigns.cluster import Cluster
from attrax.campaigns.execution import BundleOutcome
from attrax.campaigns.experiment import Bundle
from attrax.campaigns.schedulers import load_extra, local_scheduler, refill, slurm_jobs, slurm_scheduler
from attrax.core.errors import RunError
from attrax.kernels.processors import processors

if TYPE_CHECKING:
    from distributed import Client, SpecCluster

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
    died `ATTEMPTS` times. A scheduler that attrax has started reports every death; another one may report it only
    after several, as configured.

    Args:
        connect: Function that opens a connection to the scheduler; called again after the connection was lost.
        refill: Function that starts workers in place of those that are lost for good; called again and again.
        patience: Number of seconds without a scheduler after which the campaign stops.
        without_workers: Number of seconds without any worker after which it stops; infinite where workers wait in a
            queue.
    """

    def __init__(
        self,
        connect: Callable[[], "AbstractContextManager[Client]"],
        refill: Callable[[], None] = lambda: None,
        patience: float = PATIENCE,
        without_workers: float = LONGEST_WITHOUT_WORKERS,
    ):
        self.connect, self.refill = connect, refill
        self.patience, self.without_workers = patience, without_workers

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
            client.submit(compute_and_clear_caches, work, bundle, key=f"{name}-{uuid4()}", pure=False): name
            for name, bundle in left.items()
        }
        try:
            for future in self._ended(client, list(futures)):
                name = futures[future]
                try:
                    yield _outcome(name, future)
                except _killed_worker():
                    attempts[name] += 1
                    if attempts[name] >= ATTEMPTS:
                        yield BundleOutcome(name, f"its worker died {ATTEMPTS} times", deadly=True)
                except CancelledError:
                    # It went with the connection, and is submitted again.
                    continue
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
            # What could not be started is tried again. A lost connection ends the futures, which says more than that
            # the workers cannot be counted.
            with suppress(OSError, TimeoutError, RuntimeError):
                self.refill()
                alive = time.monotonic() if client.nthreads() else alive
            if time.monotonic() - alive > self.without_workers:
                raise _deserted(self.without_workers)
            time.sleep(POLL)


def _outcome(name: str, future: Any) -> BundleOutcome:
    """The outcome of a bundle that has ended.

    Raises: `KilledWorker` if its worker died, also afterwards, with the outcome; `CancelledError` if it was lost.
    """
    if future.status == "error" and not isinstance(future.exception(), _killed_worker()):
        return BundleOutcome(name, repr(future.exception()))
    return future.result()


def _killed_worker() -> type[Exception]:
    from distributed.scheduler import KilledWorker

    return KilledWorker


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

    Raises:
        ConfigError: C640 if the extra `sweep` is needed and missing.
        RunError: R332 if Slurm does not take the jobs.
    """
    workers = min(cluster.workers or max(1, processors() // 2), max(n_bundles, 1))
    if cluster.scheduler:
        [distributed] = load_extra("distributed")
        yield Dask(partial(distributed.Client, cluster.scheduler, timeout=10))
    elif cluster.slurm:
        with slurm_scheduler(cluster) as started:
            # Slurm may let its jobs wait for hours.
            yield _on(started, slurm_jobs(cluster), math.inf)
    elif workers > 1:
        with local_scheduler() as started:
            yield _on(started, workers, LONGEST_WITHOUT_WORKERS)
    else:
        yield InProcess()


def _on(started: "SpecCluster", workers: int, without_workers: float) -> Dask:
    """The engine for a scheduler that attrax starts."""
    [distributed] = load_extra("distributed")
    connect, again = partial(distributed.Client, started), partial(refill, started, workers)
    return Dask(connect, again, without_workers=without_workers)
