"""Dynamic mode decomposition (DMD) and its variants: a linear operator on delay vectors, or on functions of them.

One matrix advances the delay vector by a step. Its eigenvectors are spatial patterns (modes), its eigenvalues their
frequencies and decay rates. The fits use pydmd and scikit-learn.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Complex, Float

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.regression import examples, lags_of
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.series import Dataset

MOST_SNAPSHOTS = 5_000


@dataclass(frozen=True)
class Modes:
    r"""Forecasts from the modes of a linear operator.

    $x_{t+h} = \mathrm{Re} \sum_i v_i \lambda_i^h b_i$,

    with modes $v_i$ (`patterns`), eigenvalues $\lambda_i$ and the coordinates $b_i$ of the present state.

    Attributes:
        patterns: Each mode in the channels of the recording: one row for each channel, one column for each mode.
        eigenvalues: Factor by which each mode is multiplied in one step.
        coordinates: A function from the last rows to the coordinates $b$.
    """

    patterns: Complex[np.ndarray, "obs mode"]
    eigenvalues: Complex[np.ndarray, " mode"]
    coordinates: Any

    def __call__(self, contexts: Float[np.ndarray, "start time obs"], n: int) -> Float[np.ndarray, "start n obs"]:
        """The next `n` rows after each context."""
        powers = self.eigenvalues[None] ** np.arange(1, n + 1)[:, None]
        return np.einsum("om,nm,sm->sno", self.patterns, powers, self.coordinates(contexts)).real


def decomposed(train: Dataset, fit: Any, *, logarithms: bool = False) -> Forecaster:
    """Fit a decomposition to the delay vectors of a recording, and forecast with its modes.

    Args:
        train: The recordings.
        fit: Function from snapshots (one column for each time) to a fitted model of pydmd.
        logarithms: Whether the model gives logarithms of the eigenvalues, as for continuous time.
    """
    reach, obs_dim = 2 * lags_of(train), train[0].obs_dim
    windows = examples(train.map(lambda series: series[-MOST_SNAPSHOTS:]), reach, 1)[0]
    mean = windows.mean(axis=(0, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = fit((windows - mean).reshape(len(windows), -1).T)
    modes, eigenvalues = model.modes, model.eigs
    inverse = np.linalg.pinv(modes, rcond=1e-8)

    def coordinates(contexts: Float[np.ndarray, "start time obs"]) -> Complex[np.ndarray, "start mode"]:
        return (contexts - mean).reshape(len(contexts), -1) @ inverse.T

    found = Modes(modes[-obs_dim:], np.exp(eigenvalues) if logarithms else eigenvalues, coordinates)
    return Forecaster(lambda contexts, n: found(contexts, n) + mean, reach)


def koopman(train: Dataset, leading: int, *, largest_residual: float, seed: int) -> Forecaster:
    """Forecast with the modes of a Koopman operator on quadratic functions of the leading principal components.

    Args:
        train: The recordings.
        leading: Number of principal components of the delay vectors.
        largest_residual: Modes with a larger relative residual are left out.
        seed: Selects training examples where there are too many.
    """
    RIVAL_LIBRARIES.check("sklearn", place="a Koopman operator")
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    reach = 2 * lags_of(train)
    windows, after = examples(train, reach, 1, seed=seed, most=MOST_SNAPSHOTS)
    later = np.concatenate([windows[:, 1:], after], axis=1)
    lift = make_pipeline(
        PCA(min(leading, windows[0].size), whiten=True), PolynomialFeatures(2), StandardScaler(with_mean=False)
    )

    def flat(array: Float[np.ndarray, "example reach obs"]) -> Float[np.ndarray, "example feature"]:
        return array.reshape(len(array), -1)

    now, then = lift.fit_transform(flat(windows)), lift.transform(flat(later))
    eigenvalues, vectors = accurate_modes(now, then, largest_residual)
    functions = now @ vectors
    patterns = np.linalg.lstsq(functions, windows[:, -1].astype(complex), rcond=1e-8)[0].T

    def coordinates(contexts: Float[np.ndarray, "start time obs"]) -> Complex[np.ndarray, "start mode"]:
        return lift.transform(flat(contexts)) @ vectors

    # Modes that grow without bound are artefacts of the finite number of functions; the data do not grow.
    stable = eigenvalues / np.maximum(1, np.abs(eigenvalues))
    return Forecaster(Modes(patterns, stable, coordinates), reach)


def accurate_modes(
    now: Float[np.ndarray, "example feature"], then: Float[np.ndarray, "example feature"], largest_residual: float
) -> tuple[Complex[np.ndarray, " mode"], Complex[np.ndarray, "feature mode"]]:
    r"""Eigenpairs of the least-squares operator with a small residual $\lVert \psi_{t+1} g - \lambda \psi_t g \rVert$.

    An eigenvalue is $\lambda$, its eigenvector $g$.

    Args:
        now: Functions of the state, $\psi_t$, one row for each example.
        then: The same functions one step later, $\psi_{t+1}$.
        largest_residual: Largest residual, relative to $\lVert \psi_t g \rVert$, of an eigenpair that is kept. If no
            eigenpair is good enough, the best one is kept.
    """
    operator = np.linalg.lstsq(now, then, rcond=1e-8)[0]
    eigenvalues, vectors = np.linalg.eig(operator)
    before, after = now @ vectors, then @ vectors
    residuals = np.linalg.norm(after - eigenvalues * before, axis=0) / np.maximum(np.linalg.norm(before, axis=0), 1e-12)
    kept = residuals <= max(largest_residual, residuals.min())
    return eigenvalues[kept], vectors[:, kept]
