"""Dynamic mode decomposition (DMD) and its variants: a linear operator on delay vectors, or on functions of them.

One matrix advances the delay vector by a step. Its eigenvectors are spatial patterns (modes), its eigenvalues their
frequencies and decay rates. The fits use pydmd and scikit-learn.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Complex, Float

from attrax.baselines.extra import required
from attrax.baselines.forecaster import Forecaster
from attrax.baselines.regression import examples, lags_of
from attrax.data.series import Dataset

MOST_SNAPSHOTS = 5_000
RANK = 20
LARGEST_RESIDUAL = 0.1
"""Eigenpairs with a larger relative residual than this are left out by residual DMD."""


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


def fit_dmd(train: Dataset, *, rank: int = RANK, seed: int = 0) -> Forecaster:
    """Fit dynamic mode decomposition to delay vectors.

    Args:
        train: Recordings.
        rank: Number of modes. Raise it for recordings with many frequencies.
        seed: Not used.

    Raises: ConfigError C640 if pydmd is not installed.

    References:
        Schmid, Dynamic mode decomposition of numerical and experimental data, J. Fluid Mech. 2010 [@schmid2010].
        Demo et al., PyDMD, J. Open Source Software 2018 [@demo2018].
    """
    del seed
    decompose = required("pydmd", "DMD")
    return _decomposed(train, lambda snapshots: decompose(svd_rank=rank, exact=True).fit(snapshots))


def fit_bop_dmd(train: Dataset, *, rank: int = 10, seed: int = 0) -> Forecaster:
    """Fit optimized DMD: exponentials in time, fitted to all delay vectors at once, so that noise adds no false decay.

    Args:
        train: Recordings.
        rank: Number of modes.
        seed: Not used.

    Raises: ConfigError C640 if pydmd is not installed.

    References:
        Sashidhar and Kutz, Bagging, optimized dynamic mode decomposition, Phil. Trans. R. Soc. A 2022
            [@sashidhar2022].
        Demo et al., PyDMD, J. Open Source Software 2018 [@demo2018].
    """
    del seed
    decompose = required("pydmd", "BOPDMD")

    def fitted(snapshots: Float[np.ndarray, "feature time"]) -> Any:
        model = decompose(svd_rank=rank, num_trials=0, eig_constraints={"stable"})
        return model.fit(snapshots, np.arange(snapshots.shape[1]))

    return _decomposed(train, fitted, logarithms=True)


def _decomposed(train: Dataset, fit: Any, *, logarithms: bool = False) -> Forecaster:
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


def fit_edmd(train: Dataset, *, leading: int = 8, seed: int = 0) -> Forecaster:
    """Fit extended DMD: the operator acts on all quadratic functions of the leading principal components.

    Args:
        train: Recordings.
        leading: Number of principal components of the delay vectors that are used.
        seed: Selects training examples where there are too many.

    References:
        Williams, Kevrekidis and Rowley, A data-driven approximation of the Koopman operator, J. Nonlinear Sci. 2015
            [@williams2015].
    """
    return _koopman(train, leading, largest_residual=np.inf, seed=seed)


def fit_residual_dmd(train: Dataset, *, leading: int = 8, seed: int = 0) -> Forecaster:
    """Fit residual DMD: extended DMD without the eigenpairs whose residual is large, which are spurious.

    Args:
        train: Recordings.
        leading: Number of principal components of the delay vectors that are used.
        seed: Selects training examples where there are too many.

    References:
        Colbrook and Townsend, Rigorous data-driven computation of spectral properties of Koopman operators, Comm. Pure
            Appl. Math. 2024 [@colbrook2024].
    """
    return _koopman(train, leading, largest_residual=LARGEST_RESIDUAL, seed=seed)


def _koopman(train: Dataset, leading: int, *, largest_residual: float, seed: int) -> Forecaster:
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
