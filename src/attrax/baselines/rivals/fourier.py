"""Fourier extrapolation: continues the strongest frequencies of the last rows."""

import numpy as np
from jaxtyping import Float

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.rival_spec import RivalSpec
from attrax.baselines.statistical import last_rows_forecaster
from attrax.data.series import Dataset

FOURIER_COMPONENTS = 10


def fit_fourier(train: Dataset, *, seed: int = 0) -> Forecaster:
    """The mean and the ten strongest Fourier components of the last rows, continued. Nothing is fitted to `train`."""
    del train, seed

    def extend(x: Float[np.ndarray, " time"], n: int) -> Float[np.ndarray, " n"]:
        waves = np.fft.rfft(x - x.mean())
        waves[np.argsort(-np.abs(waves), kind="stable")[FOURIER_COMPONENTS:]] = 0
        return x.mean() + np.fft.irfft(waves, len(x))[np.arange(n) % len(x)]

    return last_rows_forecaster(extend)


SPEC = RivalSpec("Fourier extrapolation", fit_fourier)
