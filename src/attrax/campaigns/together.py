"""`learn_together`: trains several runs that differ only in their seeds in one compiled program."""

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
    """Train the models of several runs together. Each run chooses the best of its own restarts.

    Args:
        configs: Complete configurations without open settings. Those that differ only in their seeds are trained
            together; if probes have chosen different settings for them, each is trained alone.
        train: The training recordings of all runs.

    Returns: For each run the result of training, or the error if all its restarts failed.
    """
    alike = all(config.model_copy(update={"seed": configs[0].seed}) == configs[0] for config in configs)
    if not alike or filled_at(configs[0], train):
        # Each run fills gaps with its own model, so the runs do not share training data.
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
    """The callback of one run: keeps the training history of its own restarts and chooses among them."""

    def __init__(self, config: Config, replicas: range, nearness: Nearness, seeds: list[int]):
        self.config, self.replicas = config, replicas
        self.selection = Selection(nearness, seeds, CandidateSchedule(config.train), NoStore())
        self.settled = False
        self.history = []
        self.failures: list[Failure] = []

    def __call__(self, progress: Progress) -> bool:
        """Whether this run needs no more updates. Then it ignores the updates that other runs still need."""
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
        """The chosen model with its history; the error if every restart failed."""
        best = self.selection.best()
        if best is None:
            return no_finite_loss(self.config, train, self.failures)
        return Learned(*best, self.history, self.selection.models)
