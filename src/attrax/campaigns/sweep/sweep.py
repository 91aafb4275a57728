"""The sweep: a description at work in a folder."""

import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from attrax.campaigns.sweep.description import Description
from attrax.campaigns.sweep.engines import AbstractEngine
from attrax.campaigns.sweep.execution import ended, execute, missing
from attrax.campaigns.sweep.page import write_page
from attrax.campaigns.sweep.table import header, lines_of, texts, write_table
from attrax.campaigns.sweep.tasks import Job, Task, jobs_of
from attrax.core.errors import DataError, Interrupted
from attrax.data.clock.durations import about
from attrax.reconstruct.inspection import expected_seconds
from attrax.reconstruct.preparation.preparation import completed
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.runs.console import Console, show_path


class Sweep:
    """A description, and the folder its runs lie in.

    Args:
        description: What is wanted.
        folder: Where it is kept; runs of other descriptions may lie there too, and are shared where they are the same.
        data_dir: Where relative paths of recordings begin.
        command: What a person types to go on.
    """

    def __init__(self, description: Description, folder: Path, data_dir: Path, command: str):
        self.description, self.folder, self.data_dir, self.command = description, folder, data_dir, command

    def compute(self, jobs: Sequence[Job], engine: AbstractEngine, console: Console) -> None:
        """Have jobs computed, and show how far it has come."""
        total = sum(len(job.tasks) for job in jobs)
        sizes = {job.id: len(job.tasks) for job in jobs}
        self.folder.mkdir(parents=True, exist_ok=True)
        done = 0
        try:
            with console.progress("runs", max(total, 1)) as move:
                for outcome in engine.run(jobs, partial(execute, folder=self.folder)):
                    done += sizes[outcome.job]
                    move(done, "")
                    if outcome.error:
                        console.say("lost", f"{sizes[outcome.job]} runs: {outcome.error}")
        except KeyboardInterrupt:
            raise Interrupted(f"stopped; {done} of {total} runs were finished\ngo on with:  {self.command}") from None
        shutil.rmtree(self.folder / "unfinished", ignore_errors=True)

    def tell_plan(self, console: Console, tasks: Sequence[Task]) -> None:
        """How many runs there are, how many are done, and about how long the rest will take."""
        jobs = jobs_of(tasks)
        left = [task for job in jobs for task in missing(job, self.folder)]
        console.say("sweep", f"{len(tasks)} runs in {len(jobs)} jobs, {len(tasks) - len(left)} done")
        console.say("folder", show_path(self.folder))
        if left:
            console.say("time", f"about {about(self._expected(tasks, left))} of one process for the rest")

    def tell(self, console: Console, tasks: Sequence[Task]) -> None:
        """Write and show the table of what there is so far."""
        lines = lines_of(tasks, self.folder)
        if any(line.runs for line in lines):
            write_table(lines, self.folder)
            write_page(self.description, lines, self.folder, self.command)
            console.table(header(lines), texts(lines))
            console.say("wrote", f"{show_path(self.folder)}: table.md  table.csv  runs/")

    def _expected(self, tasks: Sequence[Task], left: Sequence[Task]) -> float:
        """Seconds for what is left: as measured on what is done, or else as known from elsewhere."""
        known = [run for task in tasks if (run := ended(task, self.folder)) is not None and "judged_seconds" in run]
        if known:
            return len(left) * float(np.mean([run["seconds"] + run["judged_seconds"] for run in known]))
        first = {task.point[0][1]: task for task in reversed(left)}
        guess = {name: _seconds(task) for name, task in first.items()}
        return sum(guess[task.point[0][1]] for task in left)


def _seconds(task: Task) -> float:
    """The expected duration of a run; none if its recording cannot be used, which is told when its turn comes."""
    try:
        return expected_seconds(completed(task.config, load_recordings(task.config)))
    except DataError:
        return 0.0
