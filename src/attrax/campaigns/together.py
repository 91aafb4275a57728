"""Learning together: the runs of a job are replicas of one another but for their seeds, and share every update."""

from collections.abc import Sequence

import numpy as np

from attrax.core.errors import RunError
from attrax.data.series import Dataset
from attrax.optimise import Failure, Progress
from attrax.reconstruct.judging.instability import no_finite_loss
from attrax.reconstruct.learning.build import build_training, replica_seeds
from attrax.reconstruct.learning.learned import Learned
from attrax.reconstruct.learning.model_store import NoStore
from attrax.reconstruct.learning.selection import CandidateSchedule, Nearness, Selection, nearness_to
from attrax.reconstruct.learning.stages import Stages, filled_at
from attrax.reconstruct.settings.configuration import Config


def learn_together(configs: Sequence[Config], train: Dataset) -> list[Learned | RunError]:
    """Train the models of several runs side by side; each chooses among its own restarts.

    Args:
        configs: Complete configurations that differ in their seeds alone.
        train: What all of them are trained on.

    Returns: For each run what training left behind, or why nothing is left.
    """
    if filled_at(configs[0], train):
        # Each fills the gaps with a model of its own, so that they have no data in common.
        return [_learn([config], train)[0] for config in configs]
    return _learn(configs, train)


def _learn(configs: Sequence[Config], train: Dataset) -> list[Learned | RunError]:
    seeds = [seed for config in configs for seed in replica_seeds(config)]
    training = build_training(configs[0], train, seeds)
    restarts = configs[0].train.restarts
    members = [
        _Member(config, range(i * restarts, (i + 1) * restarts), nearness_to(training.judges, config), seeds)
        for i, config in enumerate(configs)
    ]

    def each(progress: Progress) -> bool:
        settled = [member(progress) for member in members]
        return all(settled)

    nearness = members[0].selection.nearness
    Stages(training, configs[0], nearness, lambda *_: None, lambda *_: False, NoStore()).train([each])
    return [member.learned(train) for member in members]


class _Member:
    """The callback of one run: keeps its own part of the record and considers its own restarts."""

    def __init__(self, config: Config, replicas: range, nearness: Nearness, seeds: list[int]):
        self.config, self.replicas = config, replicas
        self.selection = Selection(nearness, seeds, CandidateSchedule(config.train), NoStore())
        self.settled = False
        self.history = []
        self.failures: list[Failure] = []

    def __call__(self, progress: Progress) -> bool:
        """Whether this run needs no more updates; what the others go on to learn is not its business any more."""
        if self.settled:
            return True
        step, stopped = int(progress.state.step), np.asarray(progress.state.stopped)
        own = {name: [float(value[i]) for i in self.replicas] for name, value in progress.record.items()}
        self.history.append({"step": step, **own})
        self.failures += [failure for failure in progress.failures if failure.replica in self.replicas]
        self.selection.consider(progress.state.model, step, [i for i in self.replicas if not stopped[i]])
        self.settled = self.selection.settled(step)
        return self.settled

    def learned(self, train: Dataset) -> Learned | RunError:
        """The model that was chosen; the error if there is none."""
        best = self.selection.best()
        if best is None:
            return no_finite_loss(self.config, train, self.failures)
        return Learned(*best, self.history, self.selection.models)
