r"""Observation noise: what a recording has on top of the states that a deterministic simulator gives back.

A recording with 5 % noise visits cells that no noise-free attractor does, so the free run of the very system behind it
would look wrong. It gets the noise under which it is as hard to forecast as the recording.
"""

import numpy as np
from jaxtyping import Float

from attrax.core.simulator import AbstractSimulator
from attrax.data.repair.interpolation import interpolated
from attrax.data.series import Series

MAXIMUM_NOISE = 0.1
"""Noise is granted up to this share of a channel's standard deviation; what is more, the simulator has to explain."""

_ROWS = 2_000
_ITERATIONS = 8


def observation_noise(
    simulator: AbstractSimulator,
    reference: Series,
    run: Float[np.ndarray, "n obs"],
    *,
    seed: int,
) -> Float[np.ndarray, " obs"]:
    r"""The noise that makes a free run as hard to forecast as the recording.

    Its standard deviation $\sigma$ in each channel solves

    $$\langle (\hat y_{t+1} - y_{t+1})^2 \rangle = \langle (\hat x_{t+1} - x_{t+1})^2 \rangle, \qquad
      y_t = \hat x^{\mathrm{free}}_t + \sigma \odot \epsilon_t$$

    with $\hat x_{t+1}$, $\hat y_{t+1}$ the simulator's forecasts one step ahead on the recording and on its own free
    run. A stochastic simulator is about as hard to forecast as the recording by itself, and gets hardly any.

    Args:
        simulator: What made the run.
        reference: The recording, with straight lines through its gaps.
        run: The free run.
        seed: Seed of $\epsilon$.

    Cost: Ten one-step forecasts of 2,000 rows.
    """
    x, s = reference.x[:_ROWS], None if reference.inputs is None else reference.inputs[:_ROWS]
    y = run[: len(x)]
    if len(y) < len(x) or not np.isfinite(y).all():
        return np.zeros(reference.obs_dim)
    epsilon = np.random.default_rng(seed).standard_normal(y.shape)

    mask = None if reference.mask is None else reference.mask[: len(x)]

    def error(path: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, " obs"]:
        # Both meet the same straight lines where the recording has gaps.
        path = interpolated(path, mask)
        with np.errstate(over="ignore", invalid="ignore"):
            return np.mean((simulator.forecast(path, 1, s) - path[1:]) ** 2, axis=0)

    own = error(y)
    wanted = np.maximum(error(x) - own, 0.0)
    if not np.isfinite(wanted).all():
        return np.zeros(reference.obs_dim)
    most = (MAXIMUM_NOISE * x.std(axis=0)) ** 2
    variance = np.minimum(wanted / 2, most)
    for _ in range(_ITERATIONS):
        found = np.maximum(error(y + np.sqrt(variance) * epsilon) - own, np.finfo(float).tiny)
        variance = np.minimum(variance * wanted / found, most)
    return np.sqrt(variance)
