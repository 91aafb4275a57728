"""`Sweep`: runs a sweep file, shows its status, or checks it without computing."""

from collections.abc import Callable, Sequence
from pathlib import Path

from attrax.campaigns.campaign import Campaign
from attrax.campaigns.engines import open_engine
from attrax.campaigns.experiment import Bundle, Job
from attrax.campaigns.fit_experiment import FitExperiment
from attrax.campaigns.result_store import ResultStore
from attrax.campaigns.results_table import header, summarize, texts, write_table
from attrax.campaigns.schedulers import slurm_cluster
from attrax.campaigns.sweep.search import SettingSearch
from attrax.campaigns.sweep.sweep_file import SweepFile
from attrax.campaigns.sweep.sweep_page import write_page
from attrax.campaigns.sweep.sweep_points import bundles_of, jobs_of
from attrax.core.errors import DataError, RunError
from attrax.reconstruct.preparation.preparation import completed
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.cost import expected_seconds
from attrax.runs.console import Console, show_path


class Sweep:
    """A sweep file and the folder of its results. After a stop, the same command continues it.

    Args:
        file: The sweep file.
        folder: The folder of results. Several sweeps may use the same one; they share the results of equal jobs.
        data_dir: The folder for relative paths of recordings.
        command: The command that continues after a stop, as it is shown to the user.
        console: Where progress is shown.
    """

    def __init__(self, file: SweepFile, folder: Path, data_dir: Path, command: str, console: Console):
        self.file, self.data_dir, self.console = file, data_dir, console
        self.campaign = Campaign(ResultStore(folder), command, console)

    @property
    def store(self) -> ResultStore:
        """The store of results."""
        return self.campaign.store

    @property
    def searching(self) -> SettingSearch:
        """The search that the file asks for."""
        return SettingSearch(self.file, self.data_dir, self.campaign)

    def run(self) -> None:
        """Compute the missing results, or continue the search.

        Raises:
            Interrupted: Ctrl-C; finished results are kept.
            RunError: R330 if the scheduler cannot be reached, R335 if jobs were lost.
            ConfigError: C640 if a library is missing.
        """
        if self.file.search is not None:
            self.searching.run()
            self.show_results(jobs_of(self.planned_bundles()))
            return
        bundles = bundles_of(self.file, self.data_dir)
        self._show_plan(bundles)
        try:
            with open_engine(self.file.cluster, len(bundles)) as engine:
                self.campaign.compute(bundles, engine)
        finally:
            self.show_results(jobs_of(bundles))
        self._check_complete(jobs_of(bundles))

    def _check_complete(self, jobs: Sequence[Job]) -> None:
        """Check that every job has a result, which may be a failure, so that the exit code tells it.

        Raises: RunError R335 if not.
        """
        lost = self.store.missing(jobs)
        if lost:
            raise RunError(
                "R335",
                "jobs were lost",
                where=f"{show_path(self.store.folder)}: {len(lost)} of {len(jobs)} jobs have no result",
                why="they ended in a way that need not come again; the lines `lost` say how",
                fix=f"{self.campaign.command}  # computes what is missing",
            )

    def status(self) -> None:
        """Show the results so far."""
        bundles = self.planned_bundles()
        self._show_plan(bundles)
        self.show_results(jobs_of(bundles))

    def dry_run(self) -> None:
        """Check every recording and setting, and show what `run` would do, with the job script for Slurm."""
        bundles = self.planned_bundles()
        for bundle in bundles:
            config = _config(bundle.jobs[0])
            completed(config, load_recordings(config))
        self._show_plan(bundles)
        self.console.say("cluster", str(self.file.cluster))
        if self.file.cluster.slurm:
            with slurm_cluster(self.file.cluster) as started:
                self.console.say("script", "\n" + started.job_script())

    def planned_bundles(self) -> tuple[Bundle, ...]:
        """All bundles of the sweep; for a search, those of the trials so far."""
        return bundles_of(self.file, self.data_dir) if self.file.search is None else self.searching.tried_bundles()

    def show_results(self, jobs: Sequence[Job]) -> None:
        """Write and show the table of the results so far."""
        summaries = summarize(jobs, self.store)
        if any(summary.runs for summary in summaries):
            folder = self.store.folder
            write_table(summaries, folder)
            write_page(self.file, summaries, folder, self.campaign.command)
            self.console.table(header(summaries), texts(summaries))
            self.console.say("wrote", f"{show_path(folder)}: table.md  table.csv  rows/  runs/")

    def _show_plan(self, bundles: Sequence[Bundle]) -> None:
        self.campaign.show_plan("sweep", bundles, _guess())


def _guess() -> Callable[[Job], float]:
    """A function for the expected seconds of a job, computed once for each recording."""
    known: dict[str, float] = {}

    def seconds(job: Job) -> float:
        data = job.point[0][1]
        if data not in known:
            known[data] = _seconds(job)
        return known[data]

    return seconds


def _seconds(job: Job) -> float:
    """The expected seconds of a job; 0 if its recording cannot be used, which is reported when the job runs."""
    config = _config(job)
    try:
        return expected_seconds(completed(config, load_recordings(config)))
    except DataError:
        return 0.0


def _config(job: Job) -> Config:
    assert isinstance(job.experiment, FitExperiment)
    return job.experiment.at(job.seed)
