r"""Estimates the observation noise that is added to free runs before they are compared with a recording.

A noisy recording visits parts of the state space that no noise-free orbit visits, so even the true system without noise
would get a bad score. The added noise makes a free run as hard to forecast as the recording.
"""

import math

import numpy as np
from jaxtyping import Float

from attrax.core.simulator import AbstractSimulator
from attrax.data.repair.interpolation import interpolated
from attrax.data.series import Series

MAXIMUM_NOISE = 0.1
"""Largest added noise, as a share of the standard deviation of a channel. The simulator must explain the rest."""

# The share of the squared errors that averages keep.
_KEPT = 0.9
_ROWS = 2_000
# An iteration raises the variance by at most a million: a forecast that is exact has no error to compare with.
_LEAST = 1e-6
_ITERATIONS = 8


def observation_noise(
    simulator: AbstractSimulator,
    reference: Series,
    run: Float[np.ndarray, "n obs"],
    *,
    seed: int,
) -> Float[np.ndarray, " obs"]:
    r"""Standard deviation of the noise that makes a free run as hard to forecast as the recording.

    Its standard deviation $\sigma$ in each channel solves

    $$\langle (\hat y_{t+1} - y_{t+1})^2 \rangle = \langle (\hat x_{t+1} - x_{t+1})^2 \rangle, \qquad
      y_t = \hat x^{\mathrm{free}}_t + \sigma \odot \epsilon_t$$

    where $\hat x_{t+1}$ and $\hat y_{t+1}$ are the simulator's forecasts one step ahead, on the recording and on its
    free run with noise; $\epsilon_t$ is standard normal. The averages leave out the largest tenth of the squares: from
    the few rows that noise puts outside of a basin, forecasts go far astray. The free run of a stochastic simulator is
    already about as hard to forecast as the recording, so it gets almost no noise.

    Args:
        simulator: The simulator that made the free run.
        reference: The recording, with straight lines through its gaps.
        run: The free run, without noise.
        seed: Seed of $\epsilon$.

    Returns: A number for each channel; 0 where the free run is too short, diverged, or needs no noise.
    Cost: Ten one-step forecasts of 2,000 rows.
    """
    x, s = reference.x[:_ROWS], None if reference.inputs is None else reference.inputs[:_ROWS]
    y = run[: len(x)]
    if len(y) < len(x) or not np.isfinite(y).all():
        return np.zeros(reference.obs_dim)
    epsilon = np.random.default_rng(seed).standard_normal(y.shape)

    mask = None if reference.mask is None else reference.mask[: len(x)]

    def error(path: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, " obs"]:
        # Recording and free run get the same straight lines at the gaps of the recording.
        path = interpolated(path, mask)
        with np.errstate(over="ignore", invalid="ignore"):
            squares = np.sort((simulator.forecast(path, 1, s) - path[1:]) ** 2, axis=0)
        return squares[: math.ceil(_KEPT * len(squares))].mean(axis=0)

    own = error(y)
    wanted = np.maximum(error(x) - own, 0.0)
    if not np.isfinite(wanted).all():
        return np.zeros(reference.obs_dim)
    most = (MAXIMUM_NOISE * x.std(axis=0)) ** 2
    variance = np.minimum(wanted / 2, most)
    for _ in range(_ITERATIONS):
        found = np.maximum(error(y + np.sqrt(variance) * epsilon) - own, _LEAST * wanted + np.finfo(float).tiny)
        variance = np.minimum(variance * wanted / found, most)
    return np.sqrt(variance)
