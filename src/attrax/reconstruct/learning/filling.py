"""Filling of missing values with a trained model, where its estimates are accurate enough.

The smoother uses the values before and after a gap and the other channels during the gap.
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
"""A value is filled in if its standard deviation is below that of the noise, clipped to this range (in standard
deviations of the channel)."""

LOST_SPREAD = 1.0
"""If the forecast of any value in a gap has a standard deviation above this (in standard deviations of the channel),
several different orbits through the gap are possible. The smoother finds only one of them, so the gap is not filled."""

PASSES = 6
"""Number of passes of the smoother after the first."""

MOST_COVARIANCE_VALUES, OVERLAP = 20_000_000, 500
"""Largest size of all covariances of a piece that is smoothed at once, and the number of rows that pieces share."""

FEW_MISSING = 0.05
"""Up to this fraction of missing values, filling them is not worth its computing time."""

Progress = Callable[[int, int], None]


def has_gaps(config: Config, data: Dataset) -> bool:
    """Whether enough values are missing to fill them, and the channels are measurements, which can be filled."""
    return not config.model.kinds and data.share_missing > FEW_MISSING


def reliable(found: Smoothed) -> Bool[np.ndarray, "time obs"]:
    """Which values a model estimates well enough to fill them in.

    The smoothed value must have a small standard deviation. In addition, in a stretch where forecasts are uncertain,
    they must never become so uncertain that several orbits are possible. An uncertain stretch at the beginning of a
    recording is not filled, because there are no earlier values to forecast from.
    """
    enough = np.clip(found.noise, *SPREAD_LIMITS)
    vague, lost = (np.asarray((found.forecast_spread > limit).any(axis=1)) for limit in (enough, LOST_SPREAD))
    lost[0] = True
    stretch = np.cumsum(np.diff(vague, prepend=False))
    kept = np.where(vague, np.isin(stretch, stretch[vague & lost], invert=True), True)
    return np.isfinite(found.x) & (found.spread < enough) & kept[:, None]


def fill(model: Model | HierarchicalModel, data: Dataset, progress: Progress) -> Dataset:
    """Fill the missing values of recordings with the estimates of a model, where they are reliable.

    Args:
        model: The model; of a hierarchical model, each subject uses its own.
        data: The standardised recordings.
        progress: Called regularly with the number of finished steps and the total.
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
    """The estimates of a model for every value of a standardised recording.

    Long recordings are smoothed in pieces that overlap.
    """
    pieces, total = _pieces(series, model), _passes(series, model)
    found = []
    for i, kept in enumerate(pieces):
        found.append(_expect(model, series, kept, lambda done, i=i: progress(i * PASSES + done, total)))
    return Smoothed(*map(np.concatenate, zip(*found, strict=True)))


def _passes(series: Series, model: Model) -> int:
    return PASSES * len(_pieces(series, model))


def _pieces(series: Series, model: Model) -> list[slice]:
    """The rows of each piece, such that the covariances of a piece fit into memory."""
    step = max(
        MOST_COVARIANCE_VALUES // (model.dynamics.latent_dim * max(series.obs_dim, model.dynamics.latent_dim)), OVERLAP
    )
    return [slice(first, min(first + step, len(series))) for first in range(0, len(series), step)]


def _expect(model: Model, series: Series, kept: slice, progress: Callable[[int], None]) -> Smoothed:
    """The estimates for the rows `kept`, using also the rows around them."""
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
