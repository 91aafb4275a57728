"""`attrax.Reconstructor`: learns a model like `attrax.fit`, with the interface of a scikit-learn estimator."""

from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

import equinox as eqx
import jax
import numpy as np

from attrax.core.errors import ConfigError, DataError
from attrax.core.optional_library import ESTIMATOR_LIBRARIES
from attrax.core.python_advice import python_caller
from attrax.core.result import Result
from attrax.core.simulator import Simulation
from attrax.core.whole_numbers import whole_number
from attrax.data.phases.phase_channels import Phases
from attrax.data.series import Dataset, Series
from attrax.reading.continued import continued
from attrax.reading.frames import is_frame
from attrax.reading.load import load_raw
from attrax.reconstruct.forecasting.forecast import continue_recording, undelayed, with_drives
from attrax.reconstruct.forecasting.recorded_units import put_back
from attrax.reconstruct.judging.evaluation import Evaluation
from attrax.reconstruct.judging.run_scores import judge
from attrax.reconstruct.preparation.division import levelled
from attrax.reconstruct.preparation.preparation import as_trained, judged_by
from attrax.reconstruct.settings.configuration import Config, overlay
from attrax.runs.fit_arguments import ESTIMATOR_ADVICE, SWITCHES, FitChoices, sizes
from attrax.runs.job import learn_all

try:
    from sklearn.base import BaseEstimator
    from sklearn.utils.validation import check_is_fitted, validate_data
except ModuleNotFoundError:
    ESTIMATOR_LIBRARIES.check("sklearn", place="attrax.Reconstructor")
    raise

MINIMUM_ROWS = 4


class TimeStep(NamedTuple):
    """The time between two rows and its unit."""

    dt: float
    unit: str


class Reconstructor(BaseEstimator):
    """Scikit-learn estimator that learns a generative model of a recording, in the same way as `attrax.fit`.

    Rows of X are times in order, columns are channels. `y` is not used. It works with `clone`, `GridSearchCV` and
    `TimeSeriesSplit`. There is one difference from `attrax.fit`: cross-validation already holds out data, so `fit`
    trains on every row and computes no scores (`data.in_sample`). With `settings={"data": {"in_sample": False}}` the
    last part is held out, and the model is the same as that of `attrax.fit`. The short folds of a cross-validation may
    need a shorter `window` than the default.

    Args:
        dynamics: The model class: a name, for example `clipped`, `shallow` or `gru`, or an object. For this and the
            following arguments, None means the value of the preset and `settings`.
        observation: How channels follow from latent states: a name, or an object.
        forcing: `generalized`, `adaptive` or `sparse`, or an object.
        loss: The loss: a name, or an object, which has a forcing of its own.
        latent_dim: Number of latent states. Raise it if few channels are recorded.
        hidden_dim: Number of hidden units. Raise it for complicated dynamics.
        alpha: Forcing strength, from 0 (free running) to 1 (full forcing). Raise it if training diverges.
        window: Number of rows of a training window.
        updates: Number of parameter updates.
        restarts: Number of models that are trained in parallel; the best one is kept.
        settings: Other settings, nested as in `config.toml`.
        preset: `auto`, `quick` or `paper`.
        random_state: Integer seed; None means 0, so that results can be repeated.

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
        observation=None,
        forcing=None,
        loss=None,
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
        self.observation = observation
        self.forcing = forcing
        self.loss = loss
        self.latent_dim = latent_dim
        self.hidden_dim = hidden_dim
        self.alpha = alpha
        self.window = window
        self.updates = updates
        self.restarts = restarts
        self.settings = settings
        self.preset = preset
        self.random_state = random_state

    def set_params(self, **params) -> "Reconstructor":
        """Change arguments; `train__learning_rate` and the like change a setting, as a search over a grid does.

        Args:
            **params: Arguments of the class, or settings with their sections: `model__dynamics__hidden_dim=50` is
                `model.dynamics.hidden_dim` in `config.toml`.

        Example:
            >>> Reconstructor().set_params(alpha=0.2, train__learning_rate=1e-3).settings
            {'train': {'learning_rate': 0.001}}
        """
        nested = {name: value for name, value in params.items() if name.partition("__")[0] in Config.model_fields}
        super().set_params(**{name: value for name, value in params.items() if name not in nested})
        for name, value in nested.items():
            for part in reversed(name.split("__")):
                value = {part: value}
            self.settings = overlay(self.settings or {}, value)
        return self

    @python_caller(ESTIMATOR_ADVICE, SWITCHES)
    def fit(self, X, y=None, *, dt=None, inputs=None, mask=None, groups=None) -> "Reconstructor":  # noqa: ARG002
        """Train on a recording.

        Args:
            X: Recording, time in rows and channels in columns: an array, or a frame, whose index may hold times. Or a
                list of several recordings.
            y: Not used.
            dt: Time between two rows; if not given, that of the index, or 1.
            inputs: External inputs, row by row.
            mask: True where X was observed. Elsewhere X may hold any value, also NaN, which is not used.
            groups: A label for each row; each stretch of equal labels is a separate series.

        Returns: The estimator itself.
        Raises: DataError D101 for NaN without a mask, D104 if there are too few rows; ConfigError C510 if
            `random_state` is not an integer.
        """
        clock = _clock(X, dt)
        X, groups = _joined(X, groups)
        X = self._rows(X, reset=True, mask=mask)
        if len(X) < MINIMUM_ROWS:
            raise DataError(
                "D104",
                "DATA TOO SHORT",
                where=f"n_samples = {len(X)}",
                why="a window needs a few rows",
                fix=f"give at least {MINIMUM_ROWS} rows",
            )
        dataset = _dataset(X, clock, inputs, mask, groups)
        choices = FitChoices(self.dynamics, self.observation, self.forcing, self.loss)
        config = self._config(choices, masked=mask is not None)
        self.config_, self._learned, self._recordings = learn_all(config, dataset, choices.objects)
        self.model_, self.history_ = self._learned.model, self._learned.history
        return self

    def predict(self, X, *, inputs=None) -> np.ndarray:
        """Forecast one step ahead from every row: row t of the result is the forecast of row t + 1 of X.

        Args:
            X: Recording, time in rows and channels in columns.
            inputs: External inputs, with one row more than X, because the last step also needs its input.

        Returns: One row for each row of X; with a delay embedding, the first rows have too few rows before them to be
            forecast from, and are NaN.
        """
        check_is_fitted(self)
        rows = self._rows(X, reset=False)
        seen = self._seen(rows)
        driven = with_drives(self._phases, seen, np.arange(len(seen) + 1), _floats(inputs))
        # A row is appended so that the last one, too, has a successor to be forecast. In single precision the last
        # digit of a row would depend on the rows it is computed with.
        with jax.enable_x64(True):
            model = jax.tree.map(lambda a: a.astype(np.float64) if eqx.is_inexact_array(a) else a, self.model_)
            ahead = model.forecast(np.concatenate([seen.x, seen.x[-1:]]), 1, driven)
        seen, found = undelayed(seen, Simulation(ahead, Result.SUCCESSFUL), self.config_.data.lags)
        guide = None if seen.before is None else seen.before.x
        x = put_back(self._phases, seen, found.x, 1 + np.arange(len(seen)), guide)[1]
        return np.concatenate([np.full((len(rows) - len(x), x.shape[1]), np.nan), x])

    def score(self, X, y=None, *, inputs=None) -> float:  # noqa: ARG002
        """One minus the mean squared error one step ahead, relative to the variance: 1 is perfect, 0 as the mean."""
        padded = None if inputs is None else np.concatenate([inputs, inputs[-1:]])
        ahead, X = self.predict(X, inputs=padded)[:-1], self._rows(X, reset=False)
        variance = np.var(X, axis=0)
        return float(1 - np.nanmean((ahead - X[1:]) ** 2 / np.where(variance > 0, variance, 1)))

    @python_caller(ESTIMATOR_ADVICE, SWITCHES)
    def forecast(self, X, horizon: int, *, inputs=None) -> Any:
        """Forecast the `horizon` rows that follow the recording X.

        Args:
            X: Recording, time in rows and channels in columns.
            horizon: Number of steps.
            inputs: Future external inputs, `horizon` rows.

        Returns: An array for an array; for a DataFrame a DataFrame with the same columns and a continued index.
        """
        check_is_fitted(self)
        horizon = whole_number(horizon, "horizon")
        seen = self._seen(self._rows(X, reset=False))
        found = continue_recording(self.model_, self.config_, seen, horizon, inputs=_floats(inputs))
        names = tuple(map(str, getattr(self, "feature_names_in_", found.recording.channels)))
        return continued(X, _timed(replace(found.recording, channels=names), X), found.simulation.x)

    @python_caller(ESTIMATOR_ADVICE, SWITCHES)
    def evaluate(self, X) -> Evaluation:
        """Scores and verdict on a test recording, with floor and linear null model."""
        check_is_fitted(self)
        test = Dataset((Series(x=self._rows(X, reset=False), dt=self.model_.dt),))
        return judge(self._learned, self.config_, judged_by(self.config_, self._recordings, test))

    @property
    def _phases(self) -> Phases:
        """The channels that are a clock, a periodic drive or an angle."""
        return self.config_.data.known_phases

    def _seen(self, rows: np.ndarray) -> Series:
        """Rows of X with the channels of the model: without trends, transforms and phases, which `put_back` returns."""
        data = self.config_.data
        same = levelled(data, Dataset((Series(x=rows, dt=self.model_.dt),)))
        return as_trained(same, self._recordings.preparation.projection, data.lags)[0]

    def _rows(self, X: Any, *, reset: bool, mask: Any = None) -> np.ndarray:
        """X as a float64 array of finite numbers, with the channels seen in `fit` unless `reset`.

        Columns of a frame are put in the order that they had in `fit`.

        Raises: DataError D101 for NaN and infinity where the mask does not say that nothing was observed.
        """
        names = () if reset else tuple(getattr(self, "feature_names_in_", ()))
        if names and sorted(map(str, getattr(X, "columns", ()))) == sorted(names):
            X = X[list(names)]
        rows = np.asarray(validate_data(self, X, dtype=np.float64, reset=reset, ensure_all_finite=False))
        bad = np.argwhere(~np.isfinite(rows) & (True if mask is None else np.asarray(mask, bool)))
        if len(bad):
            row, k = map(int, bad[0])
            raise DataError(
                "D101",
                "missing values: NaN or infinity",
                where=f"X: {len(bad):,} of {rows.size:,} values, first in row {row}, column {k} (counted from 0)",
                why="a gap that is not marked would be learned as a value",
                fix="fit(X, mask=np.isfinite(X))  # trains around the gaps"
                if reset
                else "X without gaps; a model of attrax.fit continues and fills recordings with gaps",
            )
        return rows

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


def _timed(seen: Series, X: Any) -> Series:
    """The last rows of X with the times of its index, if it is a frame that has them."""
    if not is_frame(X):
        return seen
    told = load_raw(X)[0]
    if told.stamps is None:
        return seen
    # A delay embedding has cut off the first rows.
    stamps = told.stamps[len(told) - len(seen) :]
    return replace(seen, dt=told.dt, unit=told.unit, stamps=stamps, origin=stamps.origin)


def _joined(X: Any, groups: Any) -> tuple[Any, Any]:
    """Several recordings one below the other, and the group of each row; one recording as it is."""
    several = isinstance(X, list | tuple) and len(X) > 0 and all(np.ndim(part) == 2 and _is_table(part) for part in X)
    if not several:
        return X, groups
    labels = np.repeat(np.arange(len(X)), [len(part) for part in X])
    if all(map(is_frame, X)):
        from pandas import concat

        return concat(X), labels
    return np.concatenate([np.asarray(part, np.float64) for part in X]), labels


def _is_table(part: Any) -> bool:
    return isinstance(part, np.ndarray) or is_frame(part)


def _clock(X: Any, dt: float | None) -> TimeStep:
    """The time step and its unit: the given one, that of an index of times, or 1."""
    first: Any = X[0] if isinstance(X, list | tuple) and len(X) and is_frame(X[0]) else X
    if dt is not None or not is_frame(first) or not hasattr(first, "index"):
        return TimeStep(1.0 if dt is None else dt, "")
    told = load_raw(first[[first.columns[0]]])[0]
    return TimeStep(told.dt, told.unit)


def _dataset(X: np.ndarray, clock: TimeStep, inputs: Any, mask: Any, groups: Any) -> Dataset:
    """One series for each stretch of equal group labels."""
    cuts = [0, len(X)]
    if groups is not None:
        labels = np.asarray(groups)
        cuts[1:1] = (np.flatnonzero(labels[1:] != labels[:-1]) + 1).tolist()
    mask = None if mask is None else np.asarray(mask, bool)
    series = Series(
        x=X if mask is None else np.where(mask, X, 0.0),
        dt=clock.dt,
        unit=clock.unit,
        inputs=_floats(inputs),
        mask=mask,
    )
    return Dataset(tuple(series[a:b] for a, b in pairwise(cuts)))
