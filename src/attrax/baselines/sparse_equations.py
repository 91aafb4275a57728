"""SINDy: a differential equation with few terms, found in the data; thin over pysindy."""

import warnings
from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.regression import lags_of
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.repair.interpolation import interpolated_values
from attrax.data.series import Dataset

Slope = Callable[[Float[np.ndarray, "start state"]], Float[np.ndarray, "start state"]]

DEGREE = 3
ENOUGH_CHANNELS = 3
WIDEST = 11
"""Rows over which slopes are smoothed where a cycle is long; a quarter of it where it is short."""
FARTHEST = 1e6
"""Standard deviations from the mean beyond which a state has left for good."""


def fit_sindy(train: Dataset, *, threshold: float = 0.02, seed: int = 0) -> Forecaster:
    """Sparse identification of the right-hand side, cubic in the channels, or in delays where there are fewer than 3.

    References: [@brunton2016], [@kaptanoglu2022].
    """
    del seed
    obs_dim = train[0].obs_dim
    spacing = max(1, lags_of(train) // 2)
    delays = 1 if obs_dim >= ENOUGH_CHANNELS else -(-ENOUGH_CHANNELS // obs_dim)
    reach = (delays - 1) * spacing + 1
    values = [interpolated_values(series) for series in train if len(series) > reach + 5]
    mean = np.concatenate(values).mean(axis=0)
    std = np.concatenate(values).std(axis=0) + 1e-12

    def states(x: Float[np.ndarray, "*batch time obs"]) -> Float[np.ndarray, "*batch kept state"]:
        z = (x - mean) / std
        n = z.shape[-2] - reach + 1
        return np.concatenate([z[..., reach - 1 - k * spacing :, :][..., :n, :] for k in range(delays)], axis=-1)

    width = int(np.clip(lags_of(train) // 2 | 1, 5, WIDEST))
    slope = _right_hand_side([states(x) for x in values], threshold, width)

    def path(contexts: Float[np.ndarray, "start reach obs"], n: int) -> Float[np.ndarray, "start n obs"]:
        z, rows = states(contexts)[:, -1], []
        for _ in range(n):
            z = _runge_kutta(slope, z)
            rows.append(z[:, :obs_dim])
        return np.stack(rows, axis=1) * std + mean

    return Forecaster(path, reach)


def _right_hand_side(orbits: list[Float[np.ndarray, "time state"]], threshold: float, width: int) -> Slope:
    """The sparse polynomial that pysindy finds; time is counted in rows."""
    [pysindy] = RIVAL_LIBRARIES.load("pysindy", place="sindy")
    library = pysindy.PolynomialLibrary(degree=DEGREE)
    optimizer = pysindy.STLSQ(threshold=threshold, alpha=1e-3)
    differentiation = pysindy.SmoothedFiniteDifference(smoother_kws={"window_length": width, "polyorder": 3})
    model = pysindy.SINDy(optimizer=optimizer, feature_library=library, differentiation_method=differentiation)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(orbits, t=1.0)
    powers, coefficients = model.feature_library.powers_, np.asarray(model.coefficients())

    def slope(z: Float[np.ndarray, "start state"]) -> Float[np.ndarray, "start state"]:
        # The library's own prediction checks its input anew at every call, which would be most of the work.
        terms = np.prod(np.clip(np.nan_to_num(z), -FARTHEST, FARTHEST)[:, None] ** powers, axis=2)
        return terms @ coefficients.T

    return slope


def _runge_kutta(slope: Slope, z: Float[np.ndarray, "start state"]) -> Float[np.ndarray, "start state"]:
    """A step of one row by the classical method."""
    k1 = slope(z)
    k2 = slope(z + k1 / 2)
    k3 = slope(z + k2 / 2)
    return z + (k1 + 2 * k2 + 2 * k3 + slope(z + k3)) / 6
