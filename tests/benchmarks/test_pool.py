import pytest

from benchmarks.pool import Worker, WorkerError, allowed_cores


def test_a_worker_that_cannot_start_is_named():
    with Worker("benchmarks.ways.nowhere", allowed_cores()[:1]) as worker:
        worker.process.wait()
        with pytest.raises(WorkerError, match=r"benchmarks\.ways\.nowhere ended with code 1 on 'versions'"):
            worker.ask("versions")
