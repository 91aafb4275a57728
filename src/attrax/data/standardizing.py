"""Standardising: every channel gets mean 0 and standard deviation 1 over its observed values."""

from dataclasses import replace

import numpy as np

from attrax.core.scaling import Scaling
from attrax.data.series import Dataset, Series
from attrax.data.usable_rows import check_variation


def fit_scaling(dataset: Dataset) -> Scaling:
    """The mean and standard deviation of every channel, over the observed values of all series together.

    The standard deviation is that of the population (divided by the number of values).

    Raises: DataError D103 for a channel that never changes.

    Example:
        >>> import numpy as np
        >>> from attrax.reading import load
        >>> scaling = fit_scaling(load(np.array([[0.0, 1.0], [2.0, 5.0], [4.0, 9.0]])))
        >>> standardize(load(np.array([[2.0, 5.0], [4.0, 9.0]])), scaling)[0].x.round(3).tolist()
        [[0.0, 0.0], [1.225, 1.225]]
    """
    check_variation(dataset)
    x = np.concatenate([series.x for series in dataset]).astype(np.float64)
    observed = np.concatenate([series.observed_mask for series in dataset])
    # In units of a power of two, which changes no digit, so that no square of a huge or tiny value overflows.
    unit = np.exp2(np.frexp(np.abs(x).max(axis=0, initial=0.0, where=observed))[1])
    x = x / unit
    mean = unit * x.mean(axis=0, where=observed)
    std = unit * x.std(axis=0, where=observed)
    return Scaling(tuple(mean.tolist()), tuple(std.tolist()))


def standardize(dataset: Dataset, scaling: Scaling) -> Dataset:
    """The dataset with scaled channels; missing values stay missing.

    Example:
        >>> import numpy as np
        >>> from attrax.core import Scaling
        >>> from attrax.reading import load
        >>> standardize(load(np.array([[2.0], [4.0]])), Scaling((2.0,), (2.0,)))[0].x.tolist()
        [[0.0], [1.0]]
    """

    def scaled(series: Series) -> Series:
        x = scaling.apply(series.x)
        return replace(series, x=x if series.mask is None else np.where(series.mask, x, x.dtype.type(0)))

    return dataset.map(scaled)
