"""Search for good settings with Optuna: each trial computes the proposed settings on all recordings and seeds.

The best trial is chosen by validation rows, which are neither trained on nor used for the scores in the table: the best
of many test scores would be better than the settings are.

Trials are ordinary jobs, so after an interruption only unfinished jobs are computed again.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from attrax.campaigns.campaign import Campaign
from attrax.campaigns.engines import open_engine
from attrax.campaigns.experiment import Bundle
from attrax.campaigns.results_table import NEARNESS, Summary, summarize
from attrax.campaigns.schedulers import load_extra
from attrax.campaigns.sweep.sweep_file import Choices, Range, Search, SweepFile
from attrax.campaigns.sweep.sweep_points import bundles_of, jobs_of, label
from attrax.core.errors import RunError
from attrax.core.number_text import number_text
from attrax.measures.measure_spec import sense
from attrax.reconstruct.settings.configuration import overlay

if TYPE_CHECKING:
    from optuna import Study, Trial


VALIDATION_SHARE = 0.2
"""Share of the training rows by which settings are chosen, unless the sweep file says another."""


@dataclass(frozen=True)
class SettingSearch:
    """A search for good settings.

    Attributes:
        file: The sweep file, with a search in it.
        data_dir: Where relative paths of recordings begin.
        campaign: Computes the jobs of trials and keeps their results.
    """

    file: SweepFile
    data_dir: Path
    campaign: Campaign

    @property
    def wanted(self) -> Search:
        """The section `search` of the sweep file."""
        assert self.file.search is not None
        return self.file.search

    def run(self) -> None:
        """Try settings until the number of trials in the sweep file is reached, counting trials of earlier calls.

        Raises:
            Interrupted: Ctrl-C; trials that were under way come first in the next call.
            ConfigError: A setting is invalid.
            RunError: R319 if another process searches in this folder, R333 if the record of trials cannot be used.
        """
        wanted, console = self.wanted, self.campaign.console
        # Another search would take the trials that are under way for those of one that was killed.
        with self.campaign.writing(), _usable(), open_engine(self.file.cluster, wanted.together) as engine:
            record = self.open_record()
            while trials := _proposed(record, wanted):
                tried = {trial.number: self._bundles_at(trial.params) for trial in trials}
                self.campaign.compute_while_writing(
                    [bundle for bundles in tried.values() for bundle in bundles], engine
                )
                for trial in trials:
                    found = objective(self._summaries(tried[trial.number]))
                    record.tell(trial, found)
                    console.say("trial", f"{trial.number + 1}: {_distance(found)} at {_told(trial.params)}")
            best, value = record.best_trial, record.best_value
        console.say("best", f"trial {best.number + 1}: {_distance(value)} at {_told(best.params)}")
        for summary in self._summaries(self._bundles_at(best.params)):
            console.say("test", scores_told(summary))

    def tried_bundles(self) -> tuple[Bundle, ...]:
        """The bundles of all trials so far."""
        with _usable():
            found = [self._bundles_at(trial.params) for trial in self.open_record().get_trials() if trial.params]
        return tuple({bundle.id: bundle for bundles in found for bundle in bundles}.values())

    def open_record(self) -> "Study":
        """Open or create the Optuna study of the search; it may already hold trials."""
        [optuna], folder, wanted = load_extra("optuna"), self.campaign.store.folder, self.wanted
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        folder.mkdir(parents=True, exist_ok=True)
        record = optuna.create_study(
            storage=wanted.storage or f"sqlite:///{folder.resolve() / 'trials.db'}",
            study_name=folder.name,
            direction="minimize",
            load_if_exists=True,
        )
        # A sampler forgets what it has drawn: with one seed for all calls, each would begin with the same trials.
        record.sampler = optuna.samplers.TPESampler(seed=wanted.seed + len(record.get_trials()))
        return record

    def _bundles_at(self, parameters: dict[str, Any]) -> tuple[Bundle, ...]:
        """The bundles of one trial: a grid with a single point."""
        grid = {name: [value] for name, value in parameters.items()}
        base = overlay({"train": {"validation_fraction": VALIDATION_SHARE}}, self.file.base)
        return bundles_of(self.file.model_copy(update={"grid": grid, "base": base}), self.data_dir)

    def _summaries(self, bundles: Sequence[Bundle]) -> list[Summary]:
        return summarize(jobs_of(bundles), self.campaign.store)


@contextmanager
def _usable() -> Iterator[None]:
    """Turn what a database refuses, such as one that is locked or damaged, into an error with a sentence.

    Raises: RunError R333.
    """
    optuna, errors = load_extra("optuna", "sqlalchemy.exc")
    try:
        yield
    except (optuna.exceptions.StorageInternalError, errors.SQLAlchemyError) as failure:
        told = str(failure.__cause__ or failure).splitlines()[0]
        raise RunError(
            "R333",
            "the record of trials cannot be used",
            where=told[:200],
            why="another program locks it, it is damaged, or the disk is full; finished results are kept in rows/",
            fix="repeat the command when the other program has ended; if it is damaged, put trials.db aside and repeat "
            "it: what is in rows/ is not computed again",
        ) from None


def objective(summaries: Sequence[Summary]) -> float:
    """The number that a search minimises: the log distance between free runs and the validation rows.

    It is the mean over points of the median over seeds; a run that has failed is infinitely far away.
    """
    far = [[row.facts.get(NEARNESS, np.inf) for row in summary.rows] for summary in summaries]
    return float(np.mean([np.median(values) if values else np.inf for values in far]))


def scores_told(summary: Summary) -> str:
    """The scores of one point on test rows, medians over seeds."""
    scores = [name for name in summary.names if sense(summary.better(name))]
    where = ", ".join(value for _, value in summary.point)
    return f"{where}: " + ", ".join(f"{name} {summary.spread(name)}" for name in scores)


def _proposed(record: "Study", wanted: Search) -> list["Trial"]:
    """The next trials; empty when all are done. Unfinished trials of an earlier call are proposed again."""
    states = load_extra("optuna")[0].trial.TrialState
    for trial in record.get_trials(states=(states.RUNNING,)):
        record.enqueue_trial(trial.params)
        record.tell(trial.number, state=states.FAIL)
    left = wanted.trials - len(record.get_trials(states=(states.COMPLETE,)))
    trials = [record.ask() for _ in range(min(left, wanted.together))]
    for trial in trials:
        for name, space in wanted.space.items():
            _suggest(trial, name, space)
    return trials


def _suggest(trial: "Trial", name: str, space: Range | Choices) -> None:
    if isinstance(space, Choices):
        trial.suggest_categorical(name, space.choices)
    elif space.integer:
        trial.suggest_int(name, int(space.low), int(space.high), log=space.log)
    else:
        trial.suggest_float(name, space.low, space.high, log=space.log)


def _distance(nearness: float) -> str:
    return f"{number_text(float(np.exp(nearness)))} from the validation rows"


def _told(parameters: dict[str, Any]) -> str:
    return ", ".join(f"{name} {label(value)}" for name, value in parameters.items())
