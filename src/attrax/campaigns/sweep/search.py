"""Search: settings are proposed, tried on all recordings and seeds, and proposed anew in the light of what came out.

Optuna proposes and keeps the record. Trials are jobs like any others, so one that was interrupted costs only what it
had not finished.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from attrax.campaigns.sweep.description import Choices, Description, Range, Search
from attrax.campaigns.sweep.engines import extra, open_engine
from attrax.campaigns.sweep.execution import missing
from attrax.campaigns.sweep.sweep import Sweep
from attrax.campaigns.sweep.table import lines_of
from attrax.campaigns.sweep.tasks import Task, jobs_of, label, tasks_of
from attrax.core.errors import ConfigError
from attrax.runs.console import Console

if TYPE_CHECKING:
    from optuna import Study, Trial


def search(sweep: Sweep, wanted: Search, console: Console) -> None:
    """Try settings until as many trials are done as the description asks for; those of earlier calls count.

    Raises:
        Interrupted: Ctrl-C; trials that were under way come first in the next call.
        ConfigError: C581 if the objective is no row of the table.
    """
    study = open_study(sweep, wanted)
    with open_engine(sweep.description.cluster, wanted.together) as engine:
        while trials := _proposed(study, wanted):
            tried = {trial.number: tasks_of(_at(sweep.description, trial.params), sweep.data_dir) for trial in trials}
            jobs = [job for tasks in tried.values() for job in jobs_of(tasks) if missing(job, sweep.folder)]
            sweep.compute(jobs, engine, console)
            for trial in trials:
                value = objective(sweep, wanted.objective, tried[trial.number])
                study.tell(trial, value)
                console.say("trial", f"{trial.number + 1}: {wanted.objective} {value:.4g} at {_told(trial.params)}")
    best = study.best_trial
    console.say("best", f"{wanted.objective} {best.value:.4g} at {_told(best.params)}")
    sweep.tell(console, tried_tasks(sweep, wanted))


def tried_tasks(sweep: Sweep, wanted: Search) -> tuple[Task, ...]:
    """The runs of all trials so far."""
    found = [_at(sweep.description, trial.params) for trial in open_study(sweep, wanted).get_trials() if trial.params]
    tasks = (task for description in found for task in tasks_of(description, sweep.data_dir))
    return tuple({task.id: task for task in tasks}.values())


def open_study(sweep: Sweep, wanted: Search) -> "Study":
    """The record of a search, in which there may be trials already."""
    optuna = extra("optuna")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sweep.folder.mkdir(parents=True, exist_ok=True)
    study = optuna.create_study(
        storage=wanted.storage or f"sqlite:///{sweep.folder.resolve() / 'trials.db'}",
        study_name=sweep.folder.name,
        direction="minimize",
        load_if_exists=True,
    )
    # A sampler forgets what it has drawn: with one seed for all calls, each would begin with the same trials.
    study.sampler = optuna.samplers.TPESampler(seed=wanted.seed + len(study.get_trials()))
    return study


def objective(sweep: Sweep, name: str, tasks: Sequence[Task]) -> float:
    """The geometric mean over points of the median over seeds of a row of the table; infinite if a point failed."""
    lines = lines_of(tasks, sweep.folder)
    columns = {column for line in lines for column in line.spreads}
    if columns and name not in columns:
        raise ConfigError(
            "C581",
            f"no score {name!r}",
            where="search.objective",
            why="the table has " + ", ".join(sorted(columns)),
            fix='objective = "D_stsp"',
        )
    medians = [line.spreads[name].median if name in line.spreads else np.inf for line in lines]
    return float(np.exp(np.mean(np.log(np.maximum(medians, 1e-12)))))


def _proposed(study: "Study", wanted: Search) -> list["Trial"]:
    """The next trials; none when all are done. Those that an earlier call left under way are proposed again."""
    states = extra("optuna").trial.TrialState
    for trial in study.get_trials(states=(states.RUNNING,)):
        study.enqueue_trial(trial.params)
        study.tell(trial.number, state=states.FAIL)
    left = wanted.trials - len(study.get_trials(states=(states.COMPLETE,)))
    trials = [study.ask() for _ in range(min(left, wanted.together))]
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


def _at(description: Description, parameters: dict[str, Any]) -> Description:
    """The sweep of a single trial: a grid of one point."""
    return description.model_copy(update={"grid": {name: [value] for name, value in parameters.items()}})


def _told(parameters: dict[str, Any]) -> str:
    return ", ".join(f"{name} {label(value)}" for name, value in parameters.items())
