"""Filling: training in stages, between which the gaps of the recording are filled by the models that it has made.

What was observed before and after a gap, and in the other channels meanwhile, says more of it than silence or a
straight line. The nearest model of a stage smooths the recording, and in the next stage states are forced towards what
it says of the missing values, wherever it is sure of them: expectation maximisation, with teacher forcing for the
maximisation. Predictions are compared with observed values alone. Otherwise a model that damps a little too much where
there are few data would find its own damping there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from attrax.data.repair.filling import drawn_through
from attrax.data.series import Dataset, Series
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.models.model import Model
from attrax.runs.build import Training, replica
from attrax.runs.config import Config
from attrax.runs.model_file import read_model, save_model
from attrax.runs.selection import Nearness
from attrax.train import fit
from attrax.train.fit import Callback, Fit
from attrax.train.smoothing import Rows, smooth
from attrax.train.state import TrainState

LAST_SHARE = 0.5
"""Gaps are filled in this first part of training; candidates are compared in the rest."""

SURE = 0.1
"""A value is filled in where its standard deviation is below this, in that of its channel, or below the noise."""


FEW = 0.05
"""Up to this share of missing values, filling them is not worth the wait."""


def filled_at(config: Config, data: Dataset) -> list[int]:
    """The updates after which gaps are filled: none where they are few, or where no state is behind a value."""
    if config.model.kinds or missing(data) <= FEW * sum(series.x.size for series in data):
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


def missing(data: Dataset) -> int:
    """How many values are missing."""
    return sum(int((~series.mask).sum()) for series in data if series.mask is not None)


@dataclass(frozen=True)
class Stages:
    """The stages of a training.

    Args:
        training: What `fit` is handed.
        config: The complete configuration.
        nearness: Tells which of the restarts is asked for the missing values: the nearest to the recording.
        tell: Called with a label and a sentence after every filling.
        watch: Called while gaps are filled with the update, what is done and the total; if it returns True, `train`
            raises `FillingStopped`.
        folder: Where the models that fill gaps are kept, so that a run that is resumed fills them alike.
    """

    training: Training
    config: Config
    nearness: Nearness
    tell: Callable[[str, str], None]
    watch: Callable[[int, int, int], bool]
    folder: Path | None = None

    def train(self, callbacks: Sequence[Callback], resume: TrainState | None = None) -> Fit:
        """Train all restarts to the end, or until a callback stops them."""
        t, state = self.training, resume
        step = 0 if state is None else int(state.step)
        moments = filled_at(self.config, t.data)
        ends = [moment for moment in moments if moment > step] + [t.plan.updates]
        past = [moment for moment in moments if moment <= step]
        data, measured = t.data, None
        if state is not None and past:
            data, measured = self._filled(state, past[-1]), t.data
        for until in ends:
            trained = fit(
                t.models,
                data,
                t.plan,
                key=t.keys,
                callbacks=callbacks,
                resume=state,
                until=until,
                measured=measured,
            )
            state = trained.state
            if until == ends[-1] or int(state.step) < until or bool(state.stopped.all()):
                return trained
            data, measured = self._filled(state, until), t.data
        raise AssertionError("a training has an end")

    def _filled(self, state: TrainState, moment: int) -> Dataset:
        """The recording with its gaps filled by the nearest model of that moment, or by the one that filled them."""
        kept = None if self.folder is None else self.folder / f"filling-{moment:08d}.safetensors"
        if int(state.step) > moment and kept is not None and kept.is_file():
            model = read_model(kept)
        else:
            model = self._nearest(state)
            if kept is not None:
                save_model(model, kept, {"step": moment})

        def progress(done: int, total: int) -> None:
            if self.watch(moment, done, total):
                raise FillingStopped(state)

        data = fill(model, self.training.data, progress)
        before, after = missing(self.training.data), missing(data)
        self.tell("filled", f"{1 - after / before:.0%} of {before:,} missing values, by the model of step {moment:,}")
        return data

    def _nearest(self, state: TrainState) -> Any:
        """The model of the restart whose free runs are nearest to the recording."""
        usable = [replica(state.model, i) for i in np.flatnonzero(~np.asarray(state.stopped)).tolist()]
        return usable[0] if len(usable) == 1 else min(usable, key=lambda model: self.nearness(model)[0])


def fill(model: Model | HierarchicalModel, data: Dataset, progress: Callable[[int, int], None]) -> Dataset:
    """Recordings, standardised, whose missing values are those that a model expects, where it is sure of them.

    Args:
        model: The model; of subjects, each its own.
        data: The recordings.
        progress: Called now and then with what is done and the total.
    """
    gappy = [i for i, series in enumerate(data) if series.mask is not None]
    filled = list(data)
    for place, i in enumerate(gappy):
        own = model.subject(data[i].subject) if isinstance(model, HierarchicalModel) else model
        filled[i] = _filled(own, data[i], lambda done, total, p=place: progress(p * total + done, len(gappy) * total))
    return replace(data, series=tuple(filled))


def _filled(model: Model, series: Series, progress: Callable[[int, int], None]) -> Series:
    assert series.mask is not None
    durations = None if series.stamps is None else series.stamps.durations
    rows = Rows.of(drawn_through(series), series.mask, series.inputs, durations)
    found = smooth(model, rows, progress=progress)
    sure = np.isfinite(found.x) & (found.spread < np.maximum(SURE, found.noise))
    x = np.where(series.mask, series.x, np.where(sure, found.x, 0.0))
    return replace(series, x=x, mask=series.mask | sure)
