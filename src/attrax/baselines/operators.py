"""Linear operators on delay vectors or on functions of them: dynamic mode decomposition and its kin.

A recording advances by one matrix; its eigenvectors are patterns, its eigenvalues their rhythm and decay.
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
RANK = 20
TRUSTED = 0.1
"""Eigenpairs of which more than this share is no eigenpair at all are left out."""


@dataclass(frozen=True)
class Modes:
    r"""$x_{t+h} = \mathrm{Re} \sum_i v_i \lambda_i^h b_i$, with b the coordinates of the present.

    Attributes:
        patterns: What each mode looks like in the channels, a row a channel.
        eigenvalues: By what each is multiplied in a step.
        coordinates: From what was seen to b.
    """

    patterns: Complex[np.ndarray, "obs mode"]
    eigenvalues: Complex[np.ndarray, " mode"]
    coordinates: Any

    def __call__(self, contexts: Float[np.ndarray, "start time obs"], n: int) -> Float[np.ndarray, "start n obs"]:
        """The path."""
        powers = self.eigenvalues[None] ** np.arange(1, n + 1)[:, None]
        return np.einsum("om,nm,sm->sno", self.patterns, powers, self.coordinates(contexts)).real


def fit_dmd(train: Dataset, *, rank: int = RANK, seed: int = 0) -> Forecaster:
    """Dynamic mode decomposition of delay vectors.

    References: [@schmid2010], [@demo2018].
    """
    del seed
    decompose = RIVAL_LIBRARIES.load("pydmd", place="dmd")[0].DMD
    return _decomposed(train, lambda snapshots: decompose(svd_rank=rank, exact=True).fit(snapshots))


def fit_bop_dmd(train: Dataset, *, rank: int = 10, seed: int = 0) -> Forecaster:
    """Optimised DMD: exponentials fitted to the delay vectors as a whole, so that noise does not bias their decay.

    References: [@sashidhar2022], [@demo2018].
    """
    del seed
    decompose = RIVAL_LIBRARIES.load("pydmd", place="bop-dmd")[0].BOPDMD

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
    """Extended DMD: the matrix acts on all quadratic functions of the leading delay coordinates.

    References: [@williams2015].
    """
    return _koopman(train, leading, trusted=np.inf, seed=seed)


def fit_residual_dmd(train: Dataset, *, leading: int = 8, seed: int = 0) -> Forecaster:
    """Extended DMD without the spurious part of its spectrum: eigenpairs with a large residual are left out.

    References: [@colbrook2024].
    """
    return _koopman(train, leading, trusted=TRUSTED, seed=seed)


def _koopman(train: Dataset, leading: int, *, trusted: float, seed: int) -> Forecaster:
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
    eigenvalues, vectors = trusted_modes(now, then, trusted)
    functions = now @ vectors
    patterns = np.linalg.lstsq(functions, windows[:, -1].astype(complex), rcond=1e-8)[0].T

    def coordinates(contexts: Float[np.ndarray, "start time obs"]) -> Complex[np.ndarray, "start mode"]:
        return lift.transform(flat(contexts)) @ vectors

    # Growth that the data do not show is an artefact of the truncation.
    stable = eigenvalues / np.maximum(1, np.abs(eigenvalues))
    return Forecaster(Modes(patterns, stable, coordinates), reach)


def trusted_modes(
    now: Float[np.ndarray, "example feature"], then: Float[np.ndarray, "example feature"], trusted: float
) -> tuple[Complex[np.ndarray, " mode"], Complex[np.ndarray, "feature mode"]]:
    r"""Eigenpairs of the least-squares operator with a small residual $\lVert \psi_{t+1} g - \lambda \psi_t g \rVert$.

    Args:
        now: Functions of the present, $\psi_t$, a row an example.
        then: The same functions a step later.
        trusted: Largest residual relative to $\lVert \psi_t g \rVert$ of an eigenpair that is kept; of those that
            are not good enough, the best is kept if there is no other.
    """
    operator = np.linalg.lstsq(now, then, rcond=1e-8)[0]
    eigenvalues, vectors = np.linalg.eig(operator)
    before, after = now @ vectors, then @ vectors
    residuals = np.linalg.norm(after - eigenvalues * before, axis=0) / np.maximum(np.linalg.norm(before, axis=0), 1e-12)
    kept = residuals <= max(trusted, residuals.min())
    return eigenvalues[kept], vectors[:, kept]
