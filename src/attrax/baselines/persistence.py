"""Persistence: tomorrow is like today. A forecast that cannot beat it has learned nothing about the motion."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.core.missing_values import fill_forward
from attrax.core.result import Result
from attrax.core.simulator import AbstractSimulator, Simulation, one_by_one


@dataclass(frozen=True)
class Persistence(AbstractSimulator):
    r"""The forecast that nothing changes, $\hat x_{t+h} = x_t$. It has nothing to fit.

    A missing value (NaN) is taken as the last one observed.

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
        """The last row of `context`, `n` times; inputs and key are ignored."""
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
        """The last row of each context, `n` times."""
        return one_by_one(self, contexts, n, s, key=key)

    def forecast(
        self,
        x: Float[np.ndarray, "time obs"],
        horizon: int,
        s: Float[np.ndarray, "time input"] | None = None,
    ) -> Float[np.ndarray, "ahead obs"]:
        """The present value, for every row that has one `horizon` steps later; inputs are ignored."""
        del s
        return fill_forward(x)[: max(len(x) - horizon, 0)]
