"""Persistence: the forecast that nothing changes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.baselines.rival_spec import RivalSpec
from attrax.core.missing_values import fill_forward
from attrax.core.result import Result
from attrax.core.simulator import AbstractSimulator, Simulation, one_by_one
from attrax.data.series import Dataset


@dataclass(frozen=True)
class Persistence(AbstractSimulator):
    r"""Persistence, the forecast that nothing changes: $\hat x_{t+h} = x_t$ for every horizon $h$.

    There is nothing to fit. In place of a missing value (NaN) the last observed one is used.

    Example:
        >>> x = np.array([[1.0], [2.0], [4.0]])
        >>> Persistence().forecast(x, 1).ravel()
        array([1., 2.])
    """

    def simulate(
        self,
        context: Float[np.ndarray, "time obs"],
        n: int,
        s: Float[np.ndarray, "n input"] | None = None,
        *,
        key: Any = None,
    ) -> Simulation:
        """The last row of `context`, repeated `n` times; inputs and key are ignored."""
        del s, key
        return Simulation(np.repeat(fill_forward(context)[-1:], n, axis=0), Result.SUCCESSFUL)

    def simulate_many(
        self,
        contexts: Float[np.ndarray, "start time obs"],
        n: int,
        s: Float[np.ndarray, "start n input"] | None = None,
        *,
        key: Any = None,
    ) -> tuple[Simulation, ...]:
        """The last row of each context, repeated `n` times; inputs and key are ignored."""
        return one_by_one(self, contexts, n, s, key=key)

    def forecast(
        self,
        x: Float[np.ndarray, "time obs"],
        horizon: int,
        s: Float[np.ndarray, "time input"] | None = None,
    ) -> Float[np.ndarray, "ahead obs"]:
        """The forecast `horizon` steps ahead from every row but the last `horizon`; inputs are ignored."""
        del s
        return fill_forward(x)[: max(len(x) - horizon, 0)]


def fit_persistence(train: Dataset, *, seed: int = 0) -> Persistence:
    """Persistence. There is nothing to fit."""
    del train, seed
    return Persistence()


SPEC = RivalSpec("persistence", fit_persistence)
