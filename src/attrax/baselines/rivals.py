"""The rivals: every method that attrax is compared with, by the name it has in tables and on the command line."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from attrax.baselines import naive, operators, regression, reservoir, sparse_equations, statistical
from attrax.baselines.naive import Persistence
from attrax.baselines.networks.fits import fit_network
from attrax.baselines.var_fit import fit_var
from attrax.core.simulator import AbstractSimulator
from attrax.data.series import Dataset

Fit = Callable[..., AbstractSimulator]
"""From a recording, and a `seed`, to something that continues it."""


@dataclass(frozen=True)
class Rival:
    """A method, ready to be fitted.

    Attributes:
        title: What it is called.
        fits: Ways to fit it, the usual settings first; tuning tries as many of them as its budget allows.
        paper: Where it is described, a key of `docs/refs.bib`; empty for what needs no reference.
        needs: The library of the extra `rivals` that fits it; empty if it does without.
    """

    title: str
    fits: tuple[Fit, ...]
    paper: str = ""
    needs: str = ""


def _persistence(train: Dataset, *, seed: int = 0) -> Persistence:
    del train, seed
    return Persistence()


def _var(train: Dataset, *, seed: int = 0) -> AbstractSimulator:
    del seed
    return fit_var(train)


def _choices(fit: Fit, *settings: dict[str, Any]) -> tuple[Fit, ...]:
    return tuple(partial(fit, **chosen) for chosen in settings)


def _network(name: str) -> tuple[Fit, ...]:
    """The usual learning rate, and a smaller one."""
    return _choices(fit_network, {"name": name}, {"name": name, "learning_rate": 1e-3})


_RIDGES = ({}, {"ridge": 1e-1}, {"ridge": 10.0})

RIVALS: dict[str, Rival] = {
    "mean": Rival("mean", (naive.fit_mean,)),
    "persistence": Rival("persistence", (_persistence,)),
    "drift": Rival("drift", (naive.fit_drift,)),
    "seasonal": Rival("seasonal repetition", (naive.fit_seasonal,)),
    "analogues": Rival(
        "analogues", _choices(regression.fit_analogues, {}, {"neighbours": 2}, {"neighbours": 15}), "lorenz1969"
    ),
    "var": Rival("vector autoregression", (_var,)),
    "arima": Rival("ARIMA", (statistical.fit_arima,), "box2015", "statsmodels"),
    "exponential-smoothing": Rival(
        "exponential smoothing", (statistical.fit_exponential_smoothing,), "hyndman2021", "statsmodels"
    ),
    "theta": Rival("Theta", (statistical.fit_theta,), "assimakopoulos2000", "statsmodels"),
    "fourier": Rival("Fourier extrapolation", (statistical.fit_fourier,)),
    "kalman": Rival("Kalman filter", (statistical.fit_kalman,), "durbin2012", "statsmodels"),
    "linear": Rival("linear regression on lags", _choices(regression.fit_linear, *_RIDGES)),
    "nlinear": Rival("NLinear", _choices(regression.fit_nlinear, *_RIDGES), "zeng2023"),
    "dlinear": Rival("DLinear", _choices(regression.fit_dlinear, *_RIDGES), "zeng2023"),
    "random-forest": Rival(
        "random forest",
        _choices(regression.fit_random_forest, {}, {"max_features": 0.2}, {"max_features": 1.0}),
        "breiman2001",
    ),
    "gradient-boosting": Rival(
        "gradient boosting",
        _choices(regression.fit_gradient_boosting, {}, {"learning_rate": 0.05}, {"learning_rate": 0.3}),
        "friedman2001",
    ),
    "ng-rc": Rival(
        "next-generation reservoir",
        _choices(regression.fit_ngrc, {}, {"ridge": 1.0}, {"ridge": 1e-2}),
        "gauthier2021",
    ),
    "echo-state": Rival(
        "echo-state network",
        _choices(reservoir.fit_echo_state, {}, {"radius": 1.2, "leak": 0.3}, {"radius": 0.5, "leak": 0.9}),
        "jaeger2004",
        "reservoirpy",
    ),
    "dmd": Rival("DMD", _choices(operators.fit_dmd, {}, {"rank": 10}, {"rank": 40}), "schmid2010", "pydmd"),
    "bop-dmd": Rival(
        "BOP-DMD", _choices(operators.fit_bop_dmd, {}, {"rank": 6}, {"rank": 16}), "sashidhar2022", "pydmd"
    ),
    "edmd": Rival("extended DMD", _choices(operators.fit_edmd, {}, {"leading": 4}, {"leading": 12}), "williams2015"),
    "residual-dmd": Rival(
        "residual DMD", _choices(operators.fit_residual_dmd, {}, {"leading": 4}, {"leading": 12}), "colbrook2024"
    ),
    "neural-ode": Rival("neural ODE", _network("neural-ode"), "chen2018"),
    "rnn": Rival("recurrent network", _network("rnn"), "elman1990"),
    "lstm": Rival("LSTM", _network("lstm"), "hochreiter1997"),
    "gru": Rival("GRU", _network("gru"), "cho2014"),
    "tcn": Rival("temporal convolution", _network("tcn"), "bai2018"),
    "transformer": Rival("transformer", _network("transformer"), "vaswani2017"),
    "n-beats": Rival("N-BEATS", _network("n-beats"), "oreshkin2020"),
    "n-hits": Rival("N-HiTS", _network("n-hits"), "challu2023"),
    "state-space": Rival("diagonal state-space model", _network("state-space"), "gu2022"),
    "sindy": Rival(
        "SINDy",
        _choices(sparse_equations.fit_sindy, {}, {"threshold": 0.1}, {"threshold": 0.005}),
        "brunton2016",
        "pysindy",
    ),
}
