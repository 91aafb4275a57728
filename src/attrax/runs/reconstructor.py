"""Reconstructor: the job as a scikit-learn estimator."""

from itertools import pairwise
from typing import Any

import equinox as eqx
import jax
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from attrax.core.errors import ConfigError, DataError
from attrax.data.continued import continued
from attrax.data.series import Dataset, Series
from attrax.reconstruct.judging.evaluation import Evaluation
from attrax.reconstruct.preparation.preparation import judged_by
from attrax.reconstruct.settings.configuration import Config
from attrax.runs.fit_arguments import FitChoices, sizes
from attrax.runs.job import learn_all
from attrax.runs.reconstruction import judge

MINIMUM_ROWS = 4


class Reconstructor(BaseEstimator):
    """Learns a generative model of a recording; scikit-learn's conventions around the recipe of `attrax.fit`.

    Rows of X are time points in order, columns are channels. `y` is never used; everything else about time is
    keyword-only. Works with `clone`, `GridSearchCV` and `TimeSeriesSplit`. One thing differs from `attrax.fit`: since
    cross-validation holds data out already, `fit` learns from every row and judges nothing (`data.in_sample`); with
    `settings={"data": {"in_sample": False}}` the tail is held out as there, and the same X gives the same model.
    Recordings as short as the folds of a cross-validation may need a shorter `window` than they have by default.

    Args:
        dynamics: What is learned: a kind, for example `clipped`, `shallow` or `gru`, or an object. None here and below
            is what preset and settings say.
        forcing: `generalized`, `adaptive` or `sparse`, or an object.
        latent_dim: Number of latent states.
        hidden_dim: Number of hidden units.
        alpha: Forcing strength.
        window: Rows in a training window.
        updates: Parameter updates.
        restarts: Models trained side by side, of which the best is kept.
        settings: Any other settings, nested as in `config.toml`.
        preset: `auto`, `quick` or `paper`.
        random_state: Seed; None is 0, because a result should be repeatable.

    Attributes:
        model_: The trained `Model`.
        config_: All settings it was trained with.
        n_features_in_: Number of channels.
        history_: Means of loss and alpha over each chunk of updates.

    Example:
        >>> import numpy as np
        >>> x = np.sin(np.arange(300)[:, None] / 5 + np.array([0.0, 1.0]))
        >>> Reconstructor(updates=20, hidden_dim=10, restarts=1, window=20).fit(x).forecast(x, 4).shape
        (4, 2)
    """

    def __init__(
        self,
        dynamics=None,
        forcing=None,
        latent_dim=None,
        hidden_dim=None,
        alpha=None,
        window=None,
        updates=None,
        restarts=None,
        settings=None,
        preset="auto",
        random_state=None,
    ):
        self.dynamics = dynamics
        self.forcing = forcing
        self.latent_dim = latent_dim
        self.hidden_dim = hidden_dim
        self.alpha = alpha
        self.window = window
        self.updates = updates
        self.restarts = restarts
        self.settings = settings
        self.preset = preset
        self.random_state = random_state

    def fit(self, X, y=None, *, dt=1.0, inputs=None, mask=None, groups=None) -> "Reconstructor":  # noqa: ARG002
        """Train on a recording.

        Args:
            X: Time by channel.
            y: Ignored.
            dt: Time between two rows.
            inputs: External inputs, row by row.
            mask: True where X was observed; X may hold anything finite elsewhere. What is missing is learned around.
            groups: A label for each row; each run of equal labels is a series of its own.
        """
        X = self._rows(X, reset=True)
        if len(X) < MINIMUM_ROWS:
            raise DataError(
                "D104",
                "DATA TOO SHORT",
                where=f"n_samples = {len(X)}",
                why="a window needs a few rows",
                fix=f"give at least {MINIMUM_ROWS} rows",
            )
        dataset = _dataset(X, dt, inputs, mask, groups)
        choices = FitChoices(dynamics=self.dynamics, forcing=self.forcing)
        config = self._config(choices, masked=mask is not None)
        self.config_, learned, self._recordings = learn_all(config, dataset, choices.objects)
        self.model_, self.history_ = learned.model, learned.history
        return self

    def predict(self, X, *, inputs=None) -> np.ndarray:
        """One step ahead: row t of the answer is the forecast of row t + 1.

        Args:
            X: Time by channel.
            inputs: External inputs, one row more than X: the last step needs its input too.
        """
        check_is_fitted(self)
        X = self._rows(X, reset=False)
        # A row is appended so that the last one, too, has a successor to be forecast. In single precision the last
        # digit of a row would depend on the rows it is computed with.
        with jax.enable_x64(True):
            model = jax.tree.map(lambda a: a.astype(np.float64) if eqx.is_inexact_array(a) else a, self.model_)
            return model.forecast(np.concatenate([X, X[-1:]]), 1, _floats(inputs))

    def score(self, X, y=None, *, inputs=None) -> float:  # noqa: ARG002
        """One minus the mean squared error one step ahead, relative to the variance: 1 perfect, 0 the mean."""
        padded = None if inputs is None else np.concatenate([inputs, inputs[-1:]])
        ahead, X = self.predict(X, inputs=padded)[:-1], np.asarray(X, np.float64)
        variance = np.var(X, axis=0)
        return float(1 - np.mean((ahead - X[1:]) ** 2 / np.where(variance > 0, variance, 1)))

    def forecast(self, X, horizon: int, *, inputs=None) -> Any:
        """The `horizon` rows that follow the recording X, driven by as many rows of `inputs`.

        An array follows an array; a DataFrame follows a DataFrame, with its columns and its index going on.
        """
        check_is_fitted(self)
        rows = self._rows(X, reset=False)
        names = tuple(map(str, getattr(self, "feature_names_in_", ())))
        x = self.model_.simulate(rows, horizon, _floats(inputs)).x
        return continued(X, Series(x=rows, channels=names, dt=self.model_.dt), x)

    def evaluate(self, X) -> Evaluation:
        """The verdict on a test recording, with floor and linear null."""
        check_is_fitted(self)
        test = Dataset((Series(x=self._rows(X, reset=False), dt=self.model_.dt),))
        return judge(self.model_, self.config_, judged_by(self.config_, self._recordings, test))

    def _rows(self, X: Any, *, reset: bool) -> np.ndarray:
        """X as a float64 array of finite numbers, with the number of channels seen in `fit` unless `reset`."""
        return np.asarray(validate_data(self, X, dtype=np.float64, reset=reset))

    def _config(self, choices: FitChoices, *, masked: bool) -> Config:
        seed = 0 if self.random_state is None else self.random_state
        if not isinstance(seed, (int, np.integer)):
            raise ConfigError(
                "C510",
                "random_state must be an integer",
                where=f"random_state = {seed!r}",
                why="the same seed must give the same model; a generator has a hidden state",
                fix="random_state=0",
            )
        every_row = {"data": {"in_sample": True} | ({"missing": "mask"} if masked else {})}
        numbers = sizes(
            latent_dim=self.latent_dim,
            hidden_dim=self.hidden_dim,
            alpha=self.alpha,
            window=self.window,
            updates=self.updates,
            restarts=self.restarts,
        )
        return choices.configure(self.preset, every_row, self.settings or {}, numbers, {"seed": int(seed)})


def _floats(inputs: Any) -> np.ndarray | None:
    return None if inputs is None else np.asarray(inputs, np.float64)


def _dataset(X: np.ndarray, dt: float, inputs: Any, mask: Any, groups: Any) -> Dataset:
    """One series for each stretch of equal group labels."""
    cuts = [0, len(X)]
    if groups is not None:
        labels = np.asarray(groups)
        cuts[1:1] = (np.flatnonzero(labels[1:] != labels[:-1]) + 1).tolist()
    mask = None if mask is None else np.asarray(mask, bool)
    series = Series(
        x=X if mask is None else np.where(mask, X, 0.0),
        dt=dt,
        inputs=_floats(inputs),
        mask=mask,
    )
    return Dataset(tuple(series[a:b] for a, b in pairwise(cuts)))
