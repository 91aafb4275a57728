"""Stages: training in stages, between which the gaps of the recording are filled by the models that it has made.

The nearest model of a stage smooths the recording, and in the next stage states are forced towards what it says of the
missing values, wherever it is sure of them: expectation maximisation, with teacher forcing for the maximisation.
Predictions are compared with observed values alone. Otherwise a model that damps a little too much where there are few
data would find its own damping there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from attrax.data.series import Dataset
from attrax.optimise import Callback, Fit, TrainState, fit
from attrax.reconstruct.learning.build import Training, build_batches, replica
from attrax.reconstruct.learning.filling import fill, has_gaps
from attrax.reconstruct.learning.model_store import AbstractModelStore
from attrax.reconstruct.learning.selection import Nearness
from attrax.reconstruct.settings.configuration import Config

LAST_SHARE = 0.5
"""Gaps are filled in this first part of training; candidates are compared in the rest."""


def filled_at(config: Config, data: Dataset) -> list[int]:
    """The updates after which gaps are filled: none where they are few, or where no state is behind a value."""
    if not has_gaps(config, data):
        return []
    t = config.train
    due = np.linspace(0, LAST_SHARE * t.updates, t.fillings + 1)[1:]
    return sorted({t.chunk * round(step / t.chunk) for step in due if step >= t.chunk})


class FillingStopped(Exception):  # noqa: N818 - a request, not a failure
    """Somebody asked to stop while gaps were filled.

    Attributes:
        state: The state to continue from.
    """

    def __init__(self, state: TrainState):
        super().__init__()
        self.state = state


@dataclass(frozen=True)
class Stages:
    """The stages of a training.

    Args:
        training: The models and how to train them.
        config: The complete configuration.
        nearness: Tells which of the restarts is asked for the missing values: the nearest to the recording.
        tell: Called with a label and a sentence after every filling.
        watch: Called while gaps are filled with the update, what is done and the total; if it returns True, `train`
            raises `FillingStopped`.
        store: Where the models that fill gaps are kept, so that a run that is resumed fills them alike.
    """

    training: Training
    config: Config
    nearness: Nearness
    tell: Callable[[str, str], None]
    watch: Callable[[int, int, int], bool]
    store: AbstractModelStore

    def train(self, callbacks: Sequence[Callback], resume: TrainState | None = None) -> Fit:
        """Train all restarts to the end, or until a callback stops them."""
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
        """The recording with its gaps filled by the nearest model of that moment, or by the one that filled them."""
        name = f"filling-{moment:08d}"
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
        self.tell("filled", f"{100 * (1 - after / before):.3g} % of {before:,} missing values")
        return data

    def _nearest(self, state: TrainState) -> Any:
        """The model of the restart whose free runs are nearest to the recording."""
        usable = [replica(state.model, i) for i in np.flatnonzero(~np.asarray(state.stopped)).tolist()]
        return usable[0] if len(usable) == 1 else min(usable, key=lambda model: self.nearness(model)[0])
