"""`Cluster`: the setting that says where jobs are computed."""

from typing import Any

from pydantic import Field

from attrax.reconstruct.settings.sections import Section


class Cluster(Section):
    """Where jobs are computed.

    Attributes:
        workers: Number of processes on this machine. 0 means one for every two cores; 1 computes without Dask.
        scheduler: Address of a running Dask scheduler, such as `tcp://10.0.0.1:8786`.
        slurm: Arguments of `dask_jobqueue.SLURMCluster`, and `jobs`, the number of Slurm jobs to submit.
    """

    workers: int = Field(default=0, ge=0)
    scheduler: str = ""
    slurm: dict[str, Any] = Field(default_factory=dict)

    def __str__(self) -> str:
        if self.scheduler:
            return f"the scheduler at {self.scheduler}"
        return f"{self.slurm.get('jobs', 1)} jobs of Slurm" if self.slurm else "this machine"
