"""`ContestExperiment`: fits one method to one contest within its budget, and scores it."""

import time
from dataclasses import dataclass
from typing import Any

from attrax.campaigns.bench.contest import AbstractSuite
from attrax.campaigns.bench.contest_metrics import contest_metrics
from attrax.campaigns.bench.entrants import entrant_of
from attrax.campaigns.bench.tuning import tuned
from attrax.campaigns.budget import Budget
from attrax.campaigns.experiment import AbstractExperiment, ExperimentFailed
from attrax.campaigns.metric import Measurement
from attrax.core.errors import AttraxError


@dataclass(frozen=True)
class ContestExperiment(AbstractExperiment):
    """A method on a contest. The budget has `trials`, the number of settings to try, and `seconds`, the time for it.

    Attributes:
        suite: The suite that has the contest.
        contest: Name of the contest.
        method: Name of the method.
    """

    suite: AbstractSuite
    contest: str
    method: str

    @property
    def identity(self) -> Any:
        """The recordings of the contest, the settings of the method and a hash of its program."""
        return {
            "suite": [self.suite.name, self.suite.identity, self.contest],
            "method": [self.method, entrant_of(self.method).identity],
        }

    @property
    def seeds_used(self) -> int:
        """One seed."""
        return 1

    def run(self, budget: Budget, key: int) -> Measurement:
        """Choose settings, fit the method with the best ones, and score it. Any error counts as a failure."""
        contest, fits = self.suite.contest(self.contest), entrant_of(self.method).fits
        started = time.monotonic()
        try:
            limits = {"trials": budget["trials"], "seconds": budget["seconds"]}
            fit, trials = tuned(fits, contest.train, **limits, seed=key)
            simulator = fit(contest.train, seed=key)
            fitted = time.monotonic() - started
            metrics = contest_metrics(simulator, contest, seed=key)
        except AttraxError:
            raise
        except Exception as failure:
            told = str(failure).splitlines()[0][:200] if str(failure) else ""
            raise ExperimentFailed(f"{type(failure).__name__}: {told}") from None
        return Measurement(metrics, facts={"trials": trials, "fit_seconds": fitted})

    def command(self, budget: Budget, key: int) -> str:
        """The command that repeats this experiment."""
        return (
            f"attrax bench {self.suite.arguments} --systems {self.contest} --rivals {self.method} "
            f"--trials {budget['trials']} --seconds {budget['seconds']:g} --seed {key}"
        )
