import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError

import pytest

from attrax.campaigns.campaign import Campaign
from attrax.campaigns.cluster import Cluster
from attrax.campaigns.engines import ATTEMPTS, Dask, InProcess, open_engine
from attrax.campaigns.execution import BundleOutcome, execute
from attrax.campaigns.result_store import ResultStore
from attrax.campaigns.sweep.sweep_points import bundles_of, jobs_of
from attrax.core.errors import RunError
from attrax.runs.console import Console

distributed = pytest.importorskip("distributed")
KilledWorker = distributed.scheduler.KilledWorker


@pytest.fixture
def bundles(describe, tmp_path):
    return bundles_of(describe(grid={"train.forcing.alpha": [0.1, 0.2, 0.3, 0.4, 0.5]}), tmp_path)


@pytest.fixture
def local():
    """A cluster in this very process."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None, protocol="inproc://"
    ) as cluster:
        yield Dask(lambda: distributed.Client(cluster))


def succeed(bundle):
    return BundleOutcome(bundle.id)


def fail(bundle):
    raise RuntimeError("no such luck")


@pytest.mark.filterwarnings("ignore")
def test_engines_agree(bundles, local):
    here, there = (sorted(engine.run(bundles, succeed)) for engine in (InProcess(), local))
    assert here == there == sorted(BundleOutcome(bundle.id) for bundle in bundles)


@pytest.mark.filterwarnings("ignore")
def test_an_error_that_is_nobodys_fault_ends_its_bundle_only(bundles, local):
    outcomes = list(local.run(bundles, fail))
    assert len(outcomes) == len(bundles)
    assert all("no such luck" in outcome.error for outcome in outcomes)


@pytest.mark.filterwarnings("ignore")
def test_without_workers_a_campaign_ends_with_a_message(bundles):
    with distributed.LocalCluster(
        n_workers=0, processes=False, dashboard_address=None, protocol="inproc://"
    ) as cluster:
        lonely = Dask(lambda: distributed.Client(cluster), without_workers=0.5)
        with pytest.raises(RunError, match=r"R331[\s\S]*repeat the command"):
            list(lonely.run(bundles, succeed))


def test_without_its_scheduler_a_campaign_ends_with_a_message(bundles):
    def refuse():
        raise OSError("connection refused")

    with pytest.raises(RunError, match=r"R330[\s\S]*connection refused[\s\S]*repeat the command"):
        list(Dask(refuse, patience=0.0).run(bundles, succeed))


class Future:
    """A future of Dask that has ended in a given way."""

    def __init__(self, status, failure=None):
        self.status, self.failure = status, failure

    def exception(self):
        return self.failure

    def result(self):
        if self.failure is not None:
            raise self.failure
        return self.outcome


class Client(contextlib.AbstractContextManager):
    """A connection whose futures have ended as a list says, in turn; at the end of the list they succeed."""

    def __init__(self, endings):
        self.endings, self.status = endings, "running"

    def __exit__(self, *_):
        return None

    def submit(self, function, work, bundle, **_):
        future = Future(*(self.endings.pop(0) if self.endings else ("finished",)))
        future.outcome = work(bundle)
        return future

    def cancel(self, futures, force):
        pass


class Ready(Dask):
    def _ended(self, client, futures):
        yield from futures


KILLED = KilledWorker("b", None, 0)


@pytest.mark.parametrize(
    ("endings", "error"),
    [
        ([("error", KILLED)] * (ATTEMPTS - 1), ""),
        ([("error", KILLED)] * ATTEMPTS, f"its worker died {ATTEMPTS} times"),
        # The worker died after its bundle had ended, and the outcome with it.
        ([("finished", KILLED)] * (ATTEMPTS - 1), ""),
        # Lost with a scheduler, as often as it may be: nothing that the bundle has done.
        ([("lost", CancelledError())] * 2 * ATTEMPTS, ""),
        ([("error", OSError("no such luck"))], "OSError('no such luck')"),
    ],
)
def test_a_bundle_fails_when_it_has_killed_its_worker_thrice_and_for_no_other_loss(bundles, endings, error):
    client = Client(list(endings))
    (outcome,) = Ready(lambda: client).run(bundles[:1], succeed)
    assert outcome == BundleOutcome(bundles[0].id, error, deadly=error.startswith("its worker"))


def test_one_bundle_needs_no_cluster():
    with open_engine(Cluster(workers=4), 1) as engine:
        assert isinstance(engine, InProcess)


class Machine:
    """A scheduler and two workers as processes of their own, which may be killed at any time."""

    def __init__(self, port):
        self.address = f"tcp://127.0.0.1:{port}"
        self.scheduler = ["scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
        self.worker = ["worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        self.processes = {}
        self.running = True
        self.start("scheduler", self.scheduler)

    def start(self, name, command):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.processes[name] = subprocess.Popen([sys.executable, "-m", "dask", *command], **quiet)

    def kill(self, name):
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait()

    def keep_alive(self):
        """Start again whatever has died, as the supervisor of a cluster does."""
        while self.running:
            for name, command in (("scheduler", self.scheduler), ("a", self.worker), ("b", self.worker)):
                if name not in self.processes or self.processes[name].poll() is not None:
                    self.start(name, command)
            time.sleep(0.5)

    def stop(self):
        self.running = False
        time.sleep(1)
        for name in list(self.processes):
            with contextlib.suppress(ProcessLookupError):
                self.kill(name)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_two_hundred_runs_survive_killed_workers_and_a_restarted_scheduler(describe, tmp_path, monkeypatch):
    monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", str(tmp_path / "compiled"))
    monkeypatch.setenv("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
    bundles = bundles_of(describe(seeds=5, grid={"train.forcing.alpha": [i / 50 for i in range(1, 41)]}), tmp_path)
    jobs = jobs_of(bundles)
    assert (len(jobs), len(bundles)) == (200, 40)
    machine = Machine(8786 + os.getpid() % 1000)
    supervisor = threading.Thread(target=machine.keep_alive, daemon=True)
    supervisor.start()
    killed = []

    def murder():
        # Told by the work that is done, so that fast machines are hit as hard as slow ones; a moment later, so that it
        # strikes anywhere in a bundle.
        rng = random.Random(0)
        for due in range(20, 200, 25):
            while machine.running and len(list((tmp_path / "rows").glob("*.json"))) < due:
                time.sleep(0.1)
            time.sleep(rng.uniform(0, 5))
            victim = "scheduler" if len(killed) == 3 else rng.choice("ab")
            if machine.running:
                machine.kill(victim)
                killed.append(victim)

    threading.Thread(target=murder, daemon=True).start()
    try:
        engine = Dask(lambda: distributed.Client(machine.address, timeout=20))
        outcomes = list(engine.run(bundles, Execute(tmp_path)))
    finally:
        machine.stop()
    print(f"killed: {killed}")  # noqa: T201 - how hard the test was
    assert "scheduler" in killed
    assert len(killed) > 4
    assert sorted(outcome.bundle for outcome in outcomes) == sorted(bundle.id for bundle in bundles)
    assert not any(outcome.error for outcome in outcomes)
    runs = sorted(path.name for path in (tmp_path / "runs").iterdir())
    assert runs == sorted(job.id for job in jobs)
    assert not any(row.failure for row in ResultStore(tmp_path).rows(jobs))
    assert len(ResultStore(tmp_path).rows(jobs)) == 200


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_campaign_that_has_lost_its_scheduler_ends_with_a_message_and_goes_on_elsewhere(bundles, tmp_path):
    machine = Machine(8786 + os.getpid() % 1000)
    machine.start("a", machine.worker)

    def murder():
        while not list((tmp_path / "rows").glob("*.json")):
            time.sleep(0.02)
        machine.kill("scheduler")

    threading.Thread(target=murder, daemon=True).start()
    try:
        with pytest.raises(RunError, match=r"R330[\s\S]*repeat the command"):
            list(
                Dask(lambda: distributed.Client(machine.address, timeout=20), patience=3).run(
                    bundles, Execute(tmp_path)
                )
            )
    finally:
        machine.stop()
    store = ResultStore(tmp_path)
    assert 0 < len(store.missing(jobs_of(bundles))) < len(jobs_of(bundles))
    list(InProcess().run(bundles, Execute(tmp_path)))
    assert store.missing(jobs_of(bundles)) == []
    assert not any(row.failure for row in store.rows(jobs_of(bundles)))


class Execute:
    """`execute` in a folder, as something that can be sent to another process."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, bundle):
        return execute(bundle, self.folder)


@pytest.mark.filterwarnings("ignore")
def test_a_job_that_kills_its_workers_is_a_failed_row(bundles, tmp_path):
    class Deadly(InProcess):
        def run(self, bundles, work):
            yield from (BundleOutcome(bundle.id, "its worker died", deadly=True) for bundle in bundles)

    store = ResultStore(tmp_path / "store")
    Campaign(store, "again", Console(quiet=True)).compute(bundles, Deadly())
    rows = store.rows(jobs_of(bundles))
    assert len(rows) == len(jobs_of(bundles))
    assert all("its worker died" in row.failure for row in rows)
