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


PASSES = 6
"""Passes of the smoother after its first."""

COVARIANCES, OVERLAP = 20_000_000, 500
"""Numbers in the covariances of all states of a piece that is smoothed at once, and the rows that two pieces share."""

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
    return sum(series.n_missing for series in data)


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
            t.models, data, t.plan, key=t.keys, callbacks=callbacks, resume=state, until=until, measured=measured
        )

    def _filled(self, state: TrainState, moment: int) -> Dataset:
        """The recording with its gaps filled by the nearest model of that moment, or by the one that filled them."""
        kept = None if self.folder is None else self.folder / f"filling-{moment:08d}.safetensors"
        if int(state.step) > moment and kept is not None and kept.is_file():
            model = read_model(kept)
        else:
            model = self._nearest(state)
            if kept is not None:
                save_model(model, kept, {"step": moment})
        self.tell("filling", f"the gaps, by the model of step {moment:,}")

        def progress(done: int, total: int) -> None:
            if self.watch(moment, done, total):
                raise FillingStopped(state)

        data = fill(model, self.training.data, progress)
        before, after = missing(self.training.data), missing(data)
        self.tell("filled", f"{100 * (1 - after / before):.3g} % of {before:,} missing values")
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
    own = {i: _own(model, series) for i, series in enumerate(data) if series.mask is not None}
    pieces = [(i, kept) for i in own for kept in _pieces(data[i], own[i])]
    parts: dict[int, list[Series]] = {i: [] for i in own}
    for place, (i, kept) in enumerate(pieces):
        before = place * PASSES
        parts[i].append(_filled(own[i], data[i], kept, lambda n, b=before: progress(b + n, len(pieces) * PASSES)))
    return replace(data, series=tuple(_joined(series, parts.get(i, [])) for i, series in enumerate(data)))


def _own(model: Model | HierarchicalModel, series: Series) -> Model:
    return model.subject(series.subject) if isinstance(model, HierarchicalModel) else model


def _pieces(series: Series, model: Model) -> list[slice]:
    """Rows that are smoothed at once, so many that their covariances fit into memory."""
    step = max(COVARIANCES // model.dynamics.latent_dim**2, OVERLAP)
    return [slice(first, min(first + step, len(series))) for first in range(0, len(series), step)]


def _filled(model: Model, series: Series, kept: slice, progress: Callable[[int], None]) -> Series:
    """The rows `kept` with their gaps filled, by what they and the rows around them say."""
    first = max(kept.start - OVERLAP, 0)
    around = series[first : kept.stop + OVERLAP]
    assert around.mask is not None
    durations = None if around.stamps is None else around.stamps.durations
    rows = Rows.of(drawn_through(around), around.mask, around.inputs, durations)
    found = smooth(model, rows, passes=PASSES, progress=progress)
    sure = np.isfinite(found.x) & (found.spread < np.maximum(SURE, found.noise))
    x = np.where(around.mask, around.x, np.where(sure, found.x, 0.0))
    return replace(around, x=x, mask=around.mask | sure)[kept.start - first : kept.stop - first]


def _joined(series: Series, parts: list[Series]) -> Series:
    if not parts:
        return series
    x, mask = (np.concatenate([getattr(part, name) for part in parts]) for name in ("x", "mask"))
    return replace(series, x=x, mask=mask)
