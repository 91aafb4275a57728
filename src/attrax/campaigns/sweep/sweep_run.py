"""A sweep at work: its file, the folder its results lie in, and what a person may ask of it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from attrax.campaigns.campaign import Campaign
from attrax.campaigns.engines import open_engine, slurm_cluster
from attrax.campaigns.experiment import Bundle, Job
from attrax.campaigns.fit_experiment import FitExperiment
from attrax.campaigns.result_store import ResultStore
from attrax.campaigns.results_table import header, summarize, texts, write_table
from attrax.campaigns.sweep.search import Searching
from attrax.campaigns.sweep.sweep_file import SweepFile
from attrax.campaigns.sweep.sweep_page import write_page
from attrax.campaigns.sweep.sweep_points import bundles_of, jobs_of
from attrax.core.errors import DataError
from attrax.reconstruct.inspection import expected_seconds
from attrax.reconstruct.preparation.preparation import completed
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.reconstruct.settings.configuration import Config
from attrax.runs.console import Console, show_path


class Sweep:
    """A sweep file at work: the same command goes on after a stop.

    Args:
        file: What is wanted.
        folder: Where results are kept; those of other sweeps may lie there too, and are shared where they are the same.
        data_dir: Where relative paths of recordings begin.
        command: What a person types to go on.
        console: What a person sees.
    """

    def __init__(self, file: SweepFile, folder: Path, data_dir: Path, command: str, console: Console):
        self.file, self.data_dir, self.console = file, data_dir, console
        self.campaign = Campaign(ResultStore(folder), command, console)

    @property
    def store(self) -> ResultStore:
        """Where results are kept."""
        return self.campaign.store

    @property
    def searching(self) -> Searching:
        """The search that the file asks for."""
        return Searching(self.file, self.data_dir, self.campaign)

    def run(self) -> None:
        """Compute what is missing, or search on.

        Raises:
            Interrupted: Ctrl-C; what has ended is kept.
            RunError: no way to the cluster.
        """
        if self.file.search is not None:
            self.searching.run()
            self.tell(jobs_of(self.known()))
            return
        bundles = bundles_of(self.file, self.data_dir)
        self._tell_plan(bundles)
        try:
            with open_engine(self.file.cluster, len(bundles)) as engine:
                self.campaign.compute(bundles, engine)
        finally:
            self.tell(jobs_of(bundles))

    def status(self) -> None:
        """Show what there is so far."""
        bundles = self.known()
        self._tell_plan(bundles)
        self.tell(jobs_of(bundles))

    def dry_run(self) -> None:
        """Show what `run` would do; every recording and setting is checked, the job script of the cluster is shown."""
        bundles = self.known()
        for bundle in bundles:
            config = _config(bundle.jobs[0])
            completed(config, load_recordings(config))
        self._tell_plan(bundles)
        self.console.say("cluster", str(self.file.cluster))
        if self.file.cluster.slurm:
            with slurm_cluster(self.file.cluster) as started:
                self.console.say("script", "\n" + started.job_script())

    def known(self) -> tuple[Bundle, ...]:
        """All that is wanted; of a search, all trials so far."""
        return bundles_of(self.file, self.data_dir) if self.file.search is None else self.searching.tried_bundles()

    def tell(self, jobs: Sequence[Job]) -> None:
        """Write and show the table of what there is so far."""
        summaries = summarize(jobs, self.store)
        if any(summary.runs for summary in summaries):
            folder = self.store.folder
            write_table(summaries, folder)
            write_page(self.file, summaries, folder, self.campaign.command)
            self.console.table(header(summaries), texts(summaries))
            self.console.say("wrote", f"{show_path(folder)}: table.md  table.csv  rows/  runs/")

    def _tell_plan(self, bundles: Sequence[Bundle]) -> None:
        self.campaign.tell_plan("sweep", bundles, _guess())


def _guess() -> Callable[[Job], float]:
    """The expected duration of a job, by that of the first one of its recording."""
    known: dict[str, float] = {}

    def seconds(job: Job) -> float:
        data = job.point[0][1]
        if data not in known:
            known[data] = _seconds(job)
        return known[data]

    return seconds


def _seconds(job: Job) -> float:
    """The expected duration of a job; none if its recording cannot be used, which is told when its turn comes."""
    config = _config(job)
    try:
        return expected_seconds(completed(config, load_recordings(config)))
    except DataError:
        return 0.0


def _config(job: Job) -> Config:
    assert isinstance(job.experiment, FitExperiment)
    return job.experiment.at(job.seed)
