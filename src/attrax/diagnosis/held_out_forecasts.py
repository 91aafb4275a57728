"""Held-out forecasts: how well a state determines the future, judged by two cheap models of a recording."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

LIBRARY_SHARE = 0.75
MORE_NEIGHBOURS = 30
LOCAL_RIDGE = 1e-3
GLOBAL_RIDGE = 1e-6
STATE_NOISE = 0.02
FEWEST_STATES = 40


@dataclass(frozen=True, eq=False)
class HeldOutForecasts:
    """Forecasts of the last quarter of a recording by models of the rows before.

    All candidates are compared at the same rows. Noise of 0.02 standard deviations is added to the states, because the
    states of a free run are not more exact than that: information in tiny differences of close copies does not count.

    Attributes:
        x: Standardised channels.
        horizons: How many rows ahead, ascending.
        longest: Largest delay of the states that will be compared, in rows.
        most_states: Largest number of states that a model is fitted to.
        most_asked: Largest number of states from which forecasts start.
    """

    x: Float[np.ndarray, "time obs"]
    horizons: tuple[int, ...]
    longest: int
    most_states: int = 3_000
    most_asked: int = 400
    _seen: Float[np.ndarray, "time obs"] = field(init=False, repr=False)
    _fitted: Int[np.ndarray, " state"] = field(init=False, repr=False)
    _asked: Int[np.ndarray, " asked"] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Choose the rows, evenly spread over both parts."""
        noise = STATE_NOISE * np.random.default_rng(0).normal(size=self.x.shape)
        object.__setattr__(self, "_seen", self.x + noise)
        cut, last = int(LIBRARY_SHARE * len(self.x)), self.horizons[-1]
        object.__setattr__(self, "_fitted", _spread(self.longest, cut - last, self.most_states))
        object.__setattr__(self, "_asked", _spread(cut + self.longest, len(self.x) - last, self.most_asked))

    @property
    def possible(self) -> bool:
        """Whether there are rows enough for forecasts."""
        return min(len(self._fitted), len(self._asked)) >= FEWEST_STATES

    def local_errors(self, lags: Sequence[int]) -> Float[np.ndarray, "horizon obs"]:
        r"""Errors of affine maps that are fitted to the nearest neighbours of each state $(x_{t-l})_{l \in lags}$.

        One fit is to two neighbours for each coordinate, which follow a curved map; one to thirty more, which average
        noise out. The better of the two counts.

        Args:
            lags: Delays in rows, none above `longest`.

        Returns: Root mean square errors in standard deviations.
        Cost: About 20 ms, for the distances of the states from which forecasts start to all others.
        """
        z, at = self._state(self._fitted, lags), self._state(self._asked, lags)
        distance = ((z**2).sum(axis=1) - 2 * at @ z.T).astype(np.float32)
        few = min(2 * (z.shape[1] + 1), len(z) - 1)
        many = min(few + MORE_NEIGHBOURS, len(z) - 1)
        near = np.argpartition(distance, many, axis=1)[:, :many]
        near = np.take_along_axis(near, np.take_along_axis(distance, near, axis=1).argsort(axis=1), axis=1)
        then = self._changes(self._fitted)
        errors = [self._errors(_affine(z[near[:, :k]] - at[:, None], then[near[:, :k]])) for k in sorted({few, many})]
        return min(errors, key=lambda error: float(np.log(error + 1e-12).mean()))

    def quadratic_errors(self, lags: Sequence[int]) -> Float[np.ndarray, "horizon obs"]:
        r"""Errors of one quadratic polynomial of the state $(x_{t-l})_{l \in lags}$ for each horizon.

        Like a network, it must follow the whole attractor at once, which is easier in more coordinates.

        Args:
            lags: Delays in rows, none above `longest`.

        Returns: Root mean square errors in standard deviations.
        Cost: A least-squares fit of all products of two coordinates.
        """
        terms = _quadratic(self._state(self._fitted, lags))
        gram = terms.T @ terms + GLOBAL_RIDGE * len(terms) * np.eye(terms.shape[1])
        weights = np.linalg.solve(gram, terms.T @ self._changes(self._fitted))
        return self._errors(_quadratic(self._state(self._asked, lags)) @ weights)

    def _errors(self, forecast: Float[np.ndarray, "asked target"]) -> Float[np.ndarray, "horizon obs"]:
        return np.sqrt(np.mean((forecast - self._changes(self._asked)) ** 2, axis=0)).reshape(len(self.horizons), -1)

    def _state(self, rows: Int[np.ndarray, " state"], lags: Sequence[int]) -> Float[np.ndarray, "state coordinate"]:
        return self._seen[rows[:, None] - np.array(lags)].reshape(len(rows), -1)

    def _changes(self, rows: Int[np.ndarray, " state"]) -> Float[np.ndarray, "state target"]:
        """The target of the forecasts: the change of every channel up to every horizon."""
        return np.concatenate([self.x[rows + h] - self.x[rows] for h in self.horizons], axis=1)


def _affine(
    away: Float[np.ndarray, "asked neighbour coordinate"], then: Float[np.ndarray, "asked neighbour target"]
) -> Float[np.ndarray, "asked target"]:
    """The value at each state of the affine map that is fitted to its neighbours by ridge regression."""
    n = away.shape[2]
    design = np.concatenate([away, np.ones((*away.shape[:2], 1))], axis=2)
    gram = design.mT @ design
    mean_square = np.trace(gram[:, :n, :n], axis1=1, axis2=2) / n
    gram[:, range(n), range(n)] += LOCAL_RIDGE * mean_square[:, None] + 1e-12
    return np.linalg.solve(gram, design.mT @ then)[:, -1]


def _quadratic(z: Float[np.ndarray, "state coordinate"]) -> Float[np.ndarray, "state term"]:
    i, j = np.triu_indices(z.shape[1])
    return np.concatenate([np.ones((len(z), 1)), z, z[:, i] * z[:, j]], axis=1)


def _spread(first: int, end: int, n: int) -> Int[np.ndarray, " row"]:
    """At most `n` row numbers, evenly spread from `first` to before `end`."""
    if end <= first:
        return np.empty(0, dtype=np.int64)
    return np.unique(np.linspace(first, end - 1, min(n, end - first)).astype(np.int64))
