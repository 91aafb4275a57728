"""Learning together: the runs of a job are replicas of one another but for their seeds, and share every update."""

from collections.abc import Sequence

import numpy as np

from attrax.core.errors import RunError
from attrax.data.series import Dataset
from attrax.runs.build import build_training, replica_seeds
from attrax.runs.config import Config
from attrax.runs.instability import no_finite_loss
from attrax.runs.reconstruction import Learned
from attrax.runs.selection import Selection, is_candidate, nearness_to
from attrax.train import fit
from attrax.train.fit import Failure, Progress


def learn_together(configs: Sequence[Config], train: Dataset) -> list[Learned | RunError]:
    """Train the models of several runs side by side; each chooses among its own restarts.

    Args:
        configs: Complete configurations that differ in their seeds alone.
        train: What all of them are trained on.

    Returns: For each run what training left behind, or why nothing is left.
    """
    seeds = [seed for config in configs for seed in replica_seeds(config)]
    training = build_training(configs[0], train, seeds)
    restarts = configs[0].train.restarts
    members = [
        _Member(config, range(i * restarts, (i + 1) * restarts), train, seeds) for i, config in enumerate(configs)
    ]
    fit(training.models, training.data, training.plan, key=training.keys, callbacks=members)
    return [member.learned() for member in members]


class _Member:
    """The callback of one run: keeps its own part of the record and considers its own restarts."""

    def __init__(self, config: Config, replicas: range, train: Dataset, seeds: list[int]):
        self.config, self.replicas, self.train = config, replicas, train
        self.selection = Selection(nearness_to(train, config), seeds, folder=None)
        self.history = []
        self.failures: list[Failure] = []

    def __call__(self, progress: Progress) -> None:
        step, plan = int(progress.state.step), self.config.train
        own = {name: [float(value[i]) for i in self.replicas] for name, value in progress.record.items()}
        self.history.append({"step": step, **own})
        self.failures += [failure for failure in progress.failures if failure.replica in self.replicas]
        if is_candidate(step, plan.chunk, plan.updates, plan.candidates):
            stopped = np.asarray(progress.state.stopped)
            usable = [i for i in self.replicas if not stopped[i]]
            self.selection.consider(progress.state.model, step, usable)

    def learned(self) -> Learned | RunError:
        """The model that was chosen; the error if there is none."""
        best = self.selection.best()
        return no_finite_loss(self.config, self.train, self.failures) if best is None else Learned(*best, self.history)
