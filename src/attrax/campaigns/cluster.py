"""Cluster: where jobs are computed, as a person writes it down."""

from typing import Any

from pydantic import Field

from attrax.reconstruct.settings.sections import Section


class Cluster(Section):
    """Where jobs are computed.

    Attributes:
        workers: Processes on this machine; 0 is one for every two cores. 1 uses no cluster at all.
        scheduler: Address of a Dask scheduler that already runs, such as `tcp://10.0.0.1:8786`.
        slurm: Arguments of `dask_jobqueue.SLURMCluster`, and `jobs`, how many of them to ask for.
    """

    workers: int = Field(default=0, ge=0)
    scheduler: str = ""
    slurm: dict[str, Any] = Field(default_factory=dict)

    def __str__(self) -> str:
        if self.scheduler:
            return f"the scheduler at {self.scheduler}"
        return f"{self.slurm.get('jobs', 1)} jobs of Slurm" if self.slurm else "this machine"
