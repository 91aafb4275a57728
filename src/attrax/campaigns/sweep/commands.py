"""What a person may ask of a sweep: to go on, to tell how far it is, or to tell what it would do.

What is missing is computed, what is there is kept: the same command goes on after a stop.
"""

from attrax.campaigns.sweep.description import Cluster
from attrax.campaigns.sweep.engines import open_engine, slurm_cluster
from attrax.campaigns.sweep.execution import missing
from attrax.campaigns.sweep.sweep import Sweep
from attrax.campaigns.sweep.tasks import Task, jobs_of, tasks_of
from attrax.reconstruct.preparation.preparation import completed
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.runs.console import Console


def run(sweep: Sweep, console: Console) -> None:
    """Compute what is missing, or search on.

    Raises:
        Interrupted: Ctrl-C; what has been finished is kept.
        RunError: no way to the cluster.
    """
    if sweep.description.search is not None:
        from attrax.campaigns.sweep.search import search

        search(sweep, sweep.description.search, console)
        return
    tasks = tasks_of(sweep.description, sweep.data_dir)
    todo = [job for job in jobs_of(tasks) if missing(job, sweep.folder)]
    sweep.tell_plan(console, tasks)
    try:
        with open_engine(sweep.description.cluster, len(todo)) as engine:
            sweep.compute(todo, engine, console)
    finally:
        sweep.tell(console, tasks)


def status(sweep: Sweep, console: Console) -> None:
    """What there is so far."""
    tasks = known_tasks(sweep)
    sweep.tell_plan(console, tasks)
    sweep.tell(console, tasks)


def dry_run(sweep: Sweep, console: Console) -> None:
    """What `run` would do, with every recording and setting checked and the job script of the cluster shown."""
    tasks = known_tasks(sweep)
    for job in jobs_of(tasks):
        completed(job.tasks[0].config, load_recordings(job.tasks[0].config))
    sweep.tell_plan(console, tasks)
    cluster = sweep.description.cluster
    console.say("cluster", _told(cluster))
    if cluster.slurm:
        with slurm_cluster(cluster) as started:
            console.say("script", "\n" + started.job_script())


def known_tasks(sweep: Sweep) -> tuple[Task, ...]:
    """All runs that are wanted; of a search, those of all trials so far."""
    if sweep.description.search is None:
        return tasks_of(sweep.description, sweep.data_dir)
    from attrax.campaigns.sweep.search import tried_tasks

    return tried_tasks(sweep, sweep.description.search)


def _told(cluster: Cluster) -> str:
    if cluster.scheduler:
        return f"the scheduler at {cluster.scheduler}"
    if cluster.slurm:
        return f"{cluster.slurm.get('jobs', 1)} jobs of Slurm"
    return "this machine"
