"""Search for good settings with Optuna: each trial computes the proposed settings on all recordings and seeds.

Trials are ordinary jobs, so after an interruption only unfinished jobs are computed again.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from attrax.campaigns.engines import load_extra, open_engine
from attrax.campaigns.experiment import Bundle, Job
from attrax.campaigns.results_table import summarize
from attrax.campaigns.sweep.sweep_file import Choices, Range, Search, SweepFile
from attrax.campaigns.sweep.sweep_points import bundles_of, jobs_of, label
from attrax.campaigns.sweep.sweep_run import Sweep
from attrax.core.errors import ConfigError

if TYPE_CHECKING:
    from optuna import Study, Trial


def search(sweep: Sweep, wanted: Search) -> None:
    """Try settings until the number of trials in the sweep file is reached, counting trials of earlier calls.

    Args:
        sweep: The sweep.
        wanted: The search in its file.

    Raises:
        Interrupted: Ctrl-C; the next call begins with the unfinished trials.
        ConfigError: C581 if the objective is not a column of the table.
    """
    record = open_record(sweep, wanted)
    with open_engine(sweep.file.cluster, wanted.together) as engine:
        while trials := _proposed(record, wanted):
            tried = {trial.number: bundles_of(_at(sweep.file, trial.params), sweep.data_dir) for trial in trials}
            sweep.campaign.compute([bundle for bundles in tried.values() for bundle in bundles], engine)
            for trial in trials:
                value = objective(sweep, wanted.objective, jobs_of(tried[trial.number]))
                record.tell(trial, value)
                told = f"{trial.number + 1}: {wanted.objective} {value:.4g} at {_told(trial.params)}"
                sweep.console.say("trial", told)
    best = record.best_trial
    sweep.console.say("best", f"{wanted.objective} {best.value:.4g} at {_told(best.params)}")
    sweep.show_results(jobs_of(tried_bundles(sweep, wanted)))


def tried_bundles(sweep: Sweep, wanted: Search) -> tuple[Bundle, ...]:
    """The bundles of all trials so far."""
    found = [_at(sweep.file, trial.params) for trial in open_record(sweep, wanted).get_trials() if trial.params]
    bundles = (bundle for file in found for bundle in bundles_of(file, sweep.data_dir))
    return tuple({bundle.id: bundle for bundle in bundles}.values())


def open_record(sweep: Sweep, wanted: Search) -> "Study":
    """Open or create the Optuna study of a search; it may already hold trials."""
    optuna = load_extra("optuna")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sweep.store.folder.mkdir(parents=True, exist_ok=True)
    record = optuna.create_study(
        storage=wanted.storage or f"sqlite:///{sweep.store.folder.resolve() / 'trials.db'}",
        study_name=sweep.store.folder.name,
        direction="minimize",
        load_if_exists=True,
    )
    # A new sampler begins its random numbers again: with the same seed, each call would propose the same trials.
    record.sampler = optuna.samplers.TPESampler(seed=wanted.seed + len(record.get_trials()))
    return record


def objective(sweep: Sweep, name: str, jobs: Sequence[Job]) -> float:
    """Geometric mean over recordings of the median over seeds of one metric; infinite if a recording has failed."""
    summaries = summarize(jobs, sweep.store)
    columns = {column for summary in summaries for column in summary.names}
    if columns and name not in columns:
        raise ConfigError(
            "C581",
            f"no score {name!r}",
            where="search.objective",
            why="the table has " + ", ".join(sorted(columns)),
            fix='objective = "D_stsp"',
        )
    medians = [summary.spread(name).median if name in summary.names else np.inf for summary in summaries]
    return float(np.exp(np.mean(np.log(np.maximum(medians, 1e-12)))))


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


def _at(file: SweepFile, parameters: dict[str, Any]) -> SweepFile:
    """The sweep file for one trial: a grid with a single point."""
    return file.model_copy(update={"grid": {name: [value] for name, value in parameters.items()}})


def _told(parameters: dict[str, Any]) -> str:
    return ", ".join(f"{name} {label(value)}" for name, value in parameters.items())
