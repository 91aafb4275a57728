"""Standardising: every channel to mean 0 and standard deviation 1, by what was observed of it."""

from dataclasses import replace

import numpy as np

from attrax.core.scaling import Scaling
from attrax.data.diagnosis.checks import check_variation
from attrax.data.series import Dataset, Series


def fit_scaling(dataset: Dataset) -> Scaling:
    """The scaling that standardises all observed values of a dataset, its series taken together.

    The standard deviation is that of the population (divided by the number of values).

    Raises: DataError D103 for a channel that never changes.
    """
    check_variation(dataset)
    x = np.concatenate([series.x for series in dataset]).astype(np.float64)
    masks = [np.ones(s.x.shape, bool) if s.mask is None else s.mask for s in dataset]
    observed = np.concatenate(masks)
    mean = x.mean(axis=0, where=observed)
    std = x.std(axis=0, where=observed)
    return Scaling(tuple(mean.tolist()), tuple(std.tolist()))


def standardize(dataset: Dataset, scaling: Scaling) -> Dataset:
    """The dataset in standard deviations; what was missing stays missing."""

    def scaled(series: Series) -> Series:
        x = scaling.apply(series.x)
        return replace(series, x=x if series.mask is None else np.where(series.mask, x, x.dtype.type(0)))

    return dataset.map(scaled)
