import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from attrax.campaigns.cluster import Cluster
from attrax.campaigns.engines import open_engine
from attrax.campaigns.execution import BundleOutcome
from attrax.campaigns.schedulers import (
    ctrl_c_held_back,
    load_extra,
    local_scheduler,
    refill,
    slurm_cluster,
    slurm_scheduler,
)
from attrax.campaigns.sweep.sweep_points import bundles_of
from attrax.core.errors import ConfigError, Interrupted, RunError
from tests.campaigns.worker_processes import kill_all, listening, refuses_strangers, workers

pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("ignore")


def test_a_missing_library_is_told_with_what_installs_it():
    with pytest.raises(ConfigError, match=r"C640[\s\S]*no_such_library[\s\S]*attrax\[sweep\]"):
        load_extra("no_such_library")


def test_ctrl_c_waits_until_the_workers_have_started_and_they_never_see_it():
    ended = []

    def start():
        with ctrl_c_held_back():
            worker = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
            worker.send_signal(signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
            worker.communicate(b"on\n")
            ended.append(worker.returncode)

    with pytest.raises(Interrupted, match="the same command"):
        start()
    assert ended == [0]
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_the_job_script_of_slurm_asks_for_what_is_written():
    before = signal.getsignal(signal.SIGINT)
    slurm = {"queue": "short", "cores": 2, "memory": "6GB", "walltime": "02:00:00", "jobs": 3}
    with slurm_cluster(Cluster(slurm=slurm)) as cluster:
        script = cluster.job_script()
    assert signal.getsignal(signal.SIGINT) is before
    for line in ("#SBATCH -p short", "#SBATCH --cpus-per-task=2", "#SBATCH -t 02:00:00", "distributed.cli.dask_worker"):
        assert line in script


def test_a_job_of_slurm_brings_the_key_in_a_file_of_its_own_and_opens_no_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with slurm_cluster(Cluster(slurm={"queue": "short"})) as cluster:
        script = cluster.job_script()
        (key,) = tmp_path.glob("*/key")
        assert f"--tls-key {key}" in script
        assert key.stat().st_mode & 0o077 == 0
        assert "PRIVATE KEY" not in script
        assert "--preload attrax.campaigns.closed_pages --no-dashboard" in script
        assert cluster.scheduler_address.startswith("tls://")
        assert len(listening(os.getpid())) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_slurm_that_takes_no_job_is_told(tmp_path, monkeypatch):
    (tmp_path / "sbatch").write_text("#!/bin/sh\necho invalid partition >&2; exit 1\n")
    (tmp_path / "sbatch").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RunError, match=r"R332[\s\S]*invalid partition"), slurm_scheduler(Cluster(slurm={"jobs": 1})):
        pass


def test_the_scheduler_has_one_port_and_it_asks_for_a_certificate():
    with local_scheduler() as started:
        assert started.scheduler_address.startswith("tls://127.0.0.1")
        ports = listening(os.getpid())
        assert ports
        assert all(map(refuses_strangers, ports))


class Patient:
    """Work that takes a moment and leaves a file; one of its bundles kills its worker."""

    def __init__(self, folder, deadly):
        self.folder, self.deadly = folder, deadly

    def __call__(self, bundle):
        (self.folder / f"{bundle.id}.begun").touch()
        if bundle.id == self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.3)
        return BundleOutcome(bundle.id)


@pytest.mark.slow
def test_a_sweep_whose_workers_all_die_ends_and_strangers_find_no_door(tmp_path, describe):
    """All workers are killed, and those that start in their place, too; and one bundle kills its worker each time."""
    bundles = bundles_of(describe(grid={"train.forcing.alpha": [i / 10 for i in range(1, 9)]}), tmp_path)
    outcomes, ports = [], []

    def murder():
        deadline = time.monotonic() + 120
        while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.05)
        for _ in range(4):
            kill_all()
            time.sleep(0.4)

    killer = threading.Thread(target=murder)
    with open_engine(Cluster(workers=2), len(bundles)) as engine:
        killer.start()
        for outcome in engine.run(bundles, Patient(tmp_path, bundles[0].id)):
            outcomes.append(outcome)
            if len(outcomes) == 4:
                killer.join()
                ports = listening(os.getpid(), *(one.pid for one in workers()))
                assert all(map(refuses_strangers, ports))
    assert len(ports) > 2
    assert sorted(outcome.bundle for outcome in outcomes) == sorted(bundle.id for bundle in bundles)
    assert [outcome.bundle for outcome in outcomes if outcome.error] == [bundles[0].id]


@pytest.mark.slow
def test_a_worker_that_dies_at_its_start_is_replaced():
    with local_scheduler() as started:
        killer = threading.Thread(target=kill_first)
        killer.start()
        with pytest.raises(RuntimeError):
            refill(started, 1)
        killer.join()
        refill(started, 1)
        assert len(started.scheduler_info["workers"]) == 1


def kill_first():
    deadline = time.monotonic() + 60
    while not kill_all() and time.monotonic() < deadline:
        time.sleep(0.02)
