"""SINDy, with pysindy: finds a differential equation with few polynomial terms."""

import warnings
from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.regression import lags_of
from attrax.baselines.rival_spec import RivalSpec
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.repair.interpolation import interpolated_values
from attrax.data.series import Dataset

Slope = Callable[[Float[np.ndarray, "start state"]], Float[np.ndarray, "start state"]]

DEGREE = 3
ENOUGH_CHANNELS = 3
WIDEST = 11
"""Largest window, in rows, of the smoothing before derivatives are estimated; a quarter of a short cycle."""
FARTHEST = 1e6
"""States are clipped at this many standard deviations from the mean; beyond that an orbit has diverged."""


def fit_sindy(train: Dataset, *, threshold: float = 0.02, seed: int = 0) -> Forecaster:
    """Fit a sparse differential equation (SINDy) whose terms are polynomials up to degree 3.

    The variables are the channels; with fewer than three channels, delayed copies are added. Forecasts solve the
    equation with the Runge-Kutta method of order 4, one step for each row.

    Args:
        train: Recordings.
        threshold: Coefficients below it are set to zero. Raise it for fewer terms.
        seed: Not used.

    Raises: ConfigError C640 if pysindy is not installed.

    References:
        Brunton, Proctor and Kutz, Discovering governing equations from data, PNAS 2016 [@brunton2016].
        Kaptanoglu et al., PySINDy, J. Open Source Software 2022 [@kaptanoglu2022].
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
    """The right-hand side of the equation that pysindy finds; the unit of time is one row."""
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
        # The prediction method of pysindy checks its input at every call, which would take most of the time.
        terms = np.prod(np.clip(np.nan_to_num(z), -FARTHEST, FARTHEST)[:, None] ** powers, axis=2)
        return terms @ coefficients.T

    return slope


def _runge_kutta(slope: Slope, z: Float[np.ndarray, "start state"]) -> Float[np.ndarray, "start state"]:
    """One step of the classical Runge-Kutta method of order 4, over the time of one row."""
    k1 = slope(z)
    k2 = slope(z + k1 / 2)
    k3 = slope(z + k2 / 2)
    return z + (k1 + 2 * k2 + 2 * k3 + slope(z + k3)) / 6


SPEC = RivalSpec("SINDy", fit_sindy, variants=({}, {"threshold": 0.1}, {"threshold": 0.005}), needs="pysindy")
