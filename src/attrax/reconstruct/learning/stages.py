"""Training in stages: between two stages, the best model so far fills the missing values of the recording.

This is expectation maximisation with teacher forcing as the M step: a smoother estimates the missing values, and the
next stage uses the reliable ones for forcing. The loss compares predictions with observed values only, because a model
must not be trained on its own estimates.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from attrax.core.number_text import share_text
from attrax.data.series import Dataset
from attrax.optimise import Callback, Fit, TrainState, fit
from attrax.reconstruct.learning.build import Training, build_batches, replica
from attrax.reconstruct.learning.filling import fill, has_gaps
from attrax.reconstruct.learning.model_store import AbstractModelStore
from attrax.reconstruct.learning.selection import Nearness
from attrax.reconstruct.settings.configuration import Config

LAST_SHARE = 0.5
"""Missing values are filled in this first fraction of the training; candidates are compared in the rest."""

FILLING = "filling-"
"""Prefix of the names of the models that filled gaps, in the store."""


def filled_at(config: Config, data: Dataset) -> list[int]:
    """The numbers of updates after which missing values are filled; empty if too few are missing (`has_gaps`)."""
    if not has_gaps(config, data):
        return []
    t = config.train
    due = np.linspace(0, LAST_SHARE * t.updates, t.fillings + 1)[1:]
    return sorted({t.chunk * round(step / t.chunk) for step in due if step >= t.chunk})


class FillingStopped(Exception):  # noqa: N818 - a request, not a failure
    """Raised if the user stops a run while missing values are being filled.

    Attributes:
        state: The training state to continue from.
    """

    def __init__(self, state: TrainState):
        super().__init__()
        self.state = state


@dataclass(frozen=True)
class Stages:
    """A training in stages.

    Args:
        training: The models, the objective and the plan.
        config: The complete configuration.
        nearness: Distance between the free runs of a model and the recording; the nearest restart fills the gaps.
        tell: Called with a label and a sentence before and after every filling.
        watch: Called while gaps are filled, with the number of updates, the finished steps of the filling and their
            total. If it returns True, `train` raises `FillingStopped`.
        store: Keeps the models that filled gaps, so that a resumed run fills them in the same way.
    """

    training: Training
    config: Config
    nearness: Nearness
    tell: Callable[[str, str], None]
    watch: Callable[[int, int, int], bool]
    store: AbstractModelStore

    def train(self, callbacks: Sequence[Callback], resume: TrainState | None = None) -> Fit:
        """Train all restarts to the end, or until a callback stops the training.

        Args:
            callbacks: Functions called after every chunk of updates.
            resume: The training state to continue from; None starts from the beginning.

        Raises: FillingStopped if `watch` returns True.
        """
        step = 0 if resume is None else int(resume.step)
        moments = filled_at(self.config, self.training.data)
        past = [moment for moment in moments if moment <= step]
        state, filled = resume, None
        if state is not None and past:
            filled = self._filled(state, past[-1])
        for moment in moments[len(past) :]:
            trained = self._stage(filled, callbacks, state, moment)
            state = trained.state
            if int(state.step) < moment or bool(state.stopped.all()):
                return trained
            filled = self._filled(state, moment)
        return self._stage(filled, callbacks, state, self.training.plan.updates)

    def _stage(
        self, filled: Dataset | None, callbacks: Sequence[Callback], state: TrainState | None, until: int
    ) -> Fit:
        t = self.training
        data, measured = (t.data, None) if filled is None else (filled, t.data)
        return fit(
            t.models,
            t.objective,
            build_batches(self.config, data, measured),
            t.plan,
            key=t.keys,
            replicas=len(t.keys),
            callbacks=callbacks,
            resume=state,
            until=until,
        )

    def _filled(self, state: TrainState, moment: int) -> Dataset:
        """The recording with its gaps filled by the nearest model at update `moment`.

        A resumed run uses the stored model that filled them before.
        """
        name = f"{FILLING}{moment:08d}"
        kept = self.store.read(name) if int(state.step) > moment else None
        model = self._nearest(state) if kept is None else kept[0]
        if kept is None:
            self.store.save(name, model, {"step": moment})
        self.tell("filling", f"the gaps, by the model of step {moment:,}")

        def progress(done: int, total: int) -> None:
            if self.watch(moment, done, total):
                raise FillingStopped(state)

        data = fill(model, self.training.data, progress)
        before, after = self.training.data.n_missing, data.n_missing
        self.tell("filled", f"{share_text(1 - after / before)} of {before:,} missing values")
        return data

    def _nearest(self, state: TrainState) -> Any:
        """The restart whose free runs are nearest to the recording."""
        usable = [replica(state.model, i) for i in np.flatnonzero(~np.asarray(state.stopped)).tolist()]
        return usable[0] if len(usable) == 1 else min(usable, key=lambda model: self.nearness(model)[0])
