"""Search for good settings with Optuna: each trial computes the proposed settings on all recordings and seeds.

Trials are ordinary jobs, so after an interruption only unfinished jobs are computed again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from attrax.campaigns.campaign import Campaign
from attrax.campaigns.engines import load_extra, open_engine
from attrax.campaigns.experiment import Bundle
from attrax.campaigns.results_table import Summary, summarize
from attrax.campaigns.sweep.sweep_file import Choices, Range, Search, SweepFile
from attrax.campaigns.sweep.sweep_points import bundles_of, jobs_of, label
from attrax.core.errors import ConfigError
from attrax.measures.measure_spec import Better, worst

if TYPE_CHECKING:
    from optuna import Study, Trial


@dataclass(frozen=True)
class Searching:
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
        """The search that the sweep file describes."""
        assert self.file.search is not None
        return self.file.search

    def run(self) -> None:
        """Try settings until the number of trials in the sweep file is reached, counting trials of earlier calls.

        Raises:
            Interrupted: Ctrl-C; trials that were under way come first in the next call.
            ConfigError: C581 if the objective is no column of the table, C582 if no direction of it is better.
        """
        wanted, console, record = self.wanted, self.campaign.console, self.open_record()
        with open_engine(self.file.cluster, wanted.together) as engine:
            while trials := _proposed(record, wanted):
                tried = {trial.number: self._bundles_at(trial.params) for trial in trials}
                self.campaign.compute([bundle for bundles in tried.values() for bundle in bundles], engine)
                for trial in trials:
                    found = objective(summarize(jobs_of(tried[trial.number]), self.campaign.store), wanted.objective)
                    record.tell(trial, found.loss)
                    told = f"{trial.number + 1}: {wanted.objective} {found.value:.4g} at {_told(trial.params)}"
                    console.say("trial", told)
        best = record.best_trial
        # A geometric mean is positive; only the loss that the record keeps may have another sign.
        console.say("best", f"{wanted.objective} {abs(record.best_value):.4g} at {_told(best.params)}")

    def tried_bundles(self) -> tuple[Bundle, ...]:
        """The bundles of all trials so far."""
        found = [self._bundles_at(trial.params) for trial in self.open_record().get_trials() if trial.params]
        return tuple({bundle.id: bundle for bundles in found for bundle in bundles}.values())

    def open_record(self) -> "Study":
        """Open or create the Optuna study of the search; it may already hold trials."""
        optuna, folder, wanted = load_extra("optuna"), self.campaign.store.folder, self.wanted
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
        return bundles_of(self.file.model_copy(update={"grid": grid}), self.data_dir)


class Objective(NamedTuple):
    """The number that a search makes better.

    Attributes:
        value: The geometric mean over points of the median over seeds of a metric.
        loss: What becomes small as the trial becomes better: the value, or its negative where higher is better.
    """

    value: float
    loss: float


def objective(summaries: Sequence[Summary], name: str) -> Objective:
    """The objective of one trial; a point that has failed counts as the worst possible value.

    Raises: ConfigError C581 if there is no such metric, C582 if no direction of it is better.
    """
    columns = {column for summary in summaries for column in summary.names}
    if columns and name not in columns:
        raise ConfigError(
            "C581",
            f"no score {name!r}",
            where="search.objective",
            why="the table has " + ", ".join(sorted(columns)),
            fix='objective = "D_stsp"',
        )
    better: set[Better] = {summary.better(name) for summary in summaries if name in summary.names} or {"lower"}
    if better not in ({"lower"}, {"higher"}):
        raise ConfigError(
            "C582",
            f"nothing to search for in {name!r}",
            where="search.objective",
            why="neither small nor large values of it are better",
            fix='objective = "D_stsp"',
        )
    (direction,) = better
    medians = [summary.spread(name).median if name in summary.names else worst(direction) for summary in summaries]
    value = float(np.exp(np.mean(np.log(np.maximum(medians, 1e-12)))))
    return Objective(value, value if direction == "lower" else -value)


def _proposed(record: "Study", wanted: Search) -> list["Trial"]:
    """The next trials; empty when all are done. Unfinished trials of an earlier call are proposed again."""
    states = load_extra("optuna").trial.TrialState
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


def _told(parameters: dict[str, Any]) -> str:
    return ", ".join(f"{name} {label(value)}" for name, value in parameters.items())
