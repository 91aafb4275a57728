"""Filling: what a model expects of the values that a recording lacks, and how sure it is of them.

What was observed before and after a gap, and in the other channels meanwhile, says more of it than silence or a
straight line.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from jaxtyping import Bool

from attrax.data.repair.interpolation import interpolated_values
from attrax.data.series import Dataset, Series
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.models.model import Model
from attrax.reconstruct.settings.configuration import Config
from attrax.train.smoothing import Rows, Smoothed, smooth

SPREAD_LIMITS = 0.1, 0.3
"""A value is filled in where its standard deviation is below the noise, or these: the least and most, in that of its
channel."""

LOST_SPREAD = 1.0
"""Where a forecast of any value through a gap has a standard deviation above that of its channel, the gap has several
ways out. The smoother finds one of them, and does not know of the others."""

PASSES = 6
"""Passes of the smoother after its first."""

MOST_COVARIANCE_VALUES, OVERLAP = 20_000_000, 500
"""Numbers in the covariances of all states of a piece that is smoothed at once, and the rows that two pieces share."""

FEW_MISSING = 0.05
"""Up to this share of missing values, filling them is not worth the wait."""

Progress = Callable[[int, int], None]


def has_gaps(config: Config, data: Dataset) -> bool:
    """Whether enough is missing, and there is a state behind each value, so that it can be filled."""
    return not config.model.kinds and data.share_missing > FEW_MISSING


def reliable(found: Smoothed) -> Bool[np.ndarray, "time obs"]:
    """Where a model knows values well enough to fill them in.

    Where forecasts alone are not sure, the way must not have been lost before they are again. At the beginning it is:
    nothing comes before that could be forecast from.
    """
    enough = np.clip(found.noise, *SPREAD_LIMITS)
    vague, lost = (np.asarray((found.forecast_spread > limit).any(axis=1)) for limit in (enough, LOST_SPREAD))
    lost[0] = True
    stretch = np.cumsum(np.diff(vague, prepend=False))
    kept = np.where(vague, np.isin(stretch, stretch[vague & lost], invert=True), True)
    return np.isfinite(found.x) & (found.spread < enough) & kept[:, None]


def fill(model: Model | HierarchicalModel, data: Dataset, progress: Progress) -> Dataset:
    """Recordings, standardised, whose missing values are those that a model expects, where it is sure of them.

    Args:
        model: The model; of subjects, each its own.
        data: The recordings.
        progress: Called now and then with what is done and the total.
    """
    gappy = [i for i, series in enumerate(data) if series.mask is not None]
    own = {i: model.subject(data[i].subject) if isinstance(model, HierarchicalModel) else model for i in gappy}
    total = sum(_passes(data[i], own[i]) for i in gappy)
    filled, before = list(data), 0
    for i in gappy:
        found = expected_values(own[i], data[i], lambda done, _, before=before: progress(before + done, total))
        filled[i] = _filled(data[i], found)
        before += _passes(data[i], own[i])
    return replace(data, series=tuple(filled))


def expected_values(model: Model, series: Series, progress: Progress) -> Smoothed:
    """What a model expects of every value of a recording, in standard deviations as the recording.

    Long recordings are smoothed piece by piece, each with some rows around it.
    """
    pieces, total = _pieces(series, model), _passes(series, model)
    found = []
    for i, kept in enumerate(pieces):
        found.append(_expect(model, series, kept, lambda done, i=i: progress(i * PASSES + done, total)))
    return Smoothed(*map(np.concatenate, zip(*found, strict=True)))


def _passes(series: Series, model: Model) -> int:
    return PASSES * len(_pieces(series, model))


def _pieces(series: Series, model: Model) -> list[slice]:
    """Rows that are smoothed at once, so many that their covariances fit into memory."""
    step = max(
        MOST_COVARIANCE_VALUES // (model.dynamics.latent_dim * max(series.obs_dim, model.dynamics.latent_dim)), OVERLAP
    )
    return [slice(first, min(first + step, len(series))) for first in range(0, len(series), step)]


def _expect(model: Model, series: Series, kept: slice, progress: Callable[[int], None]) -> Smoothed:
    """The rows `kept`, by what they and the rows around them say."""
    first = max(kept.start - OVERLAP, 0)
    around = series[first : kept.stop + OVERLAP]
    mask = np.ones(around.x.shape, bool) if around.mask is None else around.mask
    durations = None if around.stamps is None else around.stamps.durations
    rows = Rows.of(interpolated_values(around), mask, around.inputs, durations)
    found = smooth(model, rows, passes=PASSES, progress=progress)
    return Smoothed(*(part[kept.start - first : kept.stop - first] for part in found))


def _filled(series: Series, found: Smoothed) -> Series:
    assert series.mask is not None
    known = reliable(found)
    x = np.where(series.mask, series.x, np.where(known, found.x, 0.0))
    return replace(series, x=x, mask=series.mask | known)
